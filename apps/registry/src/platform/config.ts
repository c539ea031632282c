import { join, resolve } from 'node:path';
import { closestWord, limits } from '#kernel';

export type StoreRole = 'all' | 'serve' | 'work';

/** The settings of one process, parsed once at start. `MORTISE_*` in the environment; the names are in the table below. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  /** Without a slash at the end; null means the address that the server listens on. */
  readonly publicUrl: string | null;
  readonly role: StoreRole;
  /** Absolute. */
  readonly dataFolder: string;
  /** Absolute path of the SQLite file. */
  readonly databaseFile: string;
  /** Absolute path of the folder that keeps the blobs. */
  readonly blobFolder: string;
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

const known = [
  'HOST',
  'PORT',
  'PUBLIC_URL',
  'ROLE',
  'DATA',
  'DATABASE',
  'SEARCH',
  'BLOBS',
  'ADMIN_USERNAME',
  'ADMIN_PASSWORD',
  'DEMO',
  'READ',
  'REVIEW',
  'SIGN_UP',
  'SECRET_KEY',
  'LOG_LEVEL',
  'REQUESTS_IN_FLIGHT',
  'SHUTDOWN_SECONDS',
] as const;

/** Parses `environment`; throws SettingsInvalid with every problem at once. */
export function parseSettings(environment: Environment): Settings {
  const reader = new SettingsReader(environment);
  reader.refuseUnknown();
  const dataFolder = resolve(reader.text('DATA') ?? 'data');
  const demo = reader.choice('DEMO', ['on', 'off'] as const);
  reader.onlyFor('SEARCH', 'embedded');
  const settings: Settings = {
    host: reader.text('HOST') ?? '127.0.0.1',
    port: reader.port('PORT') ?? 8080,
    publicUrl: reader.url('PUBLIC_URL'),
    role: reader.choice('ROLE', ['all', 'serve', 'work'] as const) ?? 'all',
    dataFolder,
    databaseFile: resolve(reader.path('DATABASE') ?? join(dataFolder, 'mortise.sqlite')),
    blobFolder: resolve(reader.path('BLOBS') ?? join(dataFolder, 'blobs')),
    adminUsername: reader.text('ADMIN_USERNAME') ?? 'admin',
    adminPassword: reader.text('ADMIN_PASSWORD'),
    demo: demo === null ? null : demo === 'on',
    read: reader.choice('READ', ['everyone', 'members'] as const) ?? 'everyone',
    review: reader.choice('REVIEW', ['none', 'required'] as const) ?? 'none',
    signUp: reader.choice('SIGN_UP', ['open', 'closed'] as const) ?? 'open',
    secretKey: reader.text('SECRET_KEY'),
    requestsInFlight: reader.count('REQUESTS_IN_FLIGHT', mostRequestsInFlight) ?? limits.requestsInFlight,
    shutdownMs: secondsToMs(reader.count('SHUTDOWN_SECONDS', mostShutdownSeconds)) ?? limits.shutdownMs,
    logLevel: reader.choice('LOG_LEVEL', ['debug', 'info', 'warn', 'error', 'silent'] as const) ?? 'info',
  };
  if (reader.problems.length > 0) throw new SettingsInvalid(reader.problems);
  return settings;
}

const mostRequestsInFlight = 100_000;
const mostShutdownSeconds = 3600;

const secondsToMs = (seconds: number | null): number | null => (seconds === null ? null : seconds * 1000);

const secretSettings: ReadonlySet<keyof Settings> = new Set(['adminPassword', 'secretKey']);

/** The settings as they may be shown to a person: secrets are only said to be set or not. */
export function printableSettings(settings: Settings): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]: [string, unknown]) => [
      name,
      secretSettings.has(name as keyof Settings) ? (value === null ? null : '(set)') : value,
    ]),
  );
}

/** The environment of this process; nothing else reads it. */
export function processEnvironment(): Environment {
  return process.env;
}

class SettingsReader {
  readonly problems: string[] = [];

  constructor(private readonly environment: Environment) {}

  refuseUnknown(): void {
    const names = new Set<string>(known.map((name) => `MORTISE_${name}`));
    for (const name of Object.keys(this.environment)) {
      if (!name.startsWith('MORTISE_') || name.startsWith(commandLinePrefix) || names.has(name)) continue;
      const near = closestWord(name.slice(prefix.length), known);
      const hint =
        near === undefined ? `Known are: ${[...names].join(', ')}.` : `Did you mean ${prefix}${near}?`;
      this.problems.push(`${name} is not a setting. ${hint}`);
    }
  }

  text(name: (typeof known)[number]): string | null {
    const value = this.environment[`MORTISE_${name}`];
    return value === undefined || value === '' ? null : value;
  }

  choice<T extends string>(name: (typeof known)[number], words: readonly T[]): T | null {
    const value = this.text(name);
    const word = words.find((candidate) => candidate === value);
    if (value !== null && word === undefined) {
      this.problems.push(`MORTISE_${name} is "${value}"; write one of: ${words.join(', ')}.`);
    }
    return word ?? null;
  }

  port(name: (typeof known)[number]): number | null {
    const value = this.text(name);
    if (value === null) return null;
    const number = Number(value);
    if (/^\d+$/.test(value) && number <= 65_535) return number;
    this.problems.push(`MORTISE_${name} is "${value}"; write a port from 0 to 65535 (0 takes a free one).`);
    return null;
  }

  /** A whole number from 1 to `most`. */
  count(name: (typeof known)[number], most: number): number | null {
    const value = this.text(name);
    if (value === null) return null;
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= 1 && number <= most) return number;
    this.problems.push(`MORTISE_${name} is "${value}"; write a whole number from 1 to ${most}.`);
    return null;
  }

  url(name: (typeof known)[number]): string | null {
    const value = this.text(name);
    if (value === null) return null;
    if (/^https?:\/\//.test(value) && URL.canParse(value)) return value.replace(/\/+$/, '');
    this.problems.push(
      `MORTISE_${name} is "${value}"; write an address that begins with http:// or https://.`,
    );
    return null;
  }

  path(name: (typeof known)[number]): string | null {
    const value = this.text(name);
    if (value === null || !/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return value;
    this.problems.push(`MORTISE_${name} is an address; this version of the store keeps it in a local path.`);
    return null;
  }

  onlyFor(name: (typeof known)[number], word: string): void {
    const value = this.text(name);
    if (value !== null && value !== word) this.problems.push(`MORTISE_${name} is "${value}"; write ${word}.`);
  }
}
