import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { RegistryError } from '#kernel';
import type { BlobStore } from '#packages';
import { parseByteRange } from '../platform/byte-range.js';
import type { RequestedRange } from '../platform/byte-range.js';
import { namesTag } from '../platform/entity-tag.js';
import type { HotBlobs } from './hot-blobs.js';

/** A blob as the answer to a request that may have it. */
export interface SentBlob {
  readonly sha256: string;
  readonly size: number;
  /** All but `etag`, `content-length` and what a range needs. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Sends bytes by their digest: whole, or the one range asked for, or a 304, or headers alone for HEAD. What is small
 * comes from memory without a file being opened.
 */
export class SendBlob {
  constructor(
    private readonly blobs: BlobStore,
    private readonly hot: HotBlobs,
  ) {}

  /** Throws `range-not-satisfiable`, and `blob-missing` where the store has lost the bytes. */
  run(request: FastifyRequest, reply: FastifyReply, blob: SentBlob): void | Promise<void> {
    const etag = `"${blob.sha256}"`;
    reply.headers(blob.headers).header('etag', etag).header('accept-ranges', 'bytes');
    if (namesTag(request.headers['if-none-match'], etag)) {
      reply.status(304).send();
      return;
    }
    const range = rangeOf(request, reply, blob.size, etag);
    if (request.method === 'HEAD') {
      lengthen(reply, blob.size, range).send(Readable.from([]));
      return;
    }
    const bytes = this.hot.get(blob.sha256);
    if (bytes !== undefined) sendBytes(reply, bytes, range);
    else return this.read(reply, blob, range);
  }

  private async read(
    reply: FastifyReply,
    { sha256, size }: SentBlob,
    range: RequestedRange | undefined,
  ): Promise<void> {
    if (this.hot.takes(size)) sendBytes(reply, await this.hot.load(sha256, size), range);
    else {
      const body = await this.blobs.open(sha256, range);
      await lengthen(reply, size, range).send(body);
    }
  }
}

function sendBytes(reply: FastifyReply, bytes: Buffer, range: RequestedRange | undefined): void {
  const body = range ? bytes.subarray(range.start, range.end + 1) : bytes;
  lengthen(reply, bytes.length, range).send(body);
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
    `The artifact has ${size} bytes, and the range begins behind them: ask for another, or for the whole.`,
    { details: { size } },
  );
