import type { ReadableBytes } from '../staging.js';

const chunkBytes = 64 * 1024;

/** The bytes from `start` up to, not including, `end`, a piece at a time. */
export async function* stagedChunks(file: ReadableBytes, start: number, end: number): AsyncGenerator<Buffer> {
  for (let position = start; position < end;) {
    const chunk = await file.read(position, Math.min(chunkBytes, end - position));
    if (chunk.length === 0) return;
    position += chunk.length;
    yield chunk;
  }
}
