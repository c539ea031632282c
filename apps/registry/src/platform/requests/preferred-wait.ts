import type { FastifyReply, FastifyRequest } from 'fastify';
import { limits } from '#kernel';

/**
 * How many milliseconds the caller wants to wait for an answer that takes long: `Prefer: wait=N` or `respond-async`
 * (RFC 7240). What was applied of it is told in the answer; what can't be understood is passed over, as the RFC has it.
 */
export function preferredWaitMs(request: FastifyRequest, reply: FastifyReply): number {
  const header = request.headers['prefer'];
  const preferences = [header ?? ''].flat().join(',').slice(0, limits.headerBytes).toLowerCase();
  const wait = /(?:^|,)\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:[;,]|$)/.exec(preferences)?.[1];
  if (wait !== undefined) {
    const seconds = Math.min(Number(wait), limits.jobWaitSecondsMax);
    reply.header('preference-applied', `wait=${seconds}`);
    return seconds * 1000;
  }
  if (!/(?:^|,)\s*respond-async\s*(?:[;,]|$)/.test(preferences)) return limits.jobWaitSeconds * 1000;
  reply.header('preference-applied', 'respond-async');
  return 0;
}
