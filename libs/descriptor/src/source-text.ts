import { originalOffset } from './repair-indentation.js';
import type { Insertion } from './repair-indentation.js';

/** A byte or character that YAML doesn't allow in a text, and where the first of its sort lies. */
export interface BadCharacter {
  readonly code: 'not-utf-8' | 'control-character';
  readonly offset: number;
  readonly message: string;
}

/** The text of a descriptor, and the way from an offset to a line and a column. */
export class SourceText {
  private lineStarts: readonly number[] | undefined;

  constructor(
    readonly text: string,
    readonly badCharacters: readonly BadCharacter[] = [],
    /** What offsets count that the text doesn't have, when a repaired copy of it was read. */
    private readonly insertions: readonly Insertion[] = [],
  ) {}

  /** The same text, for offsets of a copy with these insertions. */
  repaired(insertions: readonly Insertion[]): SourceText {
    return new SourceText(this.text, this.badCharacters, insertions);
  }

  /** Line and column of an offset, both from 1; columns count UTF-16 units, as editors do. */
  place(offset: number): { line: number; column: number } {
    this.lineStarts ??= lineStartsOf(this.text);
    const within = Math.max(0, Math.min(originalOffset(this.insertions, offset), this.text.length));
    let low = 0;
    let high = this.lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.lineStarts[middle] ?? 0) <= within) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: within - (this.lineStarts[low] ?? 0) + 1 };
  }
}

/**
 * Decodes UTF-8 and takes away a byte order mark. What isn't UTF-8, and characters that YAML 1.2 forbids
 * (section 5.1), become U+FFFD and are listed, so that the rest of the text can still be read.
 */
export function decodeText(bytes: Uint8Array): SourceText {
  const decoded = new TextDecoder('utf-8').decode(withLineFeeds(bytes));
  const notUtf8 = decoded.includes('\uFFFD') ? firstBadByte(bytes, decoded) : undefined;
  const control = decoded.search(forbidden);
  const badCharacters = [notUtf8, control < 0 ? undefined : controlCharacter(decoded, control)];
  return new SourceText(
    control < 0 ? decoded : decoded.replace(runsOfForbidden, (run) => '\uFFFD'.repeat(run.length)),
    badCharacters.filter((bad) => bad !== undefined),
  );
}

/** A carriage return alone ends a line in YAML, which the parser doesn't know. */
function withLineFeeds(bytes: Uint8Array): Uint8Array {
  const isAlone = (at: number): boolean => bytes[at + 1] !== 0x0a;
  let at = bytes.indexOf(0x0d);
  while (at >= 0 && !isAlone(at)) at = bytes.indexOf(0x0d, at + 2);
  if (at < 0) return bytes;
  return bytes.map((byte, index) => (byte === 0x0d && isAlone(index) ? 0x0a : byte));
}

// eslint-disable-next-line no-control-regex -- finding control characters is its purpose
const forbidden = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\uFFFE\uFFFF]/;

const runsOfForbidden = new RegExp(`${forbidden.source}+`, 'g');

function controlCharacter(text: string, offset: number): BadCharacter {
  const number = text.charCodeAt(offset).toString(16).toUpperCase().padStart(4, '0');
  return {
    code: 'control-character',
    offset,
    message: `The character U+${number} can't stand in YAML; remove it, or write it as an escape in double quotes.`,
  };
}

/** U+FFFD may stand in the text itself; it is a bad byte where the bytes at its place aren't its encoding. */
function firstBadByte(bytes: Uint8Array, decoded: string): BadCharacter | undefined {
  let byteOffset = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  let from = 0;
  for (let at = decoded.indexOf('\uFFFD'); at >= 0; at = decoded.indexOf('\uFFFD', from)) {
    byteOffset += Buffer.byteLength(decoded.slice(from, at));
    const genuine =
      bytes[byteOffset] === 0xef && bytes[byteOffset + 1] === 0xbf && bytes[byteOffset + 2] === 0xbd;
    if (!genuine) return badByte(at, bytes[byteOffset] ?? 0);
    byteOffset += 3;
    from = at + 1;
  }
  return undefined;
}

function badByte(offset: number, byte: number): BadCharacter {
  return {
    code: 'not-utf-8',
    offset,
    message: `The byte 0x${byte.toString(16).toUpperCase().padStart(2, '0')} is not UTF-8; save the descriptor as UTF-8.`,
  };
}

function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
