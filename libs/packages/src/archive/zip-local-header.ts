import type { Entry } from 'yauzl';
import type { ReadableBytes } from '../staging.js';

/** Where a member's compressed bytes begin, and where the next member does. */
interface LocalHeader {
  readonly dataStart: number;
  readonly end: number;
}

const headerBytes = 30;
const descriptorSignature = 0x08074b50;
const usualExtraBytes = 256;
const hasDescriptorFlag = 8;
const unknownSize = 0xffffffff;

/** Compares the header before a member's bytes with the one in the directory; a string says what is wrong. */
export async function readLocalHeader(file: ReadableBytes, entry: Entry): Promise<LocalHeader | string> {
  const start = entry.relativeOffsetOfLocalHeader;
  let header = await file.read(start, headerBytes + entry.fileNameLength + usualExtraBytes);
  if (header.length < headerBytes || header.readUInt32LE(0) !== 0x04034b50)
    return 'it has no header of its own';
  const nameLength = header.readUInt16LE(26);
  const extraLength = header.readUInt16LE(28);
  const dataStart = start + headerBytes + nameLength + extraLength;
  if (dataStart > start + header.length) header = await file.read(start, dataStart - start);
  const name = header.subarray(headerBytes, headerBytes + nameLength);
  const extra = header.subarray(headerBytes + nameLength, headerBytes + nameLength + extraLength);
  if (!name.equals(entry.fileNameRaw)) return 'its own header has another name than the directory';
  if (
    header.readUInt16LE(6) !== entry.generalPurposeBitFlag ||
    header.readUInt16LE(8) !== entry.compressionMethod
  ) {
    return 'its own header says another way of packing than the directory';
  }
  const dataEnd = dataStart + entry.compressedSize;
  if (dataEnd > file.size) return 'it reaches beyond the end of the file';
  if ((entry.generalPurposeBitFlag & hasDescriptorFlag) === 0) {
    return sizesAgree(header, extra, entry) ? { dataStart, end: dataEnd } : otherSizes;
  }
  if (!isUnset(header, extra) && !sizesAgree(header, extra, entry)) return otherSizes;
  const descriptorBytes = await descriptorLength(file, entry, dataEnd);
  return descriptorBytes === undefined ? otherSizes : { dataStart, end: dataEnd + descriptorBytes };
}

const otherSizes = 'its own header has another size or checksum than the directory';

function sizesAgree(header: Buffer, extra: Buffer, entry: Entry): boolean {
  const [bytes, compressed] = localSizes(header, extra);
  return (
    header.readUInt32LE(14) === entry.crc32 &&
    bytes === entry.uncompressedSize &&
    compressed === entry.compressedSize
  );
}

/** With a data descriptor behind the bytes the header before them may leave all three open. */
function isUnset(header: Buffer, extra: Buffer): boolean {
  const isZero = (value: number | undefined) => value === 0;
  return header.readUInt32LE(14) === 0 && localSizes(header, extra).every(isZero);
}

function localSizes(header: Buffer, extra: Buffer): [number | undefined, number | undefined] {
  const compressed = header.readUInt32LE(18);
  const bytes = header.readUInt32LE(22);
  if (compressed !== unknownSize && bytes !== unknownSize) return [bytes, compressed];
  const zip64 = zip64Field(extra);
  if (zip64 === undefined) return [undefined, undefined];
  const values = Array.from({ length: Math.floor(zip64.length / 8) }, (_, index) =>
    zip64.readBigUInt64LE(index * 8),
  );
  const take = (value: number) => (value === unknownSize ? Number(values.shift() ?? -1n) : value);
  return [take(bytes), take(compressed)];
}

function zip64Field(extra: Buffer): Buffer | undefined {
  for (let position = 0; position + 4 <= extra.length;) {
    const length = extra.readUInt16LE(position + 2);
    if (extra.readUInt16LE(position) === 1) return extra.subarray(position + 4, position + 4 + length);
    position += 4 + length;
  }
  return undefined;
}

/** The descriptor has an optional signature, a checksum, and two sizes of four or (zip64) eight bytes; another record follows. */
async function descriptorLength(
  file: ReadableBytes,
  entry: Entry,
  position: number,
): Promise<number | undefined> {
  const bytes = await file.read(position, 26);
  const sizes = (start: number, wide: boolean): number[] =>
    wide
      ? [Number(bytes.readBigUInt64LE(start)), Number(bytes.readBigUInt64LE(start + 8))]
      : [bytes.readUInt32LE(start), bytes.readUInt32LE(start + 4)];
  for (const signed of [true, false]) {
    const start = signed ? 4 : 0;
    if (signed && (bytes.length < 4 || bytes.readUInt32LE(0) !== descriptorSignature)) continue;
    for (const wide of [false, true]) {
      const length = start + 4 + (wide ? 16 : 8);
      if (bytes.length < length || bytes.readUInt32LE(start) !== entry.crc32) continue;
      const [compressed, plain] = sizes(start + 4, wide);
      const isFollowed = bytes.toString('latin1', length, length + 2) === 'PK';
      if (compressed === entry.compressedSize && plain === entry.uncompressedSize && isFollowed)
        return length;
    }
  }
  return undefined;
}
