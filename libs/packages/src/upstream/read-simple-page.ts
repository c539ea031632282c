import { limits } from '#kernel';
import { upstreamUnreadable } from './upstream-errors.js';
import { isNameAndVersion, parseWheelFilename } from '../python/python-filename.js';
import { normalizePythonName } from '../python/python-name.js';
import { comparePythonVersions, normalizePythonVersion } from '../python/python-version.js';
import { readSimpleHtml } from './read-simple-html.js';
import type { SimpleFile, SimpleProject } from '../python/simple-project.js';
import { placeOf, writeDocument } from './upstream-page.js';
import type { UpstreamDigest, UpstreamFile, UpstreamPage } from './upstream-page.js';

/**
 * A project of the simple API, in JSON (PEP 691) or in HTML (PEP 503). Left out are files that pip of today installs no
 * more (eggs, installers, zips), and those whose bytes couldn't be verified. Throws `upstream-unreadable`.
 */
export function readSimplePage(
  body: Buffer,
  name: string,
  page: { readonly mediaType: string; readonly address: string },
): UpstreamPage {
  const isJson = page.mediaType.endsWith('json');
  const project = isJson
    ? parseProject(body, name)
    : { files: readSimpleHtml(body.toString('utf8'), page.address) };
  const files: UpstreamFile[] = [];
  const served: SimpleFile[] = [];
  const sdists = new Set<string>();
  for (const written of project.files) {
    const file = fileOf(name, written, page.address);
    if (file === undefined) continue;
    // A version has one source distribution here; some old ones were uploaded in two spellings.
    if (!file.filename.endsWith('.whl') && sdists.size === sdists.add(file.version).size) continue;
    files.push(file);
    served.push(servedFile(written, file));
  }
  const versions = [...new Set(files.map(({ version }) => version))].sort(comparePythonVersions);
  const document = {
    // Since 1.1 a page must know sizes, which pages in HTML don't.
    meta: { 'api-version': served.every(({ size }) => size !== undefined) ? '1.4' : '1.0' },
    name,
    ...statusOf(project),
    versions,
    files: served,
  };
  return { latest: null, files, document: writeDocument(name, document) };
}

type Written = Omit<SimpleProject, 'meta' | 'name'>;

function parseProject(body: Buffer, name: string): Written {
  let project: Partial<SimpleProject> | null;
  try {
    project = JSON.parse(body.toString('utf8')) as Partial<SimpleProject> | null;
  } catch {
    throw upstreamUnreadable(name);
  }
  const isOfProject = typeof project?.name === 'string' && normalizePythonName(project.name) === name;
  if (!isOfProject || !Array.isArray(project?.files)) throw upstreamUnreadable(name);
  return project as Written;
}

function statusOf({ 'project-status': status }: Written): Pick<SimpleProject, 'project-status'> {
  if (typeof status?.status !== 'string') return {};
  const { reason } = status;
  return {
    'project-status': { status: status.status, ...(typeof reason === 'string' ? { reason } : {}) },
  };
}

function fileOf(name: string, written: SimpleFile, page: string): UpstreamFile | undefined {
  const { filename, url, hashes, size } = (written as SimpleFile | null) ?? {};
  if (typeof filename !== 'string' || typeof url !== 'string' || !URL.canParse(url, page)) return undefined;
  const version = isFilename(filename) ? versionOf(name, filename) : undefined;
  const digest = digestOf(hashes);
  if (version === undefined || digest === undefined) return undefined;
  const metadata = written['core-metadata'] ?? written['dist-info-metadata'];
  const requiresPython = written['requires-python'];
  const { yanked } = written;
  return {
    filename,
    version,
    address: withoutFragment(new URL(url, page)),
    size: typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : null,
    digest,
    metadataSha256: typeof metadata === 'object' ? sha256Of(metadata.sha256) : null,
    requiresPython: typeof requiresPython === 'string' && requiresPython !== '' ? requiresPython : null,
    deprecated: null,
    yanked: typeof yanked === 'string' ? yanked : yanked === true ? '' : null,
  };
}

/** What the page says of it, with an address of the store; METADATA is only offered where it can be verified. */
function servedFile(written: SimpleFile, file: UpstreamFile): SimpleFile {
  const core = file.metadataSha256 === null ? undefined : { sha256: file.metadataSha256 };
  const time = written['upload-time'];
  return {
    filename: file.filename,
    url: placeOf(file.filename),
    hashes: { [file.digest.algorithm]: file.digest.hex },
    ...(file.size === null ? {} : { size: file.size }),
    ...(typeof time === 'string' ? { 'upload-time': time } : {}),
    ...(file.requiresPython === null ? {} : { 'requires-python': file.requiresPython }),
    ...(core === undefined ? {} : { 'core-metadata': core }),
    ...(file.yanked === null ? {} : { yanked: file.yanked === '' ? true : file.yanked }),
  };
}

const isFilename = (filename: string): boolean =>
  filename.length <= limits.artifactFilenameCharacters && /^[A-Za-z0-9_][A-Za-z0-9_.+!-]*$/.test(filename);

/** Of a wheel or of a source distribution, where that is of the project; else undefined. */
function versionOf(name: string, filename: string): string | undefined {
  const wheel = parseWheelFilename(filename);
  if (wheel !== undefined) return wheel.package === name ? wheel.version : undefined;
  if (!filename.endsWith('.tar.gz')) return undefined;
  const stem = filename.slice(0, -'.tar.gz'.length);
  for (let hyphen = stem.indexOf('-'); hyphen !== -1; hyphen = stem.indexOf('-', hyphen + 1)) {
    const version = normalizePythonVersion(stem.slice(hyphen + 1));
    if (version !== null && isNameAndVersion(stem, name, version)) return version;
  }
  return undefined;
}

function digestOf(hashes: SimpleFile['hashes'] | undefined): UpstreamDigest | undefined {
  const lengths = { sha256: 64, sha512: 128, sha384: 96 } as const;
  for (const algorithm of ['sha256', 'sha512', 'sha384'] as const) {
    const hex = (hashes as Record<string, unknown> | undefined)?.[algorithm];
    if (typeof hex !== 'string' || hex.length !== lengths[algorithm] || !/^[0-9a-f]+$/i.test(hex)) continue;
    return { algorithm, hex: hex.toLowerCase() };
  }
  return undefined;
}

const sha256Of = (hex: unknown): string | null =>
  typeof hex === 'string' && /^[0-9a-f]{64}$/i.test(hex) ? hex.toLowerCase() : null;

function withoutFragment(address: URL): string {
  const { href } = address;
  return address.hash === '' ? href : href.slice(0, -address.hash.length);
}
