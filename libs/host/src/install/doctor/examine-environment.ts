import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openPromise } from 'yauzl';
import { normalizeName } from '#kernel';
import { isThere } from '../../machine/is-there.js';

/** A file that went into an environment: a wheel, or an sdist that was built there. */
export interface KeptPackage {
  readonly name: string;
  readonly filename: string;
  readonly sha256: string;
}

interface Environment {
  readonly root: string;
  readonly sitePackages: string;
}

/** A file of an environment, absolute, and what it should be; without a digest it only has to be there. */
interface InstalledFile {
  readonly path: string;
  readonly algorithm?: string;
  /** base64url, without padding. */
  readonly digest?: string;
}

/**
 * What is wrong with an environment's files, undefined for nothing. What lies in site-packages is held against the wheels, which
 * `wheels` holds as they came; scripts, headers and what was built from an sdist against what the installer wrote into RECORD.
 * Bytecode (.pyc) is left out: Python writes it. One file is read at a time.
 */
export async function environmentDamage(
  root: string,
  wheels: string,
  packages: readonly KeptPackage[],
): Promise<string | undefined> {
  if (packages.length === 0) return undefined;
  const sitePackages = await findSitePackages(root);
  if (sitePackages === undefined) return 'its environment has no site-packages';
  const environment = { root, sitePackages };
  const names = await readdir(sitePackages);
  const records = packages.map(({ name }) => recordOf(environment, names, name));
  const recordless = packages.find((_, at) => records[at] === undefined);
  if (recordless) return `${recordless.name} is not in its environment`;
  const held = new HeldFiles();
  for (const [at, { filename }] of packages.entries()) {
    const isWheel = filename.endsWith('.whl');
    await held.hold(
      isWheel ? ofWheel(environment, join(wheels, filename)) : ofRecord(environment, records[at] ?? ''),
    );
  }
  const beside = new HeldFiles();
  for (const record of records) await beside.hold(besidePackages(environment, held, record ?? ''));
  const changed = held.changed ?? beside.changed;
  return changed === undefined ? undefined : `${relative(root, changed)} is not what was installed`;
}

/** Packages may bring the same file, and the one that was installed last has it: it is whole if it is what one of them brings. */
class HeldFiles {
  private readonly whole = new Map<string, boolean>();

  async hold(files: AsyncIterable<InstalledFile>): Promise<void> {
    for await (const file of files)
      this.whole.set(file.path, this.whole.get(file.path) === true || (await isIntact(file)));
  }

  has(path: string): boolean {
    return this.whole.has(path);
  }

  get changed(): string | undefined {
    return [...this.whole].find(([, isWhole]) => !isWhole)?.[0];
  }
}

async function isIntact({ path, algorithm, digest }: InstalledFile): Promise<boolean> {
  const isFile = await lstat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile || algorithm === undefined) return isFile;
  return (await digestOf(createReadStream(path), algorithm, 'base64url')) === digest;
}

/** Of something of any size; null for what can't be read. */
export async function digestOf(
  stream: Readable,
  algorithm: string,
  encoding: 'hex' | 'base64' | 'base64url',
): Promise<string | null> {
  const hash = createHash(algorithm);
  return pipeline(stream, hash).then(
    () => hash.digest(encoding),
    () => null,
  );
}

async function findSitePackages(root: string): Promise<string | undefined> {
  const library = join(root, process.platform === 'win32' ? 'Lib' : 'lib');
  const pythons = await readdir(library).catch(() => []);
  for (const folder of ['', ...pythons]) {
    const path = join(library, folder, 'site-packages');
    if (await isThere(path)) return path;
  }
  return undefined;
}

function recordOf({ sitePackages }: Environment, names: readonly string[], name: string): string | undefined {
  const folder = names.find(
    (one) => one.endsWith('.dist-info') && normalizeName(one.split('-', 1)[0] ?? '') === normalizeName(name),
  );
  return folder === undefined ? undefined : join(sitePackages, folder, 'RECORD');
}

/** What an installer writes itself (PEP 376, PEP 610), also over what the wheel brings. */
const ofInstaller = /^[^/]+\.dist-info\/(?:RECORD|INSTALLER|REQUESTED|direct_url\.json)$/;

/** What of a wheel is installed as it is (PEP 427). Throws for one that can't be read. */
async function* ofWheel(environment: Environment, wheel: string): AsyncGenerator<InstalledFile> {
  const zip = await openPromise(wheel, { lazyEntries: true, autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) {
      const path = placeOf(environment, entry.fileName);
      if (path === undefined) continue;
      const digest = await digestOf(await zip.openReadStreamPromise(entry), 'sha256', 'base64url');
      if (digest !== null) yield { path, algorithm: 'sha256', digest };
    }
  } finally {
    zip.close();
  }
}

function placeOf({ root, sitePackages }: Environment, name: string): string | undefined {
  if (name.endsWith('/') || name.endsWith('.pyc') || ofInstaller.test(name)) return undefined;
  const [, scheme, rest = ''] = /^[^/]+\.data\/([^/]+)\/(.+)$/s.exec(name) ?? [];
  if (scheme === undefined) return resolve(sitePackages, name);
  if (scheme === 'purelib' || scheme === 'platlib') return resolve(sitePackages, rest);
  // The others are changed on the way (scripts), or lie where the installer decides.
  return scheme === 'data' ? resolve(root, rest) : undefined;
}

/** A line of RECORD: a path, relative to site-packages, its digest and its size; quoted as in CSV. */
const recordLine = /^(?:"((?:[^"]|"")*)"|([^,]*)),(?:(sha256|sha384|sha512)=([\w-]+)=*)?,\d*$/;

/** What a RECORD lists of the environment. */
async function* ofRecord({ root, sitePackages }: Environment, record: string): AsyncGenerator<InstalledFile> {
  if (!(await isIntact({ path: record }))) {
    yield { path: record };
    return;
  }
  const file = await open(record);
  for await (const line of file.readLines()) {
    const [, quoted, plain = '', algorithm, digest = ''] = recordLine.exec(line) ?? [];
    const name = quoted?.replaceAll('""', '"') ?? plain;
    const path = resolve(sitePackages, name);
    if (name === '' || name.endsWith('.pyc') || !isInside(root, path)) continue;
    yield algorithm === undefined ? { path } : { path, algorithm, digest };
  }
}

/** What RECORD lists outside of site-packages, and no wheel brings as it is; and that it is there. */
async function* besidePackages(
  environment: Environment,
  held: HeldFiles,
  record: string,
): AsyncGenerator<InstalledFile> {
  yield { path: record };
  for await (const file of ofRecord(environment, record))
    if (!isInside(environment.sitePackages, file.path) && !held.has(file.path)) yield file;
}

const isInside = (folder: string, path: string): boolean => path.startsWith(`${folder}${sep}`);
