import { storageFull } from '#kernel';

const noRoom = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What a failed write is to the caller: a full disk is a refusal that can be waited out, all else stays as it is. */
export function storageFailure(error: unknown): unknown {
  return noRoom.has(errorCode(error) ?? '') ? storageFull(error) : error;
}
