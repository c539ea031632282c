import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Database } from '#database';

/**
 * Lets no credential decide anything while the database does not answer: what is in memory of it may have been revoked,
 * or could not be just now. What everybody may see needs none, and goes on.
 */
export class AnsweringDatabaseGuard implements CanActivate {
  constructor(private readonly database: Database) {}

  /** Throws `database-unavailable`. */
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    if (headers.authorization !== undefined) this.database.requireAnswers();
    return true;
  }
}
