import type { MadeDocument } from './document-cache.js';

/** A body as the bytes of a JSON answer. */
export function jsonDocument(body: object): MadeDocument {
  return { body: Buffer.from(JSON.stringify(body)), contentType: 'application/json; charset=utf-8' };
}
