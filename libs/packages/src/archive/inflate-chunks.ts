import { Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';

/** How far an inflater came. */
export interface InflateProgress {
  /** Compressed bytes that belonged to the stream; set once it has ended. */
  consumed: number;
}

/** Inflates a raw deflate stream (RFC 1951), off the main thread. Throws zlib's own errors. */
export async function* inflateChunks(
  compressed: AsyncIterable<Buffer>,
  progress: InflateProgress,
): AsyncGenerator<Buffer> {
  const source = Readable.from(compressed, { objectMode: false });
  const inflate = createInflateRaw({ chunkSize: 64 * 1024 });
  source.on('error', (error) => inflate.destroy(error));
  source.pipe(inflate);
  try {
    for await (const chunk of inflate) yield chunk as Buffer;
    progress.consumed = inflate.bytesWritten;
  } finally {
    source.destroy();
    inflate.destroy();
  }
}

/** Whether the compressed bytes are at fault; anything else that goes wrong is not the archive's doing. */
export function isInflateError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return typeof error.code === 'string' && /^(?:Z_|ERR_BUFFER_TOO_LARGE$)/.test(error.code);
}
