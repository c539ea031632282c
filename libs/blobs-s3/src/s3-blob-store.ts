import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { limits, RegistryError, sha256Hex, WorkQueue } from '#kernel';
import { BlobStore, blobMissing } from '#packages';
import type { AddressedBlob, ByteRange, StagedFile } from '#packages';
import type { S3Options } from './s3-options.js';
import { S3Bucket } from './s3-bucket.js';
import { blobStoreUnavailable, isS3Away, s3Failure, s3Status } from './s3-failure.js';
import type { S3Location } from './s3-location.js';

const digest = /^[0-9a-f]{64}$/;

/**
 * Keeps blobs as objects, `sha256/ab/ab…` below the prefix: the same names as in a folder, so that any tool can copy the one
 * to the other. A put is conditional, so that what is there is never written over, and an object is seen whole or not at
 * all. The service or the digest says whether the bytes arrived as they were sent.
 */
export class S3BlobStore extends BlobStore {
  private readonly uploads = new WorkQueue(limits.s3UploadsAtOnce, limits.s3UploadsWaiting, () =>
    blobStoreUnavailable(undefined),
  );

  private letInAt = Number.NEGATIVE_INFINITY;
  private barred: { readonly at: number; readonly error: unknown } | undefined;

  private constructor(
    private readonly bucket: S3Bucket,
    private readonly location: S3Location,
  ) {
    super();
  }

  /** As `openS3BlobStore` promises. */
  static async open(location: S3Location, { report, look = false }: S3Options): Promise<S3BlobStore> {
    const bucket = new S3Bucket(location, report);
    let isThere = true;
    try {
      if (look) isThere = await bucket.isThere();
      else await bucket.make();
    } catch (error) {
      const cause = error instanceof RegistryError ? error.cause : error;
      if (!isS3Away(cause)) throw refused(location, cause);
    }
    if (!isThere) throw bucketMissing(location);
    return new S3BlobStore(bucket, location);
  }

  override async keep(file: StagedFile): Promise<void> {
    if (file.bytes !== null) return this.keepSmall(file.sha256, file.bytes);
    const { sha256, path, size } = file;
    if (path === null) throw new Error('A staged file is in memory or on the disk.');
    const found = await this.bucket.size(this.keyOf(sha256));
    if (found === size) return;
    await this.uploads.run(async () => {
      if (size <= limits.s3PartBytes) return this.keepSmall(sha256, await readFile(path));
      const key = this.keyOf(sha256);
      const staged = { path, sha256 };
      const isNew = await this.bucket.upload(key, staged, found !== undefined);
      if (!isNew && (await this.bucket.size(key)) !== size) await this.bucket.upload(key, staged, true);
    });
  }

  override async size(sha256: string): Promise<number | undefined> {
    if (!digest.test(sha256)) return undefined;
    const size = await this.bucket.size(this.keyOf(sha256));
    // Without its bucket every object is missing, which nobody must take for an answer.
    if (size === undefined && !(await this.bucket.isThere())) throw blobStoreUnavailable(undefined);
    return size;
  }

  override async open(sha256: string, range?: ByteRange): Promise<Readable> {
    if (!digest.test(sha256)) throw blobMissing(sha256);
    const first = await this.openFrom(sha256, range?.start ?? 0, range?.end);
    const end = (range?.start ?? 0) + first.size - 1;
    return Readable.from(this.chunks(sha256, first.body, range?.start ?? 0, end), { objectMode: false });
  }

  override async remove(sha256: string, until = Infinity): Promise<void> {
    if (!digest.test(sha256)) return;
    const seconds = Math.floor(Math.min(limits.s3AddressSeconds, (until - Date.now()) / 1000));
    if (seconds < 1) throw blobStoreUnavailable(undefined);
    await this.bucket.remove(this.keyOf(sha256), seconds);
  }

  override async *list(): AsyncIterable<string> {
    for await (const keys of this.bucket.keys(`${this.location.prefix}sha256/`)) {
      for (const key of keys) {
        const sha256 = key.slice(-64);
        if (digest.test(sha256) && key === this.keyOf(sha256)) yield sha256;
      }
    }
  }

  /**
   * Signing asks nobody: an address signed with a key that was revoked would only be refused to who was sent there. So the
   * service is asked, now and then, whether it still lets the store at what it is about to promise.
   */
  override async address(sha256: string, as: AddressedBlob): Promise<string> {
    const now = performance.now();
    if (now - this.letInAt > limits.s3LetInForMs) {
      if (this.barred && now - this.barred.at < limits.s3BarredForMs) throw this.barred.error;
      const size = await this.size(sha256).catch((error: unknown) => {
        this.barred = { at: performance.now(), error };
        throw error;
      });
      this.letInAt = now;
      if (size === undefined) throw blobMissing(sha256);
    }
    return this.bucket.address(this.keyOf(sha256), as);
  }

  override placeOf(sha256: string): string {
    return `s3://${this.bucket.name}/${this.keyOf(sha256)}`;
  }

  override async clearLeftovers(before: number, look?: 'look'): Promise<number> {
    let found = 0;
    for await (const uploads of this.bucket.cutOffUploads(`${this.location.prefix}sha256/`)) {
      for (const upload of uploads) {
        if (upload.begunAt >= before) continue;
        found += 1;
        if (look === undefined) await this.bucket.giveUp(upload);
      }
    }
    return found;
  }

  override async owner(claimant: string): Promise<string> {
    const key = `${this.location.prefix}owner`;
    const bytes = Buffer.from(claimant);
    let found = await this.bucket.open(key);
    if (found === undefined) {
      const sha256 = sha256Hex(bytes);
      if (await this.bucket.put(key, bytes, sha256, false)) return claimant;
      found = await this.bucket.open(key);
    }
    const chunks: Buffer[] = [];
    for await (const chunk of found?.body ?? []) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  }

  private keyOf(sha256: string): string {
    return `${this.location.prefix}sha256/${sha256.slice(0, 2)}/${sha256}`;
  }

  private async keepSmall(sha256: string, bytes: Buffer): Promise<void> {
    const key = this.keyOf(sha256);
    if (await this.bucket.put(key, bytes, sha256, false)) return;
    if ((await this.bucket.size(key)) !== bytes.length) await this.bucket.put(key, bytes, sha256, true);
  }

  private async openFrom(sha256: string, start: number, end?: number) {
    const isWhole = start === 0 && end === undefined;
    const range = isWhole ? undefined : `bytes=${start}-${end ?? ''}`;
    const opened = await this.bucket.open(this.keyOf(sha256), range);
    if (opened === undefined) throw blobMissing(sha256);
    return opened;
  }

  /** From `start` to `end`; what breaks on the way is asked for again from there on. */
  private async *chunks(sha256: string, first: Readable, start: number, end: number): AsyncGenerator<Buffer> {
    let body = first;
    let position = start;
    for (let attempt = 1; ; attempt += 1) {
      try {
        for await (const chunk of body) {
          position += (chunk as Buffer).length;
          yield chunk as Buffer;
        }
        if (position > end) return;
        throw Object.assign(new Error('The answer ended early.'), { code: 'ECONNRESET' });
      } catch (error) {
        if (!isS3Away(error) || attempt === limits.s3Attempts) throw s3Failure(error);
      } finally {
        body.destroy();
      }
      ({ body } = await this.openFrom(sha256, position, end));
    }
  }
}

const bucketMissing = ({ bucket, endpoint }: S3Location): RegistryError =>
  new RegistryError(
    'unavailable',
    'bucket-missing',
    `${endpoint ?? 'S3'} has no bucket "${bucket}": set MORTISE_BLOBS as the store has it, or bring the bucket back with its objects.`,
  );

const refused = ({ bucket, endpoint }: S3Location, cause: unknown): RegistryError =>
  new RegistryError(
    'unavailable',
    'blob-store-refused',
    `${endpoint ?? 'S3'} does not let the store into the bucket "${bucket}" (${reasonOf(cause)}): look at MORTISE_BLOBS, and at AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or whatever else AWS's variables and files say.`,
    { cause },
  );

function reasonOf(cause: unknown): string {
  const status = s3Status(cause);
  const said = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  return status === undefined ? said : `${status}, ${said}`;
}
