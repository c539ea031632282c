import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { RegistryError } from '#kernel';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';

const answering: ReadonlySet<unknown> = new Set([HealthController, MetricsController]);

/** A worker answers whoever watches over it, and nobody else. */
export class WorkerGuard implements CanActivate {
  /** Throws `route-not-found`. */
  canActivate(context: ExecutionContext): boolean {
    if (answering.has(context.getClass())) return true;
    throw new RegistryError(
      'not-found',
      'route-not-found',
      'This process is a worker, which answers /health/live, /health/ready and /metrics alone: ask a replica.',
    );
  }
}
