import { SetMetadata } from '@nestjs/common';
import type { CanActivate, CustomDecorator, ExecutionContext } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { InFlight } from '../server/in-flight.js';

const atMostMetadata = 'mortise:at-most';

interface Bound {
  readonly name: string;
  readonly requests: number;
}

/** Bounds how many requests of a costly kind are under way at once; beyond it: 503 with `Retry-After`. */
export const AtMost = (requests: number, name: string): CustomDecorator =>
  SetMetadata(atMostMetadata, { name, requests } satisfies Bound);

/** Holds what `@AtMost` says: a place is left when the answer has gone out, or the caller has. */
export class AtMostGuard implements CanActivate {
  constructor(private readonly inFlight: InFlight) {}

  canActivate(context: ExecutionContext): boolean {
    const bound = Reflect.getOwnMetadata(atMostMetadata, context.getHandler()) as Bound | undefined;
    if (bound === undefined) return true;
    const places = this.inFlight.of(bound.name);
    places.enter(bound.requests);
    context.switchToHttp().getResponse<FastifyReply>().raw.on('close', places.leave);
    return true;
  }
}
