import type { FastifyReply, FastifyRequest } from 'fastify';
import { namesTag } from '../answers/entity-tag.js';
import { readPageFile } from './page-files.js';

/** Scripts and styles of the store's own, and requests to the store itself: nothing else, and in no frame. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
];
export const pagePolicy = [...policy, "style-src 'self'"].join('; ');
/** Swagger UI writes style attributes; it is handed no text but the contract's. */
export const docsPolicy = [...policy, "style-src 'self' 'unsafe-inline'"].join('; ');

interface PageOptions {
  readonly contentSecurityPolicy?: string;
  /** Of an answer that has the page as its body; 200. */
  readonly status?: number;
}

/** Answers with one of the files that the pages are made of. Throws `page-not-found`. */
export async function sendPage(
  address: string,
  request: FastifyRequest,
  reply: FastifyReply,
  { contentSecurityPolicy = pagePolicy, status = 200 }: PageOptions = {},
): Promise<Buffer | null> {
  const { bytes, type, etag } = await readPageFile(address);
  reply.status(status).headers({
    'content-type': type,
    'content-security-policy': contentSecurityPolicy,
    'cache-control': 'no-cache',
  });
  if (status !== 200) return bytes;
  reply.header('etag', etag);
  if (!namesTag(request.headers['if-none-match'], etag)) return bytes;
  reply.status(304);
  return null;
}
