import type { FastifyInstance } from 'fastify';
import { readFileSync } from 'node:fs';
import { contractFile } from '../apps/registry/src/platform/contract/serialize-contract.js';

type Responses = Readonly<
  Record<string, { content?: Record<string, { examples?: Record<string, unknown> }> } | undefined>
>;
interface Contract {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { responses: Responses } | undefined>>>>;
}

const { paths } = JSON.parse(readFileSync(contractFile, 'utf8')) as Contract;

/**
 * Compares what a store refuses with what the contract says that the route refuses. The function that is handed back
 * throws where there was a code that the contract does not have for it; a bug (500) is in none.
 */
export function watchRefusals(fastify: FastifyInstance): () => void {
  const undeclared = new Set<string>();
  fastify.addHook('onSend', (request, reply, payload, next) => {
    const { url } = request.routeOptions;
    const isProblem = /^application\/problem\+json/.test(String(reply.getHeader('content-type')));
    if (isProblem && reply.statusCode !== 500 && url !== undefined && typeof payload === 'string') {
      const method = request.method === 'HEAD' ? 'get' : request.method.toLowerCase();
      const responses = paths[pathOf(url)]?.[method]?.responses;
      const { code } = JSON.parse(payload) as { code: string };
      if (responses !== undefined && !isDeclared(responses, reply.statusCode, code)) {
        undeclared.add(`${request.method} ${url}: ${reply.statusCode} ${code}`);
      }
    }
    next(null, payload);
  });
  return () => {
    if (undeclared.size === 0) return;
    const lines = [...undeclared].sort().join('\n  ');
    throw new Error(`The contract does not know of these refusals; declare them with @Refuses:\n  ${lines}`);
  };
}

const isDeclared = (responses: Responses, status: number, code: string): boolean =>
  code in (responses[status]?.content?.['application/problem+json']?.examples ?? {});

const pathOf = (url: string): string => url.replace(/:(\w+)/g, '{$1}').replace(/\*$/, '{path}');
