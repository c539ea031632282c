import type { FastifyReply, FastifyRequest } from 'fastify';
import type { BlobStore, DownloadCounter } from '#packages';
import { prepareBytes } from '../platform/prepare-bytes.js';
import type { DueBytes } from '../platform/prepare-bytes.js';
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
 * comes from memory without a file being opened. What was sent whole, to its end, is a download.
 */
export class SendBlob {
  constructor(
    private readonly blobs: BlobStore,
    private readonly hot: HotBlobs,
    private readonly downloads: DownloadCounter,
  ) {}

  /** Throws `range-not-satisfiable`, and `blob-missing` where the store has lost the bytes. */
  run(request: FastifyRequest, reply: FastifyReply, blob: SentBlob): void | Promise<void> {
    const { sha256, size, headers } = blob;
    const due = prepareBytes(request, reply, { etag: `"${sha256}"`, size, headers });
    if (!due) return;
    if (!due.range) reply.raw.on('finish', () => this.note(reply, sha256));
    const bytes = this.hot.get(sha256);
    if (bytes !== undefined) sendBytes(due, bytes);
    else return this.read(due, blob);
  }

  private note(reply: FastifyReply, sha256: string): void {
    if (reply.statusCode === 200) this.downloads.note(sha256);
  }

  private async read(due: DueBytes, { sha256, size }: SentBlob): Promise<void> {
    if (this.hot.takes(sha256, size)) sendBytes(due, await this.hot.load(sha256, size));
    else due.send(await this.blobs.open(sha256, due.range));
  }
}

function sendBytes({ range, send }: DueBytes, bytes: Buffer): void {
  send(range ? bytes.subarray(range.start, range.end + 1) : bytes);
}
