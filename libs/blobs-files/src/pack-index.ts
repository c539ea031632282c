import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a file lies in a pack. */
export interface PackedFile {
  readonly start: number;
  readonly size: number;
  /** `sha384-…` (W3C SRI). */
  readonly integrity: string;
}

/** Rises when packs or their indexes come to look otherwise: older ones are then made anew. */
const form = 1;

interface WrittenIndex {
  readonly form: number;
  readonly bytes: number;
  readonly files: readonly (readonly [path: string, start: number, size: number, integrity: string])[];
}

const bytesPerEntry = 200;

/** What lies where in a pack: by the paths of files, which are never names on the disk. */
export class PackIndex {
  /** About how much memory it takes. */
  readonly memoryBytes: number;

  private constructor(
    private readonly files: ReadonlyMap<string, PackedFile>,
    /** Of the pack and of the index itself, on the disk. */
    readonly diskBytes: number,
  ) {
    let bytes = 0;
    for (const path of files.keys()) bytes += path.length * 2 + bytesPerEntry;
    this.memoryBytes = bytes;
  }

  find(path: string): PackedFile | undefined {
    return this.files.get(path);
  }

  static pathOf = (folder: string): string => join(folder, 'index');

  /** Writes the index of `folder`, whose pack has all of `files`; durable when it returns. */
  static async write(folder: string, files: readonly [string, PackedFile][]): Promise<PackIndex> {
    const bytes = files.reduce((sum, [, { size }]) => sum + size, 0);
    const written: WrittenIndex = {
      form,
      bytes,
      files: files.map(([path, { start, size, integrity }]) => [path, start, size, integrity]),
    };
    const text = Buffer.from(JSON.stringify(written));
    const handle = await open(PackIndex.pathOf(folder), 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    return new PackIndex(new Map(files), bytes + text.length);
  }

  /** The index of a folder; undefined where there is none, or not a whole one with its pack beside it. */
  static async read(folder: string, pack: string): Promise<PackIndex | undefined> {
    try {
      const text = await readFile(PackIndex.pathOf(folder));
      const written = JSON.parse(text.toString()) as WrittenIndex;
      if (written.form !== form || (await stat(pack)).size !== written.bytes) return undefined;
      const files = written.files.map(
        ([path, start, size, integrity]) => [path, { start, size, integrity }] as const,
      );
      return new PackIndex(new Map(files), written.bytes + text.length);
    } catch {
      return undefined;
    }
  }
}
