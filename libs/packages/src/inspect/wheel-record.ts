import { createHash } from 'node:crypto';
import { leadsOutside } from '../archive/archive-paths.js';
import { decodeUtf8 } from '../archive/decode-utf8.js';

/** A line of a wheel's RECORD that has a digest. */
export interface RecordLine {
  readonly path: string;
  readonly algorithm: 'sha256' | 'sha384' | 'sha512';
  /** base64url without padding, as RECORD has it. */
  readonly digest: string;
  readonly bytes: number | null;
}

const hash = /^(sha256|sha384|sha512)=([A-Za-z0-9_-]+)=*$/;

/**
 * The lines of a RECORD that have a digest, by path. The file itself and its signatures have none. A string says what
 * is wrong.
 */
export function parseWheelRecord(content: Buffer): ReadonlyMap<string, RecordLine> | string {
  const text = decodeUtf8(content);
  if (text === null) return 'it is not text in UTF-8.';
  const lines = new Map<string, RecordLine>();
  const seen = new Set<string>();
  for (const row of text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)) {
    if (row === '') continue;
    const [path = '', digest = '', size = ''] = csvFields(row);
    if (seen.has(path)) return `it lists ${JSON.stringify(path.slice(0, 200))} twice.`;
    seen.add(path);
    // The wheel need not hold what has no digest, but pip takes the line over, and would remove that file one day.
    if (leadsOutside(path)) return `it lists ${JSON.stringify(path.slice(0, 200))}, outside the wheel.`;
    if (digest === '') continue;
    const match = hash.exec(digest);
    if (match === null)
      return `its digest of ${JSON.stringify(path.slice(0, 200))} must be of sha256 or better.`;
    const [, algorithm, value = ''] = match;
    const bytes = /^\d{1,15}$/.test(size) ? Number(size) : null;
    lines.set(path, { path, algorithm: algorithm as RecordLine['algorithm'], digest: value, bytes });
  }
  return lines;
}

/** Whether the bytes of an entry are the ones that its line in RECORD says. */
export class RecordCheck {
  private readonly hash;
  private bytes = 0;

  constructor(private readonly line: RecordLine) {
    this.hash = createHash(line.algorithm);
  }

  take(chunk: Buffer): void {
    this.hash.update(chunk);
    this.bytes += chunk.length;
  }

  agrees(): boolean {
    const { digest, bytes } = this.line;
    return this.hash.digest('base64url') === digest && (bytes === null || bytes === this.bytes);
  }
}

/** A path with a comma is quoted, and a quote in it doubled (RFC 4180). */
function csvFields(row: string): string[] {
  if (!row.startsWith('"')) return row.split(',');
  const quoted = /^"((?:[^"]|"")*)",?(.*)$/.exec(row);
  return quoted === null ? [row] : [(quoted[1] ?? '').replaceAll('""', '"'), ...(quoted[2] ?? '').split(',')];
}
