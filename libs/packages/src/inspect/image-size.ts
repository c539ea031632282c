import { crc32 } from 'node:zlib';

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export function looksLikePng(bytes: Buffer): boolean {
  return bytes.subarray(0, 8).equals(pngSignature);
}

export function looksLikeWebp(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP';
}

/** Walks all of a PNG's chunks; undefined when one is damaged, IEND isn't the last, or there is no image. */
export function pngSize(bytes: Buffer): ImageSize | undefined {
  let size: ImageSize | undefined;
  let hasData = false;
  for (let position = 8; position + 12 <= bytes.length;) {
    const length = bytes.readUInt32BE(position);
    const type = bytes.toString('latin1', position + 4, position + 8);
    const end = position + 12 + length;
    if (end > bytes.length) return undefined;
    if (crc32(bytes.subarray(position + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) return undefined;
    if (position === 8) {
      if (type !== 'IHDR' || length !== 13) return undefined;
      size = { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
    }
    if (type === 'IDAT') hasData = true;
    if (type === 'IEND') return hasData && end === bytes.length ? size : undefined;
    position = end;
  }
  return undefined;
}

/** The size in a WebP's first chunk, in any of its three kinds; undefined when the file isn't as long as it says. */
export function webpSize(bytes: Buffer): ImageSize | undefined {
  if (bytes.length < 30) return undefined;
  const said = bytes.readUInt32LE(4) + 8;
  if (said + (said % 2) !== bytes.length + (bytes.length % 2)) return undefined;
  const chunk = bytes.toString('latin1', 12, 16);
  if (chunk === 'VP8X') return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
  if (chunk === 'VP8L') return bytes[20] === 0x2f ? losslessSize(bytes.readUInt32LE(21)) : undefined;
  if (chunk !== 'VP8 ' || bytes.readUIntBE(23, 3) !== 0x9d012a) return undefined;
  return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
}

function losslessSize(bits: number): ImageSize {
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}
