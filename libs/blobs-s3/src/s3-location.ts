import { limits } from '#kernel';

/** Where blobs lie in an S3-compatible service, as `MORTISE_BLOBS` names it. */
export interface S3Location {
  readonly bucket: string;
  /** The service's address; null: AWS's own in the region. */
  readonly endpoint: string | null;
  /** Null where it is left to AWS's own variables and files. */
  readonly region: string | null;
  /** Before every key; empty, or with a slash at its end. */
  readonly prefix: string;
  /** Under which those who download reach the service, where that is another address. */
  readonly publicEndpoint: string | null;
}

const bucketName = /^[a-z0-9][a-z0-9.-]*[a-z0-9]$/;
const prefixName = /^[A-Za-z0-9!_.*'()/-]*$/;
const regionName = /^[a-z0-9-]{1,64}$/;
const parameters = new Set(['endpoint', 'region', 'prefix', 'public_endpoint']);
/** What services that are not AWS's call the only region that they have. */
const onlyRegion = 'us-east-1';

/** Whether a location of blobs is an address of S3, and not a path. */
export const isS3Address = (location: string): boolean => /^s3:\/\//i.test(location);

/**
 * Reads `s3://bucket?endpoint=…&region=…&prefix=…&public_endpoint=…`, all but the bucket optional. Undefined where it is
 * none: credentials have no place in it, nor have other parameters.
 */
export function parseS3Address(address: string): S3Location | undefined {
  if (!isS3Address(address) || !URL.canParse(address)) return undefined;
  const { hostname: bucket, pathname, username, password, port, hash, searchParams } = new URL(address);
  if (username !== '' || password !== '' || port !== '' || hash !== '') return undefined;
  if (pathname !== '' && pathname !== '/') return undefined;
  if (!bucketName.test(bucket) || bucket.length < 3 || bucket.length > limits.s3BucketCharacters)
    return undefined;
  const names = [...searchParams.keys()];
  if (names.some((name) => !parameters.has(name)) || new Set(names).size < names.length) return undefined;
  const endpoint = webAddress(searchParams.get('endpoint'));
  const publicEndpoint = webAddress(searchParams.get('public_endpoint'));
  const region = searchParams.get('region') ?? (endpoint === null ? null : onlyRegion);
  const prefix = readPrefix(searchParams.get('prefix') ?? '');
  if (endpoint === undefined || publicEndpoint === undefined || prefix === undefined) return undefined;
  if (region !== null && !regionName.test(region)) return undefined;
  return { bucket, endpoint, region, prefix, publicEndpoint };
}

/** Null where there is none, undefined where it is no such address. */
function webAddress(text: string | null): string | null | undefined {
  if (text === null) return null;
  return /^https?:\/\/[^?#@]+$/.test(text) && URL.canParse(text) ? text.replace(/\/+$/, '') : undefined;
}

function readPrefix(text: string): string | undefined {
  const prefix = text.replace(/^\/+|\/+$/g, '');
  if (!prefixName.test(prefix) || prefix.length > limits.s3PrefixCharacters) return undefined;
  return prefix === '' ? '' : `${prefix}/`;
}
