import { hash } from 'node:crypto';

/** SHA-256 of the bytes (a string counts as UTF-8), as 64 lower-case hexadecimal digits. */
export function sha256Hex(bytes: Uint8Array | string): string {
  return hash('sha256', bytes, 'hex');
}
