import { decodeUtf8 } from './decode-utf8.js';

const interpreted = new Set(['path', 'linkpath', 'size']);

/** The keys of a pax header (POSIX.1-2001) that say where and how large an entry is; undefined when it is damaged. */
export function parsePaxRecords(bytes: Buffer): ReadonlyMap<string, string> | undefined {
  const records = new Map<string, string>();
  for (let position = 0; position < bytes.length;) {
    const space = bytes.indexOf(0x20, position);
    const digits = space === -1 ? '' : bytes.toString('latin1', position, space);
    if (!/^[1-9]\d{0,8}$/.test(digits)) return undefined;
    const end = position + Number(digits);
    if (end > bytes.length || end <= space + 1 || bytes[end - 1] !== 0x0a) return undefined;
    const equals = bytes.indexOf(0x3d, space);
    if (equals === -1 || equals >= end) return undefined;
    const key = bytes.toString('latin1', space + 1, equals);
    if (interpreted.has(key) || key.startsWith('GNU.sparse')) {
      const value = decodeUtf8(bytes.subarray(equals + 1, end - 1));
      if (value === null || records.has(key)) return undefined;
      records.set(key, value);
    }
    position = end;
  }
  return records;
}
