import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '#database';

/** What is answered from what is kept of the database; all else (pages, health) says nothing of it. */
const kept = /^\/(?:api|npm|pypi|web|\.well-known)\//;

/**
 * Sees to it that what is kept in memory tells the truth before it answers: that this replica has heard of all that was
 * committed until a moment ago. Where that can't be had, no credential decides anything, since it may have been revoked;
 * what everybody may see needs none, and goes on with what is kept, which then says how old it may be (`Age`, RFC 9111;
 * `Cache-Status`, RFC 9211).
 */
export class AnsweringDatabaseGuard implements CanActivate {
  constructor(private readonly database: Database) {}

  /** Throws `database-unavailable`. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (this.database.isCurrent) return true;
    const http = context.switchToHttp();
    return this.becomeCurrent(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  private async becomeCurrent({ headers, url }: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    try {
      await this.database.becomeCurrent();
    } catch (error) {
      if (headers.authorization !== undefined) throw error;
      if (kept.test(url)) markKept(reply, this.database.silentMs);
    }
    return true;
  }
}

const markKept = (reply: FastifyReply, ageMs: number): void =>
  void reply
    .header('age', String(Math.floor(ageMs / 1000)))
    .header('cache-status', 'mortise; hit; detail=database-away');

/** A refusal is not something kept. */
export const unmarkKept = (reply: FastifyReply): void =>
  void reply.removeHeader('age').removeHeader('cache-status');
