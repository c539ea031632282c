import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Database } from '#database';

/**
 * Sees to it that what is kept in memory tells the truth before it answers: that this replica has heard of all that was
 * committed until a moment ago. Where that can't be had, no credential decides anything, since it may have been revoked;
 * what everybody may see needs none, and goes on with what is kept.
 */
export class AnsweringDatabaseGuard implements CanActivate {
  constructor(private readonly database: Database) {}

  /** Throws `database-unavailable`. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (this.database.isCurrent) return true;
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    return this.becomeCurrent(headers.authorization !== undefined);
  }

  private async becomeCurrent(isNeeded: boolean): Promise<boolean> {
    try {
      await this.database.becomeCurrent();
    } catch (error) {
      if (isNeeded) throw error;
    }
    return true;
  }
}
