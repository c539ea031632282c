import { sha256Hex } from '#kernel';
import { readDescriptor } from '#descriptor';
import { invalidDescriptor, severalReleases } from './errors.js';
import type { ReleaseSource } from './release-source.js';

/** Every release that a descriptor describes. Throws `invalid-descriptor` with all that is wrong. */
export function readReleaseSources(bytes: Uint8Array): readonly ReleaseSource[] {
  const { valid, descriptors, problems } = readDescriptor(bytes);
  if (!valid) throw invalidDescriptor(problems);
  const shared = {
    text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes),
    sha256: sha256Hex(bytes),
    size: bytes.length,
    problems,
  };
  return descriptors.map((descriptor) => ({ ...shared, descriptor }));
}

/** The one release that a descriptor describes. Throws `invalid-descriptor`, and `several-releases`. */
export function readReleaseSource(bytes: Uint8Array, publisher: string): ReleaseSource {
  const sources = readReleaseSources(bytes);
  const [source] = sources;
  if (sources.length !== 1 || source === undefined) throw severalReleases(sources.length, publisher);
  return source;
}
