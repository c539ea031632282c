import { artifactTooBig } from '../errors.js';
import type { ArtifactPlace } from '../errors.js';

/** All of it in memory, which is why there is a limit. */
export async function collectBytes(
  chunks: AsyncIterable<Buffer>,
  maxBytes: number,
  place: ArtifactPlace,
): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes)
      throw artifactTooBig('artifact-part-too-large', place, `it may have up to ${maxBytes} bytes.`);
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}
