import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Readable } from 'node:stream';
import { limits } from '#kernel';
import type { AddressedBlob } from '#packages';
import type { S3Report } from './s3-options.js';
import { blobStoreUnavailable, isS3Away, s3Code, s3Failure, s3Status } from './s3-failure.js';
import type { S3Location } from './s3-location.js';
import { uploadPieces } from './upload-pieces.js';
import type { HashedFile, UploadTarget } from './upload-pieces.js';

export interface OpenedObject {
  readonly body: Readable;
  readonly size: number;
}

export interface CutOffUpload {
  readonly key: string;
  readonly id: string;
  readonly begunAt: number;
}

/** What of a failed call is an answer to its caller, and no failure. */
type Expected = (error: unknown) => boolean;

const nothing: Expected = () => false;
const isMissing: Expected = (error) => ['NoSuchKey', 'NotFound'].includes(s3Code(error));

/** One bucket of an S3-compatible service, path-style. Every call has an end, and what can be mended by asking again is. */
export class S3Bucket {
  private readonly client: S3Client;
  private readonly signer: S3Client;
  private wasThere = false;

  constructor(
    private readonly location: S3Location,
    private readonly report: S3Report = () => undefined,
  ) {
    this.client = connect(location, location.endpoint);
    this.signer = location.publicEndpoint === null ? this.client : connect(location, location.publicEndpoint);
  }

  get name(): string {
    return this.location.bucket;
  }

  /**
   * Makes the bucket where it is missing, unless it was there before: whoever took it away has its blobs, and beside an empty
   * one in its place they would all be missing for good.
   */
  async make(): Promise<void> {
    const Bucket = this.name;
    if (await this.isThere()) return;
    if (this.wasThere) {
      this.report({ asked: 'head-bucket', code: 'NoSuchBucket' });
      throw blobStoreUnavailable(undefined);
    }
    const isMade: Expected = (error) =>
      ['BucketAlreadyOwnedByYou', 'BucketAlreadyExists'].includes(s3Code(error));
    await this.ask(
      'create-bucket',
      () => this.client.send(new CreateBucketCommand({ Bucket }), quick),
      isMade,
    );
    this.wasThere = true;
  }

  async isThere(): Promise<boolean> {
    const Bucket = this.name;
    const answer = await this.ask(
      'head-bucket',
      () => this.client.send(new HeadBucketCommand({ Bucket }), quick),
      (error) => s3Status(error) === 404,
    );
    const isThere = answer !== undefined;
    this.wasThere ||= isThere;
    return isThere;
  }

  /** The size of an object; undefined where there is none, or no bucket. */
  async size(key: string): Promise<number | undefined> {
    const input = { Bucket: this.name, Key: key };
    const answer = await this.ask(
      'head',
      () => this.client.send(new HeadObjectCommand(input), quick),
      isMissing,
    );
    return answer?.ContentLength;
  }

  /** Undefined where there is no such object. */
  async open(key: string, range?: string): Promise<OpenedObject | undefined> {
    const input = { Bucket: this.name, Key: key, ...(range === undefined ? {} : { Range: range }) };
    const answer = await this.ask(
      'get',
      () => this.client.send(new GetObjectCommand(input), quick),
      isMissing,
    );
    return answer && { body: answer.Body as Readable, size: answer.ContentLength ?? 0 };
  }

  /** False where the object was there already, and `again` is not set. The service holds the bytes against their digest. */
  async put(key: string, bytes: Buffer, sha256: string, again: boolean): Promise<boolean> {
    const ChecksumSHA256 = Buffer.from(sha256, 'hex').toString('base64');
    const input = { ...this.target(key, again), Body: bytes, ChecksumSHA256 };
    return this.send(() => this.client.send(new PutObjectCommand(input), slow));
  }

  /** As `uploadPieces` promises. False where the object was there already, and `again` is not set. */
  async upload(key: string, file: HashedFile, again: boolean): Promise<boolean> {
    return this.send(() => uploadPieces(this.client, this.target(key, again), file));
  }

  /** The service itself refuses it after `seconds`, however long it was under way. */
  async remove(key: string, seconds: number): Promise<void> {
    const command = new DeleteObjectCommand({ Bucket: this.name, Key: key });
    await this.ask('delete', async () => {
      const address = await getSignedUrl(this.client, command, {
        expiresIn: seconds,
        signingDate: this.serviceDate(),
      });
      const signal = AbortSignal.timeout(Math.min(limits.s3AnswerMs, seconds * 1000));
      const answer = await fetch(address, { method: 'DELETE', signal });
      await answer.arrayBuffer();
      if (answer.ok || answer.status === 404) return;
      throw Object.assign(new Error(`The service answered ${answer.status}.`), {
        name: 'DeleteRefused',
        $metadata: { httpStatusCode: answer.status },
      });
    });
  }

  /** The keys of all objects that begin with `prefix`, a page at a time. */
  async *keys(prefix: string): AsyncGenerator<readonly string[]> {
    for (let token: string | undefined; ;) {
      const input = {
        Bucket: this.name,
        Prefix: prefix,
        ...(token === undefined ? {} : { ContinuationToken: token }),
      };
      const page = await this.asked('list', () => this.client.send(new ListObjectsV2Command(input), quick));
      yield (page.Contents ?? []).map(({ Key = '' }) => Key);
      token = page.NextContinuationToken;
      if (page.IsTruncated !== true || token === undefined) return;
    }
  }

  /** Uploads in pieces that were neither finished nor given up, a page at a time. */
  async *cutOffUploads(prefix: string): AsyncGenerator<readonly CutOffUpload[]> {
    for (let marker: { KeyMarker?: string; UploadIdMarker?: string } = {}; ;) {
      const input = { Bucket: this.name, Prefix: prefix, ...marker };
      const page = await this.asked('list-uploads', () =>
        this.client.send(new ListMultipartUploadsCommand(input), quick),
      );
      yield (page.Uploads ?? []).map(({ Key = '', UploadId = '', Initiated }) => ({
        key: Key,
        id: UploadId,
        begunAt: Initiated?.getTime() ?? Date.now(),
      }));
      if (page.IsTruncated !== true || page.NextKeyMarker === undefined) return;
      marker = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker ?? '' };
    }
  }

  async giveUp({ key, id }: CutOffUpload): Promise<void> {
    const input = { Bucket: this.name, Key: key, UploadId: id };
    const isGone: Expected = (error) => s3Code(error) === 'NoSuchUpload';
    await this.ask(
      'abort-upload',
      () => this.client.send(new AbortMultipartUploadCommand(input), quick),
      isGone,
    );
  }

  /** An address of the object that is good for a few minutes, for anybody. */
  address(key: string, as: AddressedBlob): Promise<string> {
    const command = new GetObjectCommand({
      Bucket: this.name,
      Key: key,
      ResponseContentType: as.contentType,
      ResponseContentDisposition: as.disposition,
      ResponseCacheControl: as.cacheControl,
    });
    return this.asked('sign', () =>
      getSignedUrl(this.signer, command, {
        expiresIn: limits.s3AddressSeconds,
        signingDate: this.serviceDate(),
      }),
    );
  }

  /**
   * The time by the service's clock, as far as an answer has told it. By a clock that goes wrong an address would be over
   * before it is used, or in force long after its time.
   */
  private serviceDate(): Date {
    return new Date(Date.now() + this.client.config.systemClockOffset);
  }

  private target(key: string, again: boolean): UploadTarget {
    return { Bucket: this.name, Key: key, ...(again ? {} : { IfNoneMatch: '*' }) };
  }

  /** Two who put the same at once may both be sent back; and a bucket may have been taken away since the start. */
  private async send(put: () => Promise<unknown>): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.ask(
        'put',
        () => put().then(() => 'kept'),
        (error) => s3Status(error) === 412 || (attempt < limits.s3Attempts && isWorthAnother(error)),
        (error) => s3Code(error),
      );
      if (outcome === 'kept') {
        this.wasThere = true;
        return true;
      }
      if (outcome === 'PreconditionFailed') return false;
      if (outcome === 'NoSuchBucket') await this.make();
    }
  }

  private async asked<T>(what: string, call: () => Promise<T>): Promise<T> {
    return (await this.ask(what, call, nothing)) as T;
  }

  /** Undefined, or what `answer` makes of it, where the failure is an answer. Throws it as a refusal otherwise. */
  private async ask<T, A = undefined>(
    what: string,
    call: () => Promise<T>,
    isAnswer: Expected = nothing,
    answer?: (error: unknown) => A,
  ): Promise<T | A | undefined> {
    try {
      return await call();
    } catch (error) {
      if (isAnswer(error)) return answer?.(error);
      const failure = s3Failure(error);
      if (failure !== error) this.report({ asked: what, code: s3Code(error) });
      throw failure;
    }
  }
}

const isWorthAnother: Expected = (error) =>
  ['ConditionalRequestConflict', 'NoSuchBucket', 'NoSuchUpload'].includes(s3Code(error)) && !isS3Away(error);

const quick = { requestTimeout: limits.s3AnswerMs };
const slow = { requestTimeout: limits.s3UploadMs };

function connect({ region }: S3Location, endpoint: string | null): S3Client {
  return new S3Client({
    ...(endpoint === null ? {} : { endpoint }),
    ...(region === null ? {} : { region }),
    forcePathStyle: true,
    maxAttempts: limits.s3Attempts,
    // Services that are not AWS's don't all know the newest checksums; ours are asked for by name.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: limits.s3ConnectMs,
      requestTimeout: limits.s3UploadMs,
      throwOnRequestTimeout: true,
      socketTimeout: limits.s3IdleMs,
      httpAgent: { keepAlive: true, maxSockets: limits.s3Connections },
      httpsAgent: { keepAlive: true, maxSockets: limits.s3Connections },
    },
  });
}
