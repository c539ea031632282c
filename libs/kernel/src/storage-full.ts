import { RegistryError } from './registry-error.js';

const retryAfterSeconds = 60;

/** No room for what was to be written, whichever adapter came upon it: a refusal that can be waited out. */
export const storageFull = (cause: unknown): RegistryError =>
  new RegistryError(
    'unavailable',
    'storage-full',
    'The store has no room left for this; nothing was kept. Try again once its administrator has made room.',
    { retryAfterSeconds, cause },
  );
