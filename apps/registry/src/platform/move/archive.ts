import type { Readable } from 'node:stream';

/** One file of an archive; `chunks` have to be read before the next one is asked for. */
export interface ArchiveEntry {
  /** With slashes, relative. */
  readonly path: string;
  readonly size: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Takes in files, one after another, in the order in which they will be read. */
export abstract class ArchiveWriter {
  abstract add(path: string, size: number, chunks: Readable | Buffer): Promise<void>;
  /** All of it is there, and survives a loss of power: only from now on it bears its name. */
  abstract finish(): Promise<void>;
  /** Nothing of it stays. */
  abstract abandon(): Promise<void>;
}

export const headerPath = 'mortise-export.json';
export const archiveForm = 1;

export interface ArchivedTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: number;
  /** Files of rows, each row a line of JSON, in order. */
  readonly parts: readonly { readonly path: string; readonly sha256: string }[];
}

/** What stands first in an archive, and says all that has to be in it. */
export interface ArchiveHeader {
  /** Rises when archives come to look otherwise. */
  readonly mortise_export: number;
  readonly made_at: string;
  readonly cluster_id: string;
  /** What the rows fit to: the migrations of the store that they come from. */
  readonly migrations: readonly string[];
  readonly secrets: 'sealed' | 'open';
  readonly tables: readonly ArchivedTable[];
  readonly blobs: number;
}

export const blobPath = (sha256: string): string => `blobs/sha256/${sha256.slice(0, 2)}/${sha256}`;
