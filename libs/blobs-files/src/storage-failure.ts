import { RegistryError } from '#kernel';

const noRoom = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const retryAfterSeconds = 60;

export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What a failed write is to the caller: a full disk is a refusal that can be waited out, all else stays as it is. */
export function storageFailure(error: unknown): unknown {
  if (!noRoom.has(errorCode(error) ?? '')) return error;
  return new RegistryError(
    'unavailable',
    'storage-full',
    'The store has no room left for these bytes; nothing was kept. Try again once its administrator has made room.',
    { retryAfterSeconds, cause: error },
  );
}
