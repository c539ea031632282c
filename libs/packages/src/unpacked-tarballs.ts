import type { Readable } from 'node:stream';
import type { ByteRange } from './blob-store.js';

/** One file of an npm tarball. */
export interface UnpackedFile {
  readonly size: number;
  /** `sha384-…` (W3C SRI), as the manifest of a release has it. */
  readonly integrity: string;
  open(range?: ByteRange): Promise<Readable>;
}

/**
 * Hands out single files of npm tarballs that the blob store keeps. Unpacks each tarball once, however many ask, and
 * again where what it unpacked was lost: nobody depends on that but for speed.
 */
export abstract class UnpackedTarballs {
  /**
   * `path` is relative to the package's root, exactly as the tarball spells it; undefined where it has no such file.
   * Throws `blob-missing`, `storage-full`, and `overloaded` while too many are being unpacked.
   */
  abstract find(sha256: string, path: string): Promise<UnpackedFile | undefined>;
}
