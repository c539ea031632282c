import semver from 'semver';
import { upstreamUnreadable } from './upstream-errors.js';
import { placeOf, writeDocument } from './upstream-page.js';
import type { UpstreamDigest, UpstreamFile, UpstreamPage } from './upstream-page.js';

type Fields = Record<string, unknown>;

/** What npm's abbreviated form has of a version. */
const shortFields = [
  'name',
  'version',
  'deprecated',
  'dependencies',
  'optionalDependencies',
  'devDependencies',
  'bundleDependencies',
  'bundledDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'acceptDependencies',
  'bin',
  'directories',
  'dist',
  'engines',
  'cpu',
  'os',
  'libc',
  'funding',
  '_hasShrinkwrap',
  'hasInstallScript',
] as const;

/**
 * A packument as upstream sent it, in the form that was asked for: many registries only have the whole one. Versions
 * whose tarball can't be verified, or that are of another package, are left out. Throws `upstream-unreadable`.
 */
export function readPackument(
  body: Buffer,
  name: string,
  form: 'full' | 'short',
  address: string,
): UpstreamPage {
  const packument = parseFields(body);
  if (packument?.name !== name) throw upstreamUnreadable(name);
  const files: UpstreamFile[] = [];
  const versions: Fields = {};
  for (const [version, manifest] of Object.entries(fieldsOf(packument.versions))) {
    const fields = fieldsOf(manifest);
    const file = fileOf(name, version, fields, address);
    if (file === undefined) continue;
    files.push(file);
    // Attestations are looked for at the registry that the document came from, which doesn't have them.
    const { attestations: _attestations, ...dist } = fieldsOf(fields.dist);
    const served = { ...fields, dist: { ...dist, tarball: placeOf(file.filename) } };
    versions[version] = form === 'full' ? served : shortened(served);
  }
  const tags = Object.entries(fieldsOf(packument['dist-tags'])).filter(
    ([, version]) => typeof version === 'string' && Object.hasOwn(versions, version),
  );
  const document = {
    ...(form === 'full' ? packument : headOf(packument)),
    'dist-tags': Object.fromEntries(tags),
    versions,
  };
  const latest = tags.find(([tag]) => tag === 'latest')?.[1] as string | undefined;
  return { latest: latest ?? null, files, document: writeDocument(name, document) };
}

function fileOf(name: string, version: string, manifest: Fields, page: string): UpstreamFile | undefined {
  const { tarball, integrity, shasum } = fieldsOf(manifest.dist);
  const digest = digestOf(integrity, shasum);
  const isOfPackage = manifest.name === name && manifest.version === version;
  if (!isOfPackage || digest === undefined || typeof tarball !== 'string') return undefined;
  if (semver.parse(version)?.version !== version || !URL.canParse(tarball, page)) return undefined;
  const { deprecated } = manifest;
  return {
    filename: `${name.slice(name.indexOf('/') + 1)}-${version}.tgz`,
    version,
    address: new URL(tarball, page).href,
    size: null,
    digest,
    metadataSha256: null,
    requiresPython: null,
    deprecated: typeof deprecated === 'string' && deprecated !== '' ? deprecated : null,
    yanked: null,
  };
}

/** The strongest of what `dist` has: Subresource Integrity, else SHA-1 from the time before it. */
function digestOf(integrity: unknown, shasum: unknown): UpstreamDigest | undefined {
  const words = typeof integrity === 'string' ? integrity.split(/\s+/) : [];
  for (const algorithm of ['sha512', 'sha384', 'sha256', 'sha1'] as const) {
    const word = words.find((one) => one.startsWith(`${algorithm}-`));
    const digest = word?.slice(algorithm.length + 1).split('?', 1)[0];
    if (digest !== undefined) return { algorithm, hex: Buffer.from(digest, 'base64').toString('hex') };
  }
  if (typeof shasum !== 'string' || !/^[0-9a-f]{40}$/i.test(shasum)) return undefined;
  return { algorithm: 'sha1', hex: shasum.toLowerCase() };
}

function shortened(manifest: Fields): Fields {
  const short: Fields = {};
  for (const field of shortFields) if (manifest[field] !== undefined) short[field] = manifest[field];
  const { preinstall, install, postinstall } = fieldsOf(manifest.scripts);
  if (preinstall !== undefined || install !== undefined || postinstall !== undefined)
    short.hasInstallScript = true;
  return short;
}

function headOf({ name, modified, time }: Fields): Fields {
  const changed = modified ?? fieldsOf(time).modified;
  return { name, ...(changed === undefined ? {} : { modified: changed }) };
}

function parseFields(body: Buffer): Fields | undefined {
  try {
    return fieldsOf(JSON.parse(body.toString('utf8')));
  } catch {
    return undefined;
  }
}

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
