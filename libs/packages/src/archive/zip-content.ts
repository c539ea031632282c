import { crc32, inflateRawSync } from 'node:zlib';
import type { ArchiveBudget } from './archive-budget.js';
import { artifactRefused } from '../errors.js';
import { inflateChunks, isInflateError } from './inflate-chunks.js';
import type { ReadableBytes } from '../staging.js';
import { stagedChunks } from './staged-chunks.js';
import type { ZipMember } from './zip-archive.js';

/** Up to this much is unpacked in one go on the main thread, in less time than handing it to another one takes. */
const atOnceBytes = 128 * 1024;

/** A member's bytes, unpacked; throws unless they are as many, and have the checksum, that the directory says. */
export async function* zipContent(
  file: ReadableBytes,
  member: ZipMember,
  filename: string,
  budget: ArchiveBudget,
): AsyncGenerator<Buffer> {
  const progress = { consumed: 0 };
  let bytes = 0;
  let checksum = 0;
  try {
    for await (const chunk of unpacked(file, member, progress)) {
      budget.countBytes(chunk.length, member.path);
      bytes += chunk.length;
      if (bytes > member.bytes) break;
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
  } catch (error) {
    if (isInflateError(error)) throw damaged(filename, member, 'it is damaged');
    throw error;
  }
  if (bytes !== member.bytes) throw damaged(filename, member, 'it has another size than the archive says');
  if (checksum !== member.crc32)
    throw damaged(filename, member, 'it has another checksum than the archive says');
  if (progress.consumed !== member.compressedBytes)
    throw damaged(filename, member, 'there are bytes hidden behind it');
}

function damaged(filename: string, member: ZipMember, what: string): Error {
  return artifactRefused(
    'archive-damaged',
    { filename, entry: member.path },
    `${what}; pack it again and send it whole.`,
  );
}

async function* unpacked(
  file: ReadableBytes,
  member: ZipMember,
  progress: { consumed: number },
): AsyncGenerator<Buffer> {
  const end = member.start + member.compressedBytes;
  if (member.method === 'stored') {
    progress.consumed = member.compressedBytes;
    yield* stagedChunks(file, member.start, end);
  } else if (member.bytes <= atOnceBytes && member.compressedBytes <= atOnceBytes) {
    const { buffer, consumed } = inflateAtOnce(await file.read(member.start, member.compressedBytes));
    progress.consumed = consumed;
    yield buffer;
  } else {
    yield* inflateChunks(stagedChunks(file, member.start, end), progress);
  }
}

function inflateAtOnce(compressed: Buffer): { buffer: Buffer; consumed: number } {
  const result: unknown = inflateRawSync(compressed, { info: true, maxOutputLength: atOnceBytes });
  const { buffer, engine } = result as { buffer: Buffer; engine: { bytesWritten: number } };
  return { buffer, consumed: engine.bytesWritten };
}
