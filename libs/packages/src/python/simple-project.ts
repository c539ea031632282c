import type { PythonArtifact } from '../artifact.js';
import type { IndexedPackage, IndexedVersion } from '../package-index.js';
import { pythonFileAddress } from './python-file-address.js';

/** The version of the simple repository API that the store speaks. */
export const simpleApiVersion = '1.4';

/** One file of a project, as the simple API has it in JSON (PEPs 691, 700, 714, 592). */
export interface SimpleFile {
  readonly filename: string;
  /** Absolute, or relative to the page. */
  readonly url: string;
  readonly hashes: Readonly<Record<string, string>>;
  readonly size?: number;
  readonly 'upload-time'?: string;
  readonly 'requires-python'?: string | null;
  readonly 'core-metadata'?: boolean | Readonly<Record<string, string>>;
  /**
   * The name that PEP 658 first gave to `core-metadata`, as upstream may still say it. Never served: pip 22.2 to 23.0
   * ends with a TypeError where it is more than a boolean (PEP 714).
   */
  readonly 'dist-info-metadata'?: boolean | Readonly<Record<string, string>>;
  readonly yanked?: boolean | string;
  readonly 'gpg-sig'?: boolean;
  readonly provenance?: string | null;
}

/** A project of the simple API, from which both of its forms are made. */
export interface SimpleProject {
  readonly meta: { readonly 'api-version': string };
  /** Normalised. */
  readonly name: string;
  readonly 'project-status'?: { readonly status: string; readonly reason?: string };
  readonly versions?: readonly string[];
  readonly files: readonly SimpleFile[];
  /** Ours (keys that begin with `_` are a server's own): why versions in `versions` have no files. */
  readonly _quarantined?: Readonly<Record<string, string>>;
}

/**
 * A package as the simple API shows it. A quarantined version keeps its place in `versions` and has no files; where all
 * are quarantined, the project is (PEP 792). `base` is the store's public address, without a slash at its end.
 */
export function simpleProject(indexed: IndexedPackage, base: string): SimpleProject {
  const quarantined = indexed.versions.flatMap(({ version, quarantined: why }) =>
    why === null ? [] : [[version, why.reason] as const],
  );
  const offered = indexed.versions.filter((version) => version.quarantined === null);
  return {
    meta: { 'api-version': simpleApiVersion },
    name: indexed.name,
    'project-status':
      offered.length > 0 || quarantined.length === 0
        ? { status: 'active' }
        : { status: 'quarantined', reason: reasonOf(quarantined) },
    versions: indexed.versions.map(({ version }) => version),
    files: offered.flatMap((version) => filesOf(indexed.name, version, base)),
    ...(quarantined.length === 0 ? {} : { _quarantined: Object.fromEntries(quarantined) }),
  };
}

const versionsToldOf = 3;

/** One reason for all versions, or that of the highest ones. */
function reasonOf(quarantined: readonly (readonly [version: string, reason: string])[]): string {
  const reasons = new Set(quarantined.map(([, reason]) => reason));
  const [only = ''] = reasons;
  if (reasons.size === 1) return only;
  const told = quarantined.slice(-versionsToldOf).reverse();
  const others = quarantined.length - told.length;
  const sentences = told.map(([version, reason]) => `${version}: ${reason}`);
  return [...sentences, ...(others === 0 ? [] : [`And ${others} more.`])].join(' ');
}

function filesOf(project: string, { files, yanked }: IndexedVersion, base: string): SimpleFile[] {
  return files.map(({ artifact, uploadedAt }) => {
    const { filename, sha256, size, requiresPython, metadata } = artifact as PythonArtifact;
    const core = metadata === null ? undefined : { sha256: metadata.sha256 };
    return {
      filename,
      url: pythonFileAddress(base, project, filename),
      hashes: { sha256 },
      size,
      'upload-time': inMicroseconds(uploadedAt),
      ...(requiresPython === null ? {} : { 'requires-python': requiresPython }),
      ...(core === undefined ? {} : { 'core-metadata': core }),
      ...(yanked === null ? {} : { yanked: yanked.reason === '' ? true : yanked.reason }),
    };
  });
}

/** `2026-01-02T03:04:05.678000Z`: PEP 700 knows this one way of writing a time. */
const inMicroseconds = (at: number): string => new Date(at).toISOString().replace('Z', '000Z');
