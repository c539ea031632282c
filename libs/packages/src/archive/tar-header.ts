import { decodeUtf8 } from './decode-utf8.js';

/** One 512-byte header of a tar archive (POSIX ustar, GNU or the older form without a magic), as it stands. */
export interface TarHeader {
  /** Null when it isn't UTF-8. */
  readonly name: string | null;
  readonly size: number;
  /** The type flag's character; the old `\0` is `0`. */
  readonly type: string;
}

/** Undefined when the block is no header: its checksum or one of its numbers is wrong. */
export function parseTarHeader(block: Buffer): TarHeader | undefined {
  const size = parseNumber(block.subarray(124, 136));
  if (parseNumber(block.subarray(148, 156)) !== checksum(block) || size === undefined) return undefined;
  const type = block[156] === 0 ? '0' : String.fromCharCode(block[156] ?? 0);
  const isPosix = block.subarray(257, 263).equals(Buffer.from('ustar\0'));
  const prefix = isPosix ? decodeUtf8(upToZero(block.subarray(345, 500))) : '';
  const name = decodeUtf8(upToZero(block.subarray(0, 100)));
  if (prefix === null || name === null) return { name: null, size, type };
  return { name: prefix === '' ? name : `${prefix}/${name}`, size, type };
}

export function upToZero(bytes: Buffer): Buffer {
  const zero = bytes.indexOf(0);
  return zero === -1 ? bytes : bytes.subarray(0, zero);
}

/** The sum of all bytes, the checksum's own eight counted as spaces. */
function checksum(block: Buffer): number {
  let sum = 8 * 32;
  for (let index = 0; index < 512; index++) if (index < 148 || index >= 156) sum += block[index] ?? 0;
  return sum;
}

/** Octal digits among spaces and zero bytes, or GNU's big-endian binary, which is marked by the highest bit. */
function parseNumber(field: Buffer): number | undefined {
  if (((field[0] ?? 0) & 0x80) !== 0) return parseBinary(field);
  const digits = field
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
    .replace(/^ +/, '');
  if (digits === '') return 0;
  return /^[0-7]+$/.test(digits) ? parseInt(digits, 8) : undefined;
}

function parseBinary(field: Buffer): number | undefined {
  if (field[0] !== 0x80) return undefined;
  const value = BigInt(`0x${field.subarray(1).toString('hex')}`);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
}
