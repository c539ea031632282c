import { RegistryError } from '#kernel';

/** Whether it may go well in a while. */
export const isUnavailable = (error: unknown): boolean =>
  error instanceof RegistryError && error.kind === 'unavailable';
