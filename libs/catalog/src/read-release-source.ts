import { sha256Hex } from '#kernel';
import { readDescriptor } from '#descriptor';
import { invalidDescriptor, severalReleases } from './errors.js';
import type { ReleaseSource } from './release-source.js';

/** Every release that a descriptor describes. Throws `invalid-descriptor` with all that is wrong. */
export function readReleaseSources(bytes: Uint8Array, publisher: string): readonly ReleaseSource[] {
  const { valid, descriptors, problems } = readDescriptor(bytes, { publisher });
  if (!valid) throw invalidDescriptor(problems);
  const sha256 = sha256Hex(bytes);
  return descriptors.map((descriptor) => ({ bytes, sha256, problems, descriptor }));
}

/** The one release that a descriptor describes. Throws `invalid-descriptor`, and `several-releases`. */
export function readReleaseSource(bytes: Uint8Array, publisher: string): ReleaseSource {
  const sources = readReleaseSources(bytes, publisher);
  const [source] = sources;
  if (sources.length !== 1 || source === undefined) throw severalReleases(sources.length, publisher);
  return source;
}
