import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { RegistryError } from '#kernel';
import { parseByteRange } from '../requests/byte-range.js';
import type { RequestedRange } from '../requests/byte-range.js';
import { namesTag } from './entity-tag.js';

/** Bytes that never change, as the answer to a request that may have them. */
export interface ImmutableBytes {
  /** With its quotes. */
  readonly etag: string;
  readonly size: number;
  /** All but `etag`, `content-length` and what a range needs. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What is still to be sent. */
export interface DueBytes {
  /** Undefined: all of them. */
  readonly range: RequestedRange | undefined;
  readonly send: (body: Buffer | Readable) => void;
}

/**
 * Answers as far as that needs no bytes: with a 304, or headers alone for HEAD. Else says which bytes are due: the one
 * range asked for, or all. Throws `range-not-satisfiable`.
 */
export function prepareBytes(
  request: FastifyRequest,
  reply: FastifyReply,
  { etag, size, headers }: ImmutableBytes,
): DueBytes | undefined {
  reply.headers(headers).header('etag', etag).header('accept-ranges', 'bytes');
  if (namesTag(request.headers['if-none-match'], etag)) {
    reply.status(304).send();
    return undefined;
  }
  const range = rangeOf(request, reply, size, etag);
  const send = (body: Buffer | Readable): void => void lengthen(reply, size, range).send(body);
  if (request.method !== 'HEAD') return { range, send };
  send(Readable.from([]));
  return undefined;
}

/** The range to be sent, or undefined for the whole: none is asked for, or not of these bytes (If-Range). */
function rangeOf(
  request: FastifyRequest,
  reply: FastifyReply,
  size: number,
  etag: string,
): RequestedRange | undefined {
  if (request.headers.range === undefined) return undefined;
  const condition = request.headers['if-range'];
  if (condition !== undefined && condition !== etag) return undefined;
  const range = parseByteRange(request.headers.range, size);
  if (range !== 'unsatisfiable') return range;
  reply.header('content-range', `bytes */${size}`);
  throw rangeNotSatisfiable(size);
}

function lengthen(reply: FastifyReply, size: number, range: RequestedRange | undefined): FastifyReply {
  if (!range) return reply.header('content-length', size);
  const { start, end } = range;
  return reply
    .status(206)
    .header('content-range', `bytes ${start}-${end}/${size}`)
    .header('content-length', end - start + 1);
}

const rangeNotSatisfiable = (size: number): RegistryError =>
  new RegistryError(
    'range-not-satisfiable',
    'range-not-satisfiable',
    `There are ${size} bytes, and the range begins behind them: ask for another, or for the whole.`,
    { details: { size } },
  );
