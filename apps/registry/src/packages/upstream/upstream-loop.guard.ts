import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RegistryError } from '#kernel';
import type { PackageSide, Upstream } from '#packages';

/**
 * Ends the rounds of stores that fetch from each other. A request that this store made, and that comes back to it, is
 * about a name that it doesn't have; if it came straight back, the store was set to be its own upstream.
 */
export class UpstreamLoopGuard implements CanActivate {
  constructor(
    private readonly upstream: Upstream,
    /** By which this store signs its requests. */
    private readonly pseudonym: string,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const { headers, url } = context.switchToHttp().getRequest<FastifyRequest>();
    if (headers.via?.includes(this.pseudonym) !== true) return true;
    const side = sideOf(url);
    if (side === undefined) return true;
    const last = headers.via.split(',').at(-1) ?? '';
    if (last.includes(this.pseudonym)) this.upstream.isSelf(side);
    throw upstreamLoop();
  }
}

function sideOf(url: string): PackageSide | undefined {
  if (url.startsWith('/npm/')) return 'npm';
  return url.startsWith('/pypi/') ? 'python' : undefined;
}

const upstreamLoop = (): RegistryError =>
  new RegistryError(
    'not-found',
    'upstream-loop',
    'This store asked its upstream, and the question came back to it: nobody on the way has the package. Set MORTISE_UPSTREAM_NPM and MORTISE_UPSTREAM_PYTHON to registries that do not fetch from this store.',
  );
