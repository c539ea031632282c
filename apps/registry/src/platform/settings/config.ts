import { join, resolve } from 'node:path';
import { closestWord, limits } from '#kernel';
import type { OpenSearchLocation } from '#search-opensearch';
import {
  blobLocation,
  choice,
  databaseLocation,
  list,
  localPath,
  networks,
  searchEngine,
  secret,
  text,
  toggle,
  webAddress,
  webAddressOrOff,
  wholeNumber,
} from './setting.js';
import type { Setting } from './setting.js';

export type StoreRole = 'all' | 'serve' | 'work';

/** The settings of one process, parsed once at start from `MORTISE_*` in the environment by the table below. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  /** Without a slash at the end; null means the address that the server listens on. */
  readonly publicUrl: string | null;
  /** Addresses and networks of proxies, whose word about who calls is taken. */
  readonly trustedProxies: readonly string[];
  readonly role: StoreRole;
  /** Absolute. */
  readonly dataFolder: string;
  /** The absolute path of the SQLite file, or the address of a PostgreSQL database, with its password. */
  readonly database: string;
  /** The absolute path of the folder that keeps the blobs, or the address of a bucket of S3. */
  readonly blobs: string;
  /** Whether those who download get the bytes from the store itself, or are sent to where it keeps them. */
  readonly downloads: 'proxy' | 'redirect';
  /** How long nothing must have needed a blob before it is removed. */
  readonly blobGraceMs: number;
  readonly search: 'embedded' | OpenSearchLocation;
  /** The npm registry that packages are fetched from, or `off`; null: the one that this machine's npm uses. */
  readonly upstreamNpm: string | null;
  /** The Python index likewise: the address of its simple API; null: the one that this machine's pip uses. */
  readonly upstreamPython: string | null;
  /** Patterns of names that may be fetched; none: all. */
  readonly upstreamAllow: readonly string[];
  /** Patterns of names that are never fetched. */
  readonly upstreamBlock: readonly string[];
  readonly upstreamFreshMs: number;
  readonly adminUsername: string;
  readonly adminPassword: string | null;
  /** Null: on when the data folder is new and the host is loopback. */
  readonly demo: boolean | null;
  readonly read: 'everyone' | 'members';
  readonly review: 'none' | 'required';
  readonly signUp: 'open' | 'closed';
  readonly secretKey: string | null;
  /** Beyond it a request is answered with 503 at once. */
  readonly requestsInFlight: number;
  /** For running requests to finish once the store has been asked to stop. */
  readonly shutdownMs: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

const namePattern = /^(?:(?:npm|python):)?[@A-Za-z0-9*][@A-Za-z0-9._~*/-]{0,213}$/;
const namePatterns =
  'names between commas, with * for any characters, as `npm:@acme/*`, `python:acme-*`, or `acme-*` for both sides';

/**
 * Every setting: what the store understands, what `mortise-registry settings` prints and what docs/settings.md says
 * all come from here.
 */
export const settingsTable: { readonly [K in keyof Settings]: Setting<Settings[K]> } = {
  host: text(
    { variable: 'MORTISE_HOST', about: 'The address to listen on; 0.0.0.0 is every address of the machine.' },
    '127.0.0.1',
  ),
  port: wholeNumber(
    {
      variable: 'MORTISE_PORT',
      about:
        'The port to listen on; 0 takes a free one. A worker answers /health and /metrics there, and nothing else.',
    },
    { least: 0, most: 65_535, fallback: 8080 },
  ),
  publicUrl: webAddress({
    variable: 'MORTISE_PUBLIC_URL',
    byDefault: 'the address that the store listens on',
    about: 'Where the outside world reaches the store: every address in manifests and lists begins with it.',
  }),
  trustedProxies: networks({
    variable: 'MORTISE_TRUSTED_PROXIES',
    about:
      'The proxies before the store, which say in X-Forwarded-For who calls; whoever else says so is not believed.',
  }),
  role: choice(
    {
      variable: 'MORTISE_ROLE',
      about: 'What this process does: serve requests, do what is due later (work), or both.',
    },
    ['all', 'serve', 'work'],
    'all',
  ),
  dataFolder: localPath({
    variable: 'MORTISE_DATA',
    byDefault: './data',
    fallback: () => resolve('data'),
    about: 'The folder that keeps all that the store knows, unless the next two say otherwise.',
  }),
  database: databaseLocation({
    variable: 'MORTISE_DATABASE',
    byDefault: 'mortise.sqlite in the data folder',
    fallback: (folder) => join(folder, 'mortise.sqlite'),
    about: 'The SQLite file, or the address of a PostgreSQL database.',
  }),
  blobs: blobLocation({
    variable: 'MORTISE_BLOBS',
    byDefault: 'blobs in the data folder',
    fallback: (folder) => join(folder, 'blobs'),
    about:
      'What keeps the bytes of artifacts: a folder, or a bucket of an S3-compatible service, which is made where it is missing.',
  }),
  downloads: choice(
    {
      variable: 'MORTISE_DOWNLOADS',
      about:
        'Whether larger files come through the store, or clients are sent (302) to a signed address of the S3-compatible service.',
    },
    ['proxy', 'redirect'],
    'proxy',
  ),
  blobGraceMs: wholeNumber(
    {
      variable: 'MORTISE_BLOB_GRACE_HOURS',
      about: 'For how many hours nothing must have needed bytes before they are removed.',
    },
    { least: 1, most: 8760, fallback: limits.blobGraceMs, unit: 3_600_000 },
  ),
  search: searchEngine({
    variable: 'MORTISE_SEARCH',
    about: 'The search engine: the one in the store itself, or an OpenSearch that many processes share.',
  }),
  upstreamNpm: webAddressOrOff({
    variable: 'MORTISE_UPSTREAM_NPM',
    byDefault: 'the registry that npm is configured to use on this machine',
    about: 'The npm registry that packages come from which nobody uploaded here.',
  }),
  upstreamPython: webAddressOrOff({
    variable: 'MORTISE_UPSTREAM_PYTHON',
    byDefault: 'the index that pip is configured to use on this machine',
    about: 'The Python index (its simple API) that packages come from which nobody uploaded here.',
  }),
  upstreamAllow: list(
    {
      variable: 'MORTISE_UPSTREAM_ALLOW',
      allowed: namePatterns,
      byDefault: 'every name',
      about: 'The only names that are fetched from upstream.',
    },
    { isWord: (word) => namePattern.test(word), most: limits.upstreamNamePatterns },
  ),
  upstreamBlock: list(
    {
      variable: 'MORTISE_UPSTREAM_BLOCK',
      allowed: namePatterns,
      byDefault: 'none',
      about: 'Names that are never fetched from upstream, whatever MORTISE_UPSTREAM_ALLOW says.',
    },
    { isWord: (word) => namePattern.test(word), most: limits.upstreamNamePatterns },
  ),
  upstreamFreshMs: wholeNumber(
    {
      variable: 'MORTISE_UPSTREAM_FRESH_SECONDS',
      about: 'For how many seconds an index page is answered with before upstream is asked again.',
    },
    { least: 0, most: 86_400, fallback: limits.upstreamFreshMs, unit: 1000 },
  ),
  adminUsername: text(
    {
      variable: 'MORTISE_ADMIN_USERNAME',
      about: 'The name of the administrator whom the first start makes.',
    },
    'admin',
  ),
  adminPassword: secret({
    variable: 'MORTISE_ADMIN_PASSWORD',
    byDefault: 'one is made, and written to admin-password in the data folder',
    about: 'The password of the administrator whom the first start makes; later starts do not change it.',
  }),
  demo: toggle({
    variable: 'MORTISE_DEMO',
    byDefault: 'on where the data folder is new and MORTISE_HOST is loopback',
    about: 'Whether the first start publishes the examples, as the publisher examples.',
  }),
  read: choice(
    { variable: 'MORTISE_READ', about: 'Who may search and download.' },
    ['everyone', 'members'],
    'everyone',
  ),
  review: choice(
    { variable: 'MORTISE_REVIEW', about: 'Whether a moderator must approve a release before others see it.' },
    ['none', 'required'],
    'none',
  ),
  signUp: choice(
    {
      variable: 'MORTISE_SIGN_UP',
      about: 'Whether anybody may make an account; where it is closed, administrators make them.',
    },
    ['open', 'closed'],
    'open',
  ),
  secretKey: secret({
    variable: 'MORTISE_SECRET_KEY',
    byDefault: 'the secrets lie open in the database',
    about:
      'Seals the signing keys and other secrets in the database; once used, every start needs the same one.',
  }),
  requestsInFlight: wholeNumber(
    {
      variable: 'MORTISE_REQUESTS_IN_FLIGHT',
      about: 'How many requests may run at once; beyond that, one is answered with 503 and Retry-After.',
    },
    { least: 1, most: 100_000, fallback: limits.requestsInFlight },
  ),
  shutdownMs: wholeNumber(
    {
      variable: 'MORTISE_SHUTDOWN_SECONDS',
      about: 'How many seconds running requests have to finish once the store is told to stop.',
    },
    { least: 1, most: 3600, fallback: limits.shutdownMs, unit: 1000 },
  ),
  logLevel: choice(
    { variable: 'MORTISE_LOG_LEVEL', about: 'The least that is logged.' },
    ['debug', 'info', 'warn', 'error', 'silent'],
    'info',
  ),
};

/** Raised when the environment can't be understood; `problems` has a sentence for each setting that is wrong. */
export class SettingsInvalid extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The command line's own settings share the prefix; the server passes them over. */
const commandLinePrefix = 'MORTISE_CLI_';

const prefix = 'MORTISE_';

/** Parses `environment`; throws SettingsInvalid with every problem at once. */
export function parseSettings(environment: Environment): Settings {
  const problems = unknownSettings(environment);
  const read = <T>(setting: Setting<T>, dataFolder = ''): T => {
    const written = environment[setting.variable];
    const value = written === undefined || written === '' ? undefined : setting.read(written);
    if (value === undefined && written) {
      problems.push(`${setting.variable} ${setting.refusal ?? `is "${written}"`}; write ${setting.allowed}.`);
    }
    const flaw = value === undefined ? undefined : setting.flaw?.(value);
    if (flaw !== undefined) problems.push(`${setting.variable} ${flaw}`);
    return value ?? setting.fallback(dataFolder);
  };
  const dataFolder = read(settingsTable.dataFolder);
  const others = Object.entries(settingsTable).filter(([name]) => name !== 'dataFolder');
  const values = others.map(([name, setting]) => [name, read(setting as Setting<unknown>, dataFolder)]);
  if (problems.length > 0) throw new SettingsInvalid(problems);
  return { ...(Object.fromEntries(values) as Omit<Settings, 'dataFolder'>), dataFolder };
}

function unknownSettings(environment: Environment): string[] {
  const known = Object.values(settingsTable).map(({ variable }) => variable);
  return Object.keys(environment)
    .filter((name) => name.startsWith(prefix) && !name.startsWith(commandLinePrefix))
    .filter((name) => !known.some((one) => one === name))
    .map((name) => {
      const words = known.map((one) => one.slice(prefix.length));
      const near = closestWord(name.slice(prefix.length), words);
      const hint = near === undefined ? `Known are: ${known.join(', ')}.` : `Did you mean ${prefix}${near}?`;
      return `${name} is not a setting. ${hint}`;
    });
}

/** The environment of this process; nothing else reads it. */
export function processEnvironment(): Environment {
  return process.env;
}

/** Whether npm started this process (`npm start`), by a shell of its own. */
export function isRunByNpm(): boolean {
  return process.env['npm_lifecycle_event'] !== undefined;
}
