import { limits } from '#kernel';
import type { OpenSearchLocation } from '#search-opensearch';

const options = ['prefix', 'ca'];
const prefixes = /^[a-z][a-z0-9-]{0,47}$/;

/**
 * Reads addresses of one cluster's nodes between commas; the first may have credentials, the last options
 * (`?prefix=…&ca=…`). Undefined where it is none.
 */
export function parseSearchLocation(written: string): OpenSearchLocation | undefined {
  const urls = written.split(',').map(readAddress);
  const [first] = urls;
  const last = urls.at(-1);
  if (!first || !last || urls.length > limits.openSearchAddresses) return undefined;
  if (!urls.every((url) => url !== undefined)) return undefined;
  if (urls.slice(0, -1).some(({ search }) => search !== '')) return undefined;
  if (urls.slice(1).some(({ username, password }) => username !== '' || password !== '')) return undefined;
  const given = last.searchParams;
  const prefix = given.get('prefix');
  if ([...given.keys()].some((name) => !options.includes(name))) return undefined;
  if (prefix !== null && !prefixes.test(prefix)) return undefined;
  return {
    addresses: urls.map(
      ({ protocol, host, pathname }) => `${protocol}//${host}${pathname.replace(/\/+$/, '')}`,
    ),
    credentials:
      first.username === ''
        ? null
        : { username: decodeURIComponent(first.username), password: decodeURIComponent(first.password) },
    certificateFile: given.get('ca'),
    prefix,
  };
}

function readAddress(written: string): URL | undefined {
  if (!/^https?:\/\//.test(written) || !URL.canParse(written)) return undefined;
  const url = new URL(written);
  return url.hash === '' ? url : undefined;
}

/** The location as it may be shown: without its password. */
export function shownSearchLocation(location: OpenSearchLocation): string {
  const { addresses, credentials, certificateFile, prefix } = location;
  const user = credentials && `//${encodeURIComponent(credentials.username)}:***@`;
  const given = new URLSearchParams();
  if (prefix !== null) given.set('prefix', prefix);
  if (certificateFile !== null) given.set('ca', certificateFile);
  const shown = user === null ? addresses.join(',') : addresses.join(',').replace('//', user);
  return shown + (given.size === 0 ? '' : `?${given.toString()}`);
}
