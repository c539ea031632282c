import { isPrerelease } from '#kernel';
import type { PackageSide } from '../package-side.js';
import { comparePythonVersions } from '../python/python-version.js';
import type { SimpleProject } from '../python/simple-project.js';
import type { UpstreamFile } from './upstream-page.js';

export interface LeftOut {
  /** Versions and why; they are told of, so that whoever asks for one learns the reason. */
  readonly quarantined: ReadonlyMap<string, string>;
  /** The only ones that can be had, or null for all. */
  readonly only: ReadonlySet<string> | null;
}

/** The document of a pulled name without the versions that may not, or can't, be had. */
export function leaveOutVersions(
  side: PackageSide,
  name: string,
  { document, files }: { readonly document: string; readonly files: readonly UpstreamFile[] },
  left: LeftOut,
): string {
  if (left.quarantined.size === 0 && left.only === null) return document;
  const withdrawn = [...left.quarantined.keys()];
  // Upstream may spell one version of Python in several ways: 1.0 is 1.0.0.
  const isWithdrawn = (version: string) =>
    side === 'npm'
      ? left.quarantined.has(version)
      : withdrawn.some((one) => comparePythonVersions(one, version) === 0);
  const isLeft = (version: string) => !isWithdrawn(version) && (left.only === null || left.only.has(version));
  if (side === 'npm') return leaveOutOfPackument(name, document, isLeft, left.quarantined);
  const versionOf = new Map(files.map(({ filename, version }) => [filename, version]));
  const project = JSON.parse(document) as SimpleProject;
  return JSON.stringify({
    ...project,
    versions: project.versions?.filter((version) => isLeft(version) || isWithdrawn(version)),
    files: project.files.filter(({ filename }) => isLeft(versionOf.get(filename) ?? '')),
    ...(left.quarantined.size === 0 ? {} : { _quarantined: Object.fromEntries(left.quarantined) }),
  });
}

interface Packument extends Record<string, unknown> {
  readonly versions: Readonly<Record<string, unknown>>;
  readonly 'dist-tags': Readonly<Record<string, string>>;
}

function leaveOutOfPackument(
  name: string,
  document: string,
  isLeft: (version: string) => boolean,
  quarantined: ReadonlyMap<string, string>,
): string {
  const packument = JSON.parse(document) as Packument;
  const versions = Object.fromEntries(
    Object.entries(packument.versions).filter(([version]) => isLeft(version)),
  );
  const tags = Object.fromEntries(
    Object.entries(packument['dist-tags']).filter(([, version]) => isLeft(version)),
  );
  // npm lists versions in the order of their publication.
  const left = Object.keys(versions);
  const latest = tags.latest ?? left.findLast((version) => !isPrerelease(version)) ?? left.at(-1);
  const withdrawn = [...quarantined].filter(([version]) => Object.hasOwn(packument.versions, version));
  return JSON.stringify({
    ...packument,
    'dist-tags': latest === undefined ? tags : { ...tags, latest },
    versions,
    ...(withdrawn.length === 0 ? {} : { policyRestrictions: restrictions(name, withdrawn) }),
  });
}

const toldVersions = 20;

function restrictions(
  name: string,
  withdrawn: readonly (readonly [version: string, reason: string])[],
): unknown {
  const told = withdrawn.slice(0, toldVersions).map(([version, reason]) => `${version} (${reason})`);
  const more = withdrawn.length > toldVersions ? `, and ${withdrawn.length - toldVersions} more` : '';
  return {
    message: `Quarantined by this store: ${told.join(', ')}${more}. Use another version.`,
    versions: Object.fromEntries(withdrawn.map(([version]) => [version, { name, version }])),
  };
}
