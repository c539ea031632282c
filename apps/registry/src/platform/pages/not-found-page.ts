import type { FastifyRequest } from 'fastify';
import { readFileSync } from 'node:fs';
import { projectRoot } from '../project-root.js';
import { wantsPage } from './wants-page.js';

const template = readFileSync(
  new URL('apps/registry/src/platform/pages/not-found.html', projectRoot),
  'utf8',
);
/** Where programs ask, who look for a code. */
const forPrograms = /^\/(?:api|npm|pypi|web|oauth|health|metrics|session|\.well-known)(?:[/?]|$)/;

/** The page that tells a person that there is none at the address; undefined where a program asks. */
export function notFoundPage(request: FastifyRequest): string | undefined {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isRead || forPrograms.test(request.url) || !wantsPage(request)) return undefined;
  const [path = ''] = request.url.split('?', 1);
  // Relative, as all addresses of the pages are: a proxy may have put the store below a path of its own.
  const root = '../'.repeat(path.split('/').length - 2) || './';
  return template.replaceAll('{root}', root);
}
