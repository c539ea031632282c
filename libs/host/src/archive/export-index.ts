/** A file of an archive, as its index tells of it. */
export interface ExportedFile {
  /** In the archive: `plugin.yaml`, `artifacts/tool-1.0.0-py3-none-any.whl`. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly kind: ExportedKind;
  /** Whether it is of the release itself, and not of something that its lock or its pins take from elsewhere. */
  readonly own: boolean;
}

export const exportedKinds = [
  'descriptor',
  'manifest',
  'manifest-jws',
  'keys',
  'manifest-lock',
  'wheel',
  'sdist',
  'tarball',
  'icon',
  'lock',
] as const;

export type ExportedKind = (typeof exportedKinds)[number];

/** `mortise-export.json`, the first file of an archive. Version 1; others are refused. */
export interface ExportIndex {
  readonly schema_version: 1;
  readonly plugin: string;
  readonly version: string;
  /** The store that it comes from. */
  readonly store: string;
  readonly exported_at: string;
  /** All others, in the order in which they lie there. */
  readonly files: readonly ExportedFile[];
}

export const exportIndexName = 'mortise-export.json';

export const exportLimits = {
  indexBytes: 4 * 1024 * 1024,
  files: 2000,
  bytes: 16 * 1024 ** 3,
} as const;
