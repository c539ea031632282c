import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { CompletedPart, S3Client } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { limits } from '#kernel';

export interface UploadTarget {
  readonly Bucket: string;
  readonly Key: string;
  readonly IfNoneMatch?: string;
}

export interface HashedFile {
  readonly path: string;
  readonly sha256: string;
}

/**
 * Sends a file in pieces, one after the other and all of them from the same memory: what is made anew for each piece
 * is given back too late to count on. Nothing is seen of it before the last step, and nothing stays where this throws.
 */
export async function uploadPieces(client: S3Client, target: UploadTarget, file: HashedFile): Promise<void> {
  const { Bucket, Key } = target;
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: 'SHA256' }),
  );
  const upload = { Bucket, Key, UploadId };
  try {
    const Parts: CompletedPart[] = [];
    for await (const Body of pieces(file)) {
      const part = { PartNumber: Parts.length + 1, Body, ChecksumAlgorithm: 'SHA256' } as const;
      const { ETag, ChecksumSHA256 } = await client.send(new UploadPartCommand({ ...upload, ...part }));
      Parts.push({ PartNumber: part.PartNumber, ETag, ChecksumSHA256 });
    }
    await client.send(
      new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }),
    );
  } catch (error) {
    // What can't be given up now is cleared away with other leftovers.
    await client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
    throw error;
  }
}

/** The file, piece by piece: each is good until the next is asked for. Throws at the end where the digest is another. */
async function* pieces({ path, sha256 }: HashedFile): AsyncGenerator<Buffer> {
  const memory = Buffer.allocUnsafeSlow(limits.s3PartBytes);
  const hash = createHash('sha256');
  const file = await open(path);
  try {
    for (let read = await fill(memory, file); read > 0; read = await fill(memory, file)) {
      const piece = memory.subarray(0, read);
      hash.update(piece);
      yield piece;
    }
  } finally {
    await file.close();
  }
  if (hash.digest('hex') !== sha256) throw new Error(`The staged file ${path} has changed since it arrived.`);
}

/** How many bytes of the file there were for it. */
async function fill(memory: Buffer, file: FileHandle): Promise<number> {
  let filled = 0;
  while (filled < memory.length) {
    const { bytesRead } = await file.read(memory, filled, memory.length - filled, null);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}
