import type { NpmArtifact, PythonArtifact } from '../artifact.js';
import type { PackageSide } from '../package-side.js';
import type { UpstreamFile } from './upstream-page.js';

/** Digests of the bytes as they came. */
export interface ReceivedBytes {
  readonly sha256: string;
  readonly size: number;
  readonly sha512: Buffer;
  readonly sha1: string;
}

/**
 * What is known of a pulled file without looking into it: what upstream's page says, and its bytes. Its contents are
 * inspected once a release pins it (`isInspected`); until then nothing is unpacked here.
 */
export function pulledFacts(
  side: PackageSide,
  name: string,
  { filename, version, requiresPython }: UpstreamFile,
  { sha256, size, sha512, sha1 }: ReceivedBytes,
): NpmArtifact | PythonArtifact {
  const shared = { filename, sha256, size, package: name, version };
  if (side === 'python') {
    const kind = filename.endsWith('.whl') ? 'wheel' : 'sdist';
    return { ...shared, kind, requiresPython, metadata: null };
  }
  return {
    ...shared,
    kind: 'tarball',
    manifest: { name, version },
    entry: null,
    integrity: `sha512-${sha512.toString('base64')}`,
    shasum: sha1,
    unpackedSize: 0,
    files: [],
  };
}

/** Whether the facts come from the file's contents. Of an sdist that can't be told, and it is soon done again. */
export function isInspected(artifact: NpmArtifact | PythonArtifact): boolean {
  return artifact.kind === 'tarball' ? artifact.files.length > 0 : artifact.metadata !== null;
}
