import { resolve } from 'node:path';
import { parseNetwork } from '#access';
import { isS3Address, parseS3Address } from '#blobs-s3';
import { isPostgresAddress, shownLocation } from '#database';
import { limits } from '#kernel';
import type { OpenSearchLocation } from '#search-opensearch';
import { pemFileFlaw } from './pem-file-flaw.js';
import { parseSearchLocation, shownSearchLocation } from './search-location.js';

/** One setting: what may be written for it, what holds where nothing is, and what to tell a person of it. */
export interface Setting<T> {
  readonly variable: `MORTISE_${string}`;
  /** Completes "write …". */
  readonly allowed: string;
  /** What holds where nothing is written, in words. */
  readonly byDefault: string;
  /** One sentence. */
  readonly about: string;
  /** Never shown; only said to be set or not. */
  readonly secret?: true;
  /** The value that the text means; undefined where it means none. */
  read(text: string): T | undefined;
  /** What holds where nothing is written. */
  fallback(dataFolder: string): T;
  /** As one would write it; empty where nothing holds. */
  write(value: T): string;
  /** What is said of a text that means nothing, where it must not be repeated: it may hold a password. */
  readonly refusal?: string;
  /** What keeps a value from being used on this machine, as the rest of a sentence; undefined where nothing does. */
  flaw?(value: T): string | undefined;
}

type About = Pick<Setting<unknown>, 'variable' | 'about'>;

export const text = (about: About, fallback: string): Setting<string> => ({
  ...about,
  allowed: 'any text',
  byDefault: fallback,
  read: (written) => written,
  fallback: () => fallback,
  write: (value) => value,
});

export const secret = (about: About & Pick<Setting<unknown>, 'byDefault'>): Setting<string | null> => ({
  ...about,
  allowed: 'any text',
  secret: true,
  read: (written) => written,
  fallback: () => null,
  write: (value) => (value === null ? '' : '(set)'),
});

export const choice = <T extends string>(about: About, words: readonly T[], fallback: T): Setting<T> => ({
  ...about,
  allowed: words.length === 1 ? words.join() : `one of: ${words.join(', ')}`,
  byDefault: fallback,
  read: (written) => words.find((word) => word === written),
  fallback: () => fallback,
  write: (value) => value,
});

/** `on` or `off`; null where it is left to the store. */
export const toggle = (about: About & Pick<Setting<unknown>, 'byDefault'>): Setting<boolean | null> => ({
  ...about,
  allowed: 'one of: on, off',
  read: (written) => (written === 'on' ? true : written === 'off' ? false : undefined),
  fallback: () => null,
  write: (value) => (value === null ? '' : value ? 'on' : 'off'),
});

interface Range {
  readonly least: number;
  readonly most: number;
  readonly fallback: number;
  /** How many of what the program counts in are one of what a person writes. */
  readonly unit?: number;
}

export const wholeNumber = (about: About, { least, most, fallback, unit = 1 }: Range): Setting<number> => ({
  ...about,
  allowed: `a whole number from ${least} to ${most}`,
  byDefault: String(fallback / unit),
  read: (written) => {
    const number = Number(written);
    return /^\d+$/.test(written) && number >= least && number <= most ? number * unit : undefined;
  },
  fallback: () => fallback,
  write: (value) => String(value / unit),
});

/** An address, without a slash at the end. */
export const webAddress = (about: About & Pick<Setting<unknown>, 'byDefault'>): Setting<string | null> => ({
  ...about,
  allowed: 'an address that begins with http:// or https://',
  refusal: 'is no web address, or has a user, "?" or "#" in it',
  // It is shown to everybody, and so is no place for a password.
  read: (written) =>
    /^https?:\/\/[^?#@]+$/.test(written) && URL.canParse(written) ? written.replace(/\/+$/, '') : undefined,
  fallback: () => null,
  write: (value) => value ?? '',
});

/** An address as `webAddress` reads it, or the word `off`; null where it is left to the machine. */
export const webAddressOrOff = (
  about: About & Pick<Setting<unknown>, 'byDefault'>,
): Setting<string | null> => {
  const address = webAddress(about);
  return {
    ...address,
    allowed: `${address.allowed}, or off`,
    read: (written) => (written === 'off' ? written : address.read(written)),
  };
};

/** Words between commas, each of the form that `pattern` says. */
export const list = (
  about: About & Pick<Setting<unknown>, 'byDefault' | 'allowed'>,
  { isWord, most }: { readonly isWord: (word: string) => boolean; readonly most: number },
): Setting<readonly string[]> => ({
  ...about,
  read: (written) => {
    const words = written
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== '');
    return words.length <= most && words.every(isWord) ? words : undefined;
  },
  fallback: () => [],
  write: (value) => value.join(', '),
});

/** Addresses and networks; by default none. */
export const networks = (about: About): Setting<readonly string[]> =>
  list(
    {
      ...about,
      allowed: 'addresses or networks between commas, as `10.0.0.7` or `10.0.0.0/24`',
      byDefault: 'none',
    },
    { isWord: (word) => parseNetwork(word) !== undefined, most: limits.trustedProxies },
  );

/** A path of this machine, made absolute. */
export const localPath = (
  about: About & Pick<Setting<string>, 'byDefault' | 'fallback'>,
): Setting<string> => ({
  ...about,
  allowed: 'a path of this machine',
  refusal: 'is an address, which this version of the store does not know',
  read: (written) => (/^[a-z][a-z0-9+.-]*:\/\//i.test(written) ? undefined : resolve(written)),
  write: (value) => value,
});

/** `embedded`, or where OpenSearch is; its password is never shown. */
export const searchEngine = (about: About): Setting<'embedded' | OpenSearchLocation> => ({
  ...about,
  allowed:
    'embedded, or https://user:password@host:9200 (several nodes between commas; `?prefix=…&ca=…` at the end)',
  byDefault: 'embedded',
  refusal: 'is neither embedded nor an address of OpenSearch with known options',
  read: (written) => (written === 'embedded' ? written : parseSearchLocation(written)),
  fallback: () => 'embedded',
  write: (value) => (value === 'embedded' ? value : shownSearchLocation(value)),
  flaw: (value) => (value === 'embedded' ? undefined : pemFileFlaw('ca', value.certificateFile ?? '')),
});

/** A path of this machine, made absolute, or an address of a PostgreSQL database; its password is never shown. */
export const databaseLocation = (
  about: About & Pick<Setting<string>, 'byDefault' | 'fallback'>,
): Setting<string> => {
  const path = localPath(about);
  return {
    ...path,
    allowed: 'a path of this machine, or postgres://user:password@host:port/name',
    refusal: 'is an address that the store does not know, or lacks its host or the name of the database',
    read: (written) => (isPostgresAddress(written) ? namedDatabase(written) : path.read(written)),
    write: shownLocation,
    flaw: (location) => (isPostgresAddress(location) ? namedFileFlaw(new URL(location)) : undefined),
  };
};

const namedFileFlaw = ({ searchParams }: URL): string | undefined =>
  [...searchParams].map(([option, path]) => pemFileFlaw(option, path)).find((flaw) => flaw !== undefined);

const namedDatabase = (written: string): string | undefined =>
  URL.canParse(written) && new URL(written).pathname.length > 1 ? written : undefined;

/** A path of this machine, made absolute, or an address of S3, which holds no secrets. */
export const blobLocation = (
  about: About & Pick<Setting<string>, 'byDefault' | 'fallback'>,
): Setting<string> => {
  const path = localPath(about);
  return {
    ...path,
    allowed:
      'a path of this machine, or s3://bucket, followed by any of ?endpoint=https://…&region=…&prefix=…&public_endpoint=https://…',
    refusal:
      'is an address that the store does not know, or has something beside a bucket, endpoint, region, prefix and public_endpoint in it; keys belong into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    read: (written) =>
      isS3Address(written) ? (parseS3Address(written) ? written : undefined) : path.read(written),
  };
};
