import { createHash } from 'node:crypto';
import { limits } from '#kernel';
import { Blake2b } from './blake2b.js';
import { sentDigestWrong } from '../errors.js';
import { stagedChunks } from '../archive/staged-chunks.js';
import type { StagedFile } from '../staging.js';

/** Digests that a client sent with a file, in hexadecimal; null where it sent none. */
export interface SentDigests {
  readonly sha256: string | null;
  /** Of 32 bytes; of 64 from `setup.py upload`, which gives both the one name. */
  readonly blake2b: string | null;
  readonly md5: string | null;
}

/** Throws `sent-digest-wrong` unless the file has each of the digests. */
export async function checkSentDigests(file: StagedFile, sent: SentDigests): Promise<void> {
  if (sent.sha256 !== null && sent.sha256 !== file.sha256) throw sentDigestWrong('sha256_digest');
  const md5 = sent.md5 === null ? null : createHash('md5');
  const blake2b = isWorthItsTime(file, sent) ? new Blake2b(sent.blake2b?.length === 128 ? 64 : 32) : null;
  if (md5 === null && blake2b === null) return;
  for await (const chunk of stagedChunks(file, 0, file.size)) {
    md5?.update(chunk);
    blake2b?.update(chunk);
  }
  if (md5 !== null && md5.digest('hex') !== sent.md5) throw sentDigestWrong('md5_digest');
  if (blake2b !== null && blake2b.hexDigest() !== sent.blake2b) throw sentDigestWrong('blake2_256_digest');
}

/** BLAKE2b is computed here and not by the machine's own library: of a large file only where nothing else vouches for it. */
const isWorthItsTime = (file: StagedFile, { blake2b, sha256 }: SentDigests): boolean =>
  blake2b !== null && (sha256 === null || file.size <= limits.blake2CheckedBytes);
