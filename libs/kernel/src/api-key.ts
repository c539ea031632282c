import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { sha256Hex } from './digest.js';

/** Who holds it: a person's token, a host's key, or an installed plugin's key. */
export type ApiKeyKind = 'pat' | 'host' | 'plugin';

export interface ApiKey {
  /** The whole key, e.g. `mrt_pat_…`: shown once, never kept. */
  readonly text: string;
  /** What is kept of it. */
  readonly sha256: string;
  /** Enough of it to be told apart in a list. */
  readonly prefix: string;
}

const secretBytes = 32;
const shownSecretCharacters = 6;
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 36 bytes (32 random, 4 of CRC32) in base 62, padded to one length. */
const encodedCharacters = 49;
const shape = new RegExp(`^mrt_(pat|host|plugin)_([0-9A-Za-z]{${encodedCharacters}})$`);

/** A new random key: 32 random bytes and their CRC32, in base 62, behind a prefix that names its kind. */
export function makeApiKey(kind: ApiKeyKind): ApiKey {
  const secret = randomBytes(secretBytes);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(secret));
  const text = `mrt_${kind}_${toBase62(Buffer.concat([secret, checksum]))}`;
  return {
    text,
    sha256: sha256Hex(text),
    prefix: text.slice(0, `mrt_${kind}_`.length + shownSecretCharacters),
  };
}

/** The kind and digest of a key as it was sent; undefined for anything whose shape or checksum is wrong. */
export function parseApiKey(text: string): { kind: ApiKeyKind; sha256: string } | undefined {
  const match = shape.exec(text);
  if (!match) return undefined;
  const bytes = fromBase62(match[2] ?? '');
  if (!bytes || crc32(bytes.subarray(0, secretBytes)) !== bytes.readUInt32BE(secretBytes)) return undefined;
  return { kind: match[1] as ApiKeyKind, sha256: sha256Hex(text) };
}

function toBase62(bytes: Buffer): string {
  let rest = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  while (text.length < encodedCharacters) {
    text = (alphabet[Number(rest % 62n)] ?? '') + text;
    rest /= 62n;
  }
  return text;
}

/** So many digits at a time fit into a plain number, which is much faster to reckon with. */
const chunkDigits = 7;
const chunkFactor = 62n ** BigInt(chunkDigits);

function fromBase62(text: string): Buffer | undefined {
  let number = 0n;
  for (let at = 0; at < text.length; at += chunkDigits) {
    let chunk = 0;
    for (const digit of text.slice(at, at + chunkDigits)) chunk = chunk * 62 + alphabet.indexOf(digit);
    number = number * chunkFactor + BigInt(chunk);
  }
  const hex = number.toString(16).padStart((secretBytes + 4) * 2, '0');
  return hex.length > (secretBytes + 4) * 2 ? undefined : Buffer.from(hex, 'hex');
}
