import { limits } from '#kernel';
import { decodeUtf8 } from '../archive/decode-utf8.js';
import { npmDocumentMalformed, npmDocumentTooLarge } from './npm-errors.js';
import { NpmDocumentScanner } from './npm-document-scanner.js';
import type { StagedFile } from '../staging.js';

export interface SentTarball {
  /** The name of its attachment. */
  readonly attachment: string;
  readonly file: StagedFile;
}

/** What an npm client sends to write to a package, but for the tarballs in it, whose `data` is empty here. */
export interface NpmDocument {
  readonly members: Readonly<Record<string, unknown>>;
  /** To be discarded by whoever asked. */
  readonly tarballs: readonly SentTarball[];
}

/** Stages the bytes of a tarball; whoever may not send one is told here. */
export type TakeTarball = (bytes: AsyncIterable<Uint8Array>) => Promise<StagedFile>;

/**
 * Reads the JSON of a publish or a change while it arrives: what is in `_attachments.<name>.tgz.data` is decoded from
 * base64 on the way, so that no tarball is ever held in memory whole, wherever in the document it stands. Throws
 * `npm-document-malformed`, `npm-document-too-large` for what is beside the tarballs, and what `take` throws; then
 * nothing is left behind.
 */
export async function readNpmDocument(
  source: AsyncIterator<Buffer>,
  take: TakeTarball,
): Promise<NpmDocument> {
  const tarballs: SentTarball[] = [];
  try {
    const text = await readText(new ByteCursor(source), take, tarballs);
    return { members: parseObject(text), tarballs };
  } catch (error) {
    await Promise.all(tarballs.map(({ file }) => file.discard()));
    throw error;
  } finally {
    await source.return?.();
  }
}

/** The document without the data of its tarballs. */
async function readText(cursor: ByteCursor, take: TakeTarball, tarballs: SentTarball[]): Promise<Buffer> {
  const scanner = new NpmDocumentScanner();
  const parts: Buffer[] = [];
  let size = 0;
  while (await cursor.more()) {
    const start = cursor.at;
    const found = scanner.scan(cursor.chunk, start);
    cursor.at = found?.at ?? cursor.chunk.length;
    parts.push(cursor.chunk.subarray(start, cursor.at));
    size += cursor.at - start;
    if (size > limits.npmDocumentBytes) throw npmDocumentTooLarge();
    if (!found) continue;
    if (tarballs.length > 0) throw npmDocumentMalformed('it has more than one tarball');
    tarballs.push({ attachment: found.attachment, file: await take(tarballBytes(cursor)) });
  }
  return Buffer.concat(parts, size);
}

function parseObject(bytes: Buffer): Record<string, unknown> {
  const text = decodeUtf8(bytes);
  const value = text === null ? undefined : parseJson(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw npmDocumentMalformed('it is no JSON object in UTF-8, or ends too early');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const quote = 0x22;
const charactersPerGroup = 4;
const bytesPerGroup = 3;

/** What stands in base64 up to the closing quote, which is left for the scanner. */
async function* tarballBytes(cursor: ByteCursor): AsyncGenerator<Buffer> {
  let held = '';
  while (await cursor.more()) {
    const { chunk, at } = cursor;
    const end = chunk.indexOf(quote, at);
    cursor.at = end === -1 ? chunk.length : end;
    const text = held + chunk.toString('latin1', at, cursor.at);
    if (end !== -1) {
      yield decodeLast(text);
      return;
    }
    // The last characters may be padding, which only the end of the text can have.
    const settled = Math.max(0, text.length - 1 - ((text.length - 1) % charactersPerGroup));
    held = text.slice(settled);
    if (settled > 0) yield decode(text.slice(0, settled));
  }
  throw npmDocumentMalformed('it ends within the data of its tarball');
}

function decodeLast(text: string): Buffer {
  const bare = text.replace(/={1,2}$/, '');
  const isPadded = bare.length === text.length || text.length % charactersPerGroup === 0;
  if (!isPadded || bare.length % charactersPerGroup === 1) throw notBase64();
  return decode(bare);
}

/** Node passes over what is no base64: fewer bytes come out then. */
function decode(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== Math.floor((text.length * bytesPerGroup) / charactersPerGroup)) throw notBase64();
  return bytes;
}

const notBase64 = (): Error => npmDocumentMalformed('the data of its tarball is not base64 (RFC 4648)');

/** Where in what arrives the reading is. */
class ByteCursor {
  chunk: Buffer = Buffer.alloc(0);
  at = 0;

  constructor(private readonly source: AsyncIterator<Buffer>) {}

  /** Whether there is a byte at the cursor; waits for it. */
  async more(): Promise<boolean> {
    while (this.at >= this.chunk.length) {
      const next = await this.source.next();
      if (next.done === true) return false;
      this.chunk = next.value;
      this.at = 0;
    }
    return true;
  }
}
