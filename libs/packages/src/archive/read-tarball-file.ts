import { limits } from '#kernel';
import { artifactTooBig } from '../errors.js';
import type { StagedFile } from '../staging.js';
import { unpackTar } from './unpack-tar.js';

/** The bytes of one file at the root of an npm package, by its name there; undefined where it has none. */
export async function readTarballFile(
  file: StagedFile,
  filename: string,
  wanted: string,
): Promise<Buffer | undefined> {
  for await (const entry of unpackTar(file, filename)) {
    if (entry.path.slice(entry.path.indexOf('/') + 1) !== wanted) continue;
    if (entry.size > limits.descriptorBytes) {
      const sentence = `it may have up to ${limits.descriptorBytes} bytes.`;
      throw artifactTooBig('artifact-part-too-large', { filename, entry: entry.path }, sentence);
    }
    const chunks: Buffer[] = [];
    for await (const chunk of entry.chunks()) chunks.push(chunk);
    return Buffer.concat(chunks);
  }
  return undefined;
}
