import type { FastifyRequest } from 'fastify';

/** Whether a browser asks in order to show the answer, as its `Accept` says; not where it names JSON, too. */
export function wantsPage({ headers: { accept = '' } }: FastifyRequest): boolean {
  return accept.includes('text/html') && !/[/+]json\b/.test(accept);
}
