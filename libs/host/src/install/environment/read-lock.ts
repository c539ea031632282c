import { parse } from 'smol-toml';
import { HostError } from '../../host-error.js';
import { hostLimits } from '../../host-limits.js';

/** A file that a lock names; `url` is where it says that it lies. */
export interface LockedFile {
  readonly kind: 'wheel' | 'sdist';
  readonly filename: string;
  readonly sha256: string;
  readonly size: number | null;
  readonly url: string | null;
}

export interface LockedPackage {
  readonly name: string;
  readonly version: string | null;
  /** An environment marker (PEP 508): it is left out where that doesn't hold. */
  readonly marker: string | null;
  readonly requiresPython: string | null;
  readonly files: readonly LockedFile[];
}

type Table = Readonly<Record<string, unknown>>;

/** The packages of a pylock.toml (PEP 751). Throws `lock-invalid` for one that can't be installed from. */
export function readLock(text: string): readonly LockedPackage[] {
  const lock = parseToml(text);
  const packages = lock['packages'];
  const isKnown = /^1(?:\.\d+)*$/.test(textOf(lock['lock-version']) ?? '');
  if (!isKnown || !Array.isArray(packages)) throw lockInvalid('it is no lock of version 1 (PEP 751)');
  if (packages.length > hostLimits.packagesOfRelease) throw lockInvalid('it names too many packages');
  return (packages as Table[]).map(packageOf);
}

function packageOf(table: Table): LockedPackage {
  const name = textOf(table['name']);
  if (name === null) throw lockInvalid('a package in it has no name');
  const wheels = Array.isArray(table['wheels']) ? (table['wheels'] as Table[]) : [];
  const sources = [table['sdist'], table['archive']].filter((one) => one !== undefined) as Table[];
  const files = [
    ...wheels.map((one) => fileOf(name, one, 'wheel')),
    ...sources.map((one) => fileOf(name, one, 'sdist')),
  ];
  return {
    name,
    version: textOf(table['version']),
    marker: textOf(table['marker']),
    requiresPython: textOf(table['requires-python']),
    files,
  };
}

function fileOf(name: string, table: Table, written: 'wheel' | 'sdist'): LockedFile {
  const sha256 = textOf((table['hashes'] as Table | undefined)?.['sha256'])?.toLowerCase();
  const url = textOf(table['url']);
  const address = url ?? textOf(table['path']) ?? '';
  const filename =
    textOf(table['name']) ?? decodeURIComponent(address.split(/[?#]/, 1)[0]?.split('/').at(-1) ?? '');
  if (sha256 === undefined || !/^[0-9a-f]{64}$/.test(sha256) || filename === '')
    throw lockInvalid(`a file of ${name} in it has no name or no SHA-256`);
  const size = table['size'];
  const kind = filename.endsWith('.whl') ? 'wheel' : written;
  return { kind, filename, sha256, size: typeof size === 'number' ? size : null, url };
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function parseToml(text: string): Table {
  try {
    return parse(text);
  } catch (error) {
    throw lockInvalid(`it is no TOML (${String(error).split('\n', 1)[0] ?? ''})`);
  }
}

export const lockInvalid = (why: string): HostError =>
  new HostError('lock-invalid', `The plugin's lock can't be used: ${why}. Nothing was installed.`);
