import { upstreamUnreadable } from './upstream-errors.js';

/** What the bytes of a file have to come to; the strongest that upstream offers. */
export interface UpstreamDigest {
  readonly algorithm: 'sha512' | 'sha384' | 'sha256' | 'sha1';
  /** Hexadecimal, in lower case. */
  readonly hex: string;
}

/** A file that a page of upstream offers. */
export interface UpstreamFile {
  /** As the store serves it. */
  readonly filename: string;
  /** As its side spells it. */
  readonly version: string;
  /** Absolute. */
  readonly address: string;
  readonly size: number | null;
  readonly digest: UpstreamDigest;
  /** Of the wheel's METADATA (PEP 658), where upstream offers that by itself. */
  readonly metadataSha256: string | null;
  readonly requiresPython: string | null;
  /** npm's message. */
  readonly deprecated: string | null;
  /** Python's reason; may be empty. */
  readonly yanked: string | null;
}

/** A page of upstream, as the store keeps it. */
export interface UpstreamPage {
  /** npm's `latest`, where there is such a version. */
  readonly latest: string | null;
  readonly files: readonly UpstreamFile[];
  /** JSON: what is served, except that the addresses of files are yet to be put in (`placeOf`). */
  readonly document: string;
}

const mark = 'mortise-file:';
const places = /"mortise-file:([^"\\]*)"/g;

/** What stands in a kept document for the address of a file: that depends on where the store is. */
export const placeOf = (filename: string): string => `${mark}${filename}`;

export function putAddresses(document: string, addressOf: (filename: string) => string): string {
  return document.replace(places, (_place, filename: string) => JSON.stringify(addressOf(filename)));
}

/** What is parsed however deep it goes is only written so deep. Throws `upstream-unreadable`. */
export function writeDocument(name: string, document: object): string {
  try {
    return JSON.stringify(document);
  } catch (error) {
    if (error instanceof RangeError) throw upstreamUnreadable(name);
    throw error;
  }
}

/** A line of what the store needs itself, then the document: to serve it, nothing has to be parsed. */
export function packPage({ latest, files, document }: UpstreamPage): Buffer {
  return Buffer.from(`${JSON.stringify({ latest, files })}\n${document}`);
}

export function unpackDocument(packed: Buffer): string {
  return packed.toString('utf8', packed.indexOf('\n') + 1);
}

export function unpackIndex(packed: Buffer): Omit<UpstreamPage, 'document'> {
  return JSON.parse(packed.toString('utf8', 0, packed.indexOf('\n'))) as Omit<UpstreamPage, 'document'>;
}
