import { isPrerelease } from '#kernel';
import type { NpmArtifact } from '../artifact.js';
import { installFields, otherFields, pageFields } from './npm-fields.js';
import { npmRevision } from './npm-revision.js';
import { npmTarballAddress } from './npm-tarball-address.js';
import type { IndexedPackage, IndexedVersion, NpmSignature } from '../package-index.js';

/**
 * `short`: what npm installs from, its "abbreviated" form. `full`: all that there is. `write`: the full one for clients
 * that change it and send it back, with `deprecated` as `npm deprecate` wrote it and nothing that follows from elsewhere.
 */
export type PackumentForm = 'full' | 'short' | 'write';

type Fields = Record<string, unknown>;

/** An npm package's document. `base` is the store's public address, without a slash at its end. */
export function npmPackument(found: IndexedPackage, form: PackumentForm, base: string): Fields {
  const shown = found.versions.filter(isShown);
  const versions = Object.fromEntries(
    shown.map((version) => [version.version, versionDocument(found, version, form, base)]),
  );
  const tags = npmTags(found);
  const modified = toTime(
    found.versions.reduce((last, { createdAt }) => Math.max(last, createdAt), found.createdAt),
  );
  const restrictions = restrictionsOf(found);
  const shared = { name: found.name, 'dist-tags': tags, versions, ...restrictions };
  if (form === 'short') return { ...shared, modified };
  return {
    _id: found.name,
    _rev: npmRevision(found),
    ...shared,
    time: { created: toTime(found.createdAt), modified, ...timesOf(shown) },
    maintainers: npmMaintainers(found),
    ...hoisted(shown, tags.latest),
  };
}

/**
 * One version by its number or by a dist-tag, as `GET /<name>/<version>` answers it; undefined where there is none that
 * may be had.
 */
export function npmVersionDocument(found: IndexedPackage, wanted: string, base: string): Fields | undefined {
  const tags = npmTags(found);
  const number = Object.hasOwn(tags, wanted) ? tags[wanted] : wanted;
  const version = found.versions.find((one) => one.version === number);
  return version && isShown(version) ? versionDocument(found, version, 'full', base) : undefined;
}

/**
 * The dist-tags whose versions may be had. `latest` is what is installed where nothing else is asked for: where its
 * version may not be had, or is yanked, it is the highest that is neither, a stable one before a pre-release.
 */
export function npmTags(found: IndexedPackage): Record<string, string> {
  const shown = new Map(found.versions.filter(isShown).map((version) => [version.version, version]));
  const tags = Object.fromEntries(Object.entries(found.tags).filter(([, version]) => shown.has(version)));
  const { latest } = tags;
  if (latest !== undefined && !shown.get(latest)?.yanked) return tags;
  const instead = highest([...shown.values()]);
  return instead === undefined ? tags : { ...tags, latest: instead };
}

interface NpmPerson {
  readonly name: string;
  /** Whose address it is stays between the person and the store; clients expect a text. */
  readonly email: '';
}

const npmMaintainers = ({ maintainers }: IndexedPackage): NpmPerson[] => maintainers.map(toPerson);

const toTime = (at: number): string => new Date(at).toISOString();

const toPerson = (name: string): NpmPerson => ({ name, email: '' });

const isShown = ({ quarantined, files }: IndexedVersion): boolean => quarantined === null && files.length > 0;

/** Versions come lowest first. */
function highest(versions: readonly IndexedVersion[]): string | undefined {
  const active = versions.filter(({ yanked }) => yanked === null);
  const candidates = (active.length > 0 ? active : versions).map(({ version }) => version);
  return candidates.filter((version) => !isPrerelease(version)).at(-1) ?? candidates.at(-1);
}

function versionDocument(
  found: IndexedPackage,
  version: IndexedVersion,
  form: PackumentForm,
  base: string,
): Fields {
  const file = version.files[0];
  if (!file) throw new Error(`${found.name} ${version.version} is shown without a file.`);
  const artifact = file.artifact as NpmArtifact;
  const { name } = found;
  const dist = distOf(artifact, file.signatures, npmTarballAddress(base, name, version.version));
  const deprecated = deprecationOf(version, form);
  const said = {
    ...(form === 'short' ? {} : { ...otherFields(artifact), ...pageFields(artifact) }),
    ...installFields(artifact),
    name,
    version: version.version,
    ...(deprecated === null ? {} : { deprecated }),
    dist,
  };
  if (form === 'short') return said;
  const by = version.createdBy === null ? {} : { _npmUser: toPerson(version.createdBy) };
  return { ...said, _id: `${name}@${version.version}`, ...by, maintainers: npmMaintainers(found) };
}

function distOf(artifact: NpmArtifact, signatures: readonly NpmSignature[] | null, tarball: string): Fields {
  const { integrity, shasum, files, unpackedSize } = artifact;
  const signed = signatures === null ? {} : { signatures };
  return { integrity, shasum, tarball, fileCount: files.length, unpackedSize, ...signed };
}

function deprecationOf({ yanked, deprecated }: IndexedVersion, form: PackumentForm): string | null {
  return yanked === null || form === 'write' ? deprecated : `yanked: ${yanked.reason}`;
}

const timesOf = (versions: readonly IndexedVersion[]): Record<string, string> =>
  Object.fromEntries(versions.map(({ version, createdAt }) => [version, toTime(createdAt)]));

/** What the document says of the package as a whole is what its latest version says. */
function hoisted(versions: readonly IndexedVersion[], latest: string | undefined): Fields {
  const artifact = versions.find(({ version }) => version === latest)?.files[0]?.artifact;
  return artifact === undefined ? {} : pageFields(artifact as NpmArtifact);
}

const toldVersions = 20;

/** The way to tell npm of versions that exist and can't be had: ranges pass over them, and who asks for one is told why. */
function restrictionsOf({ name, versions }: IndexedPackage): Fields {
  const withdrawn = versions.filter(({ quarantined }) => quarantined !== null);
  if (withdrawn.length === 0) return {};
  const reasons = withdrawn.map(({ version, quarantined }) => `${version} (${quarantined?.reason ?? ''})`);
  const more = reasons.length > toldVersions ? `, and ${reasons.length - toldVersions} more` : '';
  const message = `Quarantined by this store: ${reasons.slice(0, toldVersions).join(', ')}${more}. Use another version.`;
  const restricted = Object.fromEntries(
    withdrawn.map(({ version }) => [version, { name, version }] as const),
  );
  return { policyRestrictions: { message, versions: restricted } };
}
