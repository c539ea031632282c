import type { FastifyReply, FastifyRequest } from 'fastify';
import { limits } from '#kernel';
import type { BlobStore, DownloadCounter } from '#packages';
import { prepareBytes } from '../platform/answers/prepare-bytes.js';
import type { DueBytes } from '../platform/answers/prepare-bytes.js';
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
 * comes from memory without a file being opened. With `redirects` who asks for larger ones is sent to where they are kept,
 * if there is an address for it. What was sent whole, to its end, or asked for whole there, is a download.
 */
export class SendBlob {
  constructor(
    private readonly blobs: BlobStore,
    private readonly hot: HotBlobs,
    private readonly downloads: DownloadCounter,
    private readonly redirects: boolean,
  ) {}

  /**
   * Throws `range-not-satisfiable`, `blob-missing` where the store has lost the bytes, `blob-damaged` where what comes from
   * memory isn't those, and `blob-store-unavailable`.
   */
  run(request: FastifyRequest, reply: FastifyReply, blob: SentBlob): void | Promise<void> {
    const { sha256, size, headers } = blob;
    const due = prepareBytes(request, reply, { etag: `"${sha256}"`, size, headers });
    if (!due) return;
    if (!due.range) reply.raw.on('finish', () => this.note(reply, sha256));
    const bytes = this.hot.get(sha256);
    if (bytes !== undefined) sendBytes(due, bytes);
    else return this.read(reply, due, blob);
  }

  private note(reply: FastifyReply, sha256: string): void {
    if (reply.statusCode === 200 || reply.statusCode === redirectStatus) this.downloads.note(sha256);
  }

  private async read(reply: FastifyReply, due: DueBytes, blob: SentBlob): Promise<void> {
    const { sha256, size } = blob;
    if (this.redirects && size > limits.hotSmallBlobBytes && (await this.redirect(reply, blob))) return;
    if (this.hot.takes(sha256, size)) sendBytes(due, await this.hot.load(sha256));
    else due.send(await this.blobs.open(sha256, due.range));
  }

  /** False where the blob has to come through here; images always do, since a browser shows them in the name of their host. */
  private async redirect(reply: FastifyReply, { sha256, headers }: SentBlob): Promise<boolean> {
    const { 'content-type': contentType = '', 'content-disposition': disposition = '' } = headers;
    if (!disposition.startsWith('attachment')) return false;
    const cacheControl = headers['cache-control'] ?? '';
    const address = await this.blobs.address(sha256, { contentType, disposition, cacheControl });
    if (address === null) return false;
    for (const name of [...Object.keys(headers), 'etag', 'accept-ranges']) {
      if (!keptOnRedirect.has(name)) reply.removeHeader(name);
    }
    reply.status(redirectStatus).header('cache-control', 'no-store').header('location', address).send();
    return true;
  }
}

const redirectStatus = 302;
const keptOnRedirect = new Set(['access-control-allow-origin', 'cross-origin-resource-policy']);

function sendBytes({ range, send }: DueBytes, bytes: Buffer): void {
  send(range ? bytes.subarray(range.start, range.end + 1) : bytes);
}
