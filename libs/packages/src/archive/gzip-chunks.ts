import { crc32 } from 'node:zlib';
import type { ArchiveBudget } from './archive-budget.js';
import { artifactRefused } from '../errors.js';
import { inflateChunks, isInflateError } from './inflate-chunks.js';
import type { ReadableBytes } from '../staging.js';
import { stagedChunks } from './staged-chunks.js';

const headerBytesRead = 4 * 1024;
const trailerBytes = 8;
const flag = { headerChecksum: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 };

/**
 * Unpacks a gzip file (RFC 1952) that is one member and nothing else. Several members, or bytes after the last, are
 * refused: some tools read on, others stop, and the two would see different archives.
 */
export async function* gzipChunks(
  file: ReadableBytes,
  filename: string,
  budget: ArchiveBudget,
): AsyncGenerator<Buffer> {
  const start = headerLength(await file.read(0, headerBytesRead));
  const end = file.size - trailerBytes;
  if (start === undefined || start > end) throw damaged(filename, 'its gzip header is damaged or cut off');
  const progress = { consumed: 0 };
  let checksum = 0;
  let bytes = 0;
  try {
    for await (const chunk of inflateChunks(stagedChunks(file, start, end), progress)) {
      budget.countBytes(chunk.length);
      checksum = crc32(chunk, checksum);
      bytes += chunk.length;
      yield chunk;
    }
  } catch (error) {
    if (!isInflateError(error)) throw error;
    throw damaged(filename, 'it is damaged or was cut off on the way');
  }
  if (progress.consumed !== end - start)
    throw damaged(filename, 'there are bytes after the end of its gzip stream');
  const trailer = await file.read(end, trailerBytes);
  if (trailer.readUInt32LE(0) !== checksum || trailer.readUInt32LE(4) !== bytes % 2 ** 32) {
    throw damaged(filename, 'its gzip checksum or length does not match its contents');
  }
}

function damaged(filename: string, what: string): Error {
  return artifactRefused('archive-damaged', { filename }, `${what}; pack it again and send it whole.`);
}

function headerLength(bytes: Buffer): number | undefined {
  if (bytes.length < 10 || bytes.readUInt16BE(0) !== 0x1f8b || bytes[2] !== 8) return undefined;
  const flags = bytes[3] ?? 0;
  if ((flags & flag.reserved) !== 0) return undefined;
  let position = 10;
  if ((flags & flag.extra) !== 0) {
    if (bytes.length < position + 2) return undefined;
    position += 2 + bytes.readUInt16LE(position);
  }
  for (const text of [flag.name, flag.comment]) {
    if ((flags & text) === 0) continue;
    const zero = bytes.indexOf(0, position);
    if (zero === -1) return undefined;
    position = zero + 1;
  }
  if ((flags & flag.headerChecksum) !== 0) position += 2;
  return position <= bytes.length ? position : undefined;
}
