import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '../platform/contract/api-decorators.js';
import type { DeclaredRefusal } from '../platform/contract/refuses.js';

const file = { schema: { type: 'string', format: 'binary' } } as const;

/** What a route answers that hands out the bytes of a file. */
export const ApiFileResponses = (): MethodDecorator =>
  applyDecorators(
    ApiResponse({ status: 200, description: 'The whole.', content: { 'application/octet-stream': file } }),
    ApiResponse({ status: 206, description: 'The range.', content: { 'application/octet-stream': file } }),
    ApiResponse({
      status: 302,
      description: 'It is to be had under `Location` for some minutes (where MORTISE_DOWNLOADS says so).',
    }),
    ApiResponse({ status: 304, description: 'You have it already (If-None-Match).' }),
  );

export const blobsUnavailable: DeclaredRefusal = {
  kind: 'unavailable',
  code: 'blob-store-unavailable',
  when: 'What keeps the bytes does not answer: ask again after Retry-After.',
};

export const fileRefusals: readonly DeclaredRefusal[] = [
  { kind: 'range-not-satisfiable', code: 'range-not-satisfiable', when: 'The range lies behind the end.' },
  blobsUnavailable,
  {
    kind: 'not-found',
    code: 'blob-missing',
    when: 'The store has lost the bytes: an administrator has to put them back.',
  },
  {
    kind: 'unavailable',
    code: 'blob-damaged',
    when: 'The bytes kept are not those of the digest: an administrator has to mend them.',
  },
];
