import { limits, RegistryError, storageFull } from '#kernel';

interface S3Answer {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  /** What `fetch` wraps. */
  readonly cause?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const noRoom = new Set(['QuotaExceeded', 'InsufficientStorage', 'StorageFull', 'XMinioStorageFull']);
/** The system's words for a way that leads nowhere, wherever in an error they stand: the SDK wraps what it doesn't know. */
const unreachable =
  /\b(?:ECONN[A-Z]+|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EPIPE|TimeoutError|AbortError|socket hang up)\b/;
/** What Node and OpenSSL say where TLS does not come about, likewise. */
const untrusted = /certificate|\bEPROTO\b|SSL routines|\bERR_(?:TLS|SSL)_/;

const answerOf = (error: unknown): S3Answer => (typeof error === 'object' && error !== null ? error : {});

/** The service's own word for a refusal (`NoSuchKey`), or the system's for what went wrong on the way. */
export const s3Code = (error: unknown): string => answerOf(error).name ?? answerOf(error).code ?? 'unknown';

export const s3Status = (error: unknown): number | undefined => answerOf(error).$metadata?.httpStatusCode;

/** Whether nobody answered, or only to say that it can't just now: later it may. */
export function isS3Away(error: unknown): boolean {
  const { name = '', code = '', message = '', cause } = answerOf(error);
  if (name === 'TypeError' && cause !== undefined) return isS3Away(cause);
  const status = s3Status(error);
  return status === undefined ? unreachable.test(`${name} ${code} ${message}`) : status >= 500;
}

/** Whether the way to it can't be trusted: at the start a setting that is wrong, later a certificate that must be renewed. */
function isUntrusted(error: unknown): boolean {
  const { code = '', message = '', cause } = answerOf(error);
  return untrusted.test(`${code} ${message}`) || (cause !== undefined && isUntrusted(cause));
}

/**
 * What a failure of the service is to a caller: a refusal that can be waited out, whoever is at fault, since it is not the
 * caller. What the service didn't say is a bug, and stays as it is.
 */
export function s3Failure(error: unknown): unknown {
  if (error instanceof RegistryError) return error;
  const status = s3Status(error);
  if (status === 507 || noRoom.has(s3Code(error))) return storageFull(error);
  const isOfService = status !== undefined || s3Code(error) === 'CredentialsProviderError';
  return isOfService || isS3Away(error) || isUntrusted(error) ? blobStoreUnavailable(error) : error;
}

export const blobStoreUnavailable = (cause: unknown): RegistryError =>
  new RegistryError(
    'unavailable',
    'blob-store-unavailable',
    'Where the store keeps its bytes does not answer as it should just now, so this was not done: try again in a few seconds.',
    { retryAfterSeconds: limits.s3RetryAfterSeconds, cause },
  );
