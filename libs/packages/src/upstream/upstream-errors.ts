import { RegistryError } from '#kernel';
import { shortened } from '../errors.js';

const retrySeconds = 10;

/** Nothing was kept of what is asked for, and upstream doesn't answer. */
export const upstreamUnreachable = (
  what: string,
  why: string,
  retryAfterSeconds: number,
  cause?: unknown,
): RegistryError =>
  new RegistryError(
    'unavailable',
    'upstream-unreachable',
    `${shortened(what)} is not kept here yet, and the upstream registry can't be asked for it now (${shortened(why)}): try again later, or ask the store's administrator.`,
    { retryAfterSeconds, cause },
  );

/** Nothing was kept of what is asked for, and upstream won't give it, now or later: a registry that vets, or a proxy. */
export const upstreamRefuses = (what: string, why: string): RegistryError =>
  new RegistryError(
    'forbidden',
    'upstream-refuses',
    `${shortened(what)} is not kept here, and the upstream registry refuses it (${shortened(why)}): use another package or version, or ask the store's administrator.`,
  );

export const isUpstreamUnreachable = (error: unknown): boolean =>
  error instanceof RegistryError && error.code === 'upstream-unreachable';

/** Whether upstream gave nothing of what it was asked for. */
export const hasNothingFromUpstream = (error: unknown): boolean =>
  isUpstreamUnreachable(error) || (error instanceof RegistryError && error.code === 'upstream-refuses');

export const upstreamUnreadable = (name: string): RegistryError =>
  upstreamUnreachable(name, 'its answer is not a page of that package', retrySeconds);

export const upstreamFileTooLarge = (filename: string, maxBytes: number): RegistryError =>
  new RegistryError(
    'forbidden',
    'upstream-file-too-large',
    `${shortened(filename)} has more than the ${maxBytes} bytes that the store fetches from its upstream: install it from there.`,
    { details: { filename: shortened(filename), max_bytes: maxBytes } },
  );

export const upstreamMismatch = (filename: string, problem: string): RegistryError =>
  new RegistryError(
    'forbidden',
    'upstream-mismatch',
    `${shortened(filename)} as the upstream registry sends it is not what its index promises (${problem}); it was refused, and not kept. Try again later, and tell the upstream's administrator if it stays so.`,
    { details: { filename: shortened(filename) } },
  );

export const upstreamChanged = (filename: string): RegistryError =>
  new RegistryError(
    'forbidden',
    'upstream-changed',
    `The upstream registry now has other bytes under the name ${shortened(filename)} than those that were pulled before: they are refused, and what was pulled stays.`,
    { details: { filename: shortened(filename) } },
  );
