import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { limits } from '#kernel';
import { admitAgain } from '../callers/requires.js';
import type { AuthenticatedRequest } from '../callers/requires.js';

/** A body that still stands on the socket. */
export class UnreadBody {
  constructor(readonly read: () => Promise<unknown>) {}
}

/** Reads the body once its sender may send it: nobody else has the store hold one in memory. */
export class BodyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    return !(request.body instanceof UnreadBody) || this.read(request, request.body);
  }

  private async read(request: AuthenticatedRequest, body: UnreadBody): Promise<boolean> {
    const startedAt = performance.now();
    request.body = await body.read();
    // Short of that, no revocation would have been heard of either.
    if (performance.now() - startedAt > limits.noticesCurrentMs) await admitAgain(request);
    return true;
  }
}
