import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ArchiveWriter, headerPath } from './archive.js';
import type { ArchiveEntry } from './archive.js';

/** Writes an archive as a folder of files. */
export class FolderArchiveWriter extends ArchiveWriter {
  private constructor(
    private readonly folder: string,
    private readonly draft: string,
  ) {
    super();
  }

  static async create(folder: string): Promise<FolderArchiveWriter> {
    const draft = `${folder}.partial`;
    await mkdir(draft, { mode: 0o700 });
    return new FolderArchiveWriter(folder, draft);
  }

  override async add(path: string, _size: number, chunks: Readable | Buffer): Promise<void> {
    const target = join(this.draft, path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const file = createWriteStream(target, { flags: 'wx', mode: 0o600, flush: true });
    await pipeline(Buffer.isBuffer(chunks) ? Readable.from([chunks]) : chunks, file);
  }

  override async finish(): Promise<void> {
    await rename(this.draft, this.folder);
    await syncFolder(dirname(this.folder));
  }

  override async abandon(): Promise<void> {
    await rm(this.draft, { recursive: true, force: true });
  }
}

/** The files of an archive that is a folder: the header, the blobs by their digests, the rows. */
export async function* readFolderArchive(folder: string): AsyncGenerator<ArchiveEntry> {
  yield await entryOf(folder, headerPath);
  const blobs = 'blobs/sha256';
  for (const shard of await namesIn(join(folder, blobs))) {
    for (const name of await namesIn(join(folder, blobs, shard)))
      yield await entryOf(folder, `${blobs}/${shard}/${name}`);
  }
  for (const name of await namesIn(join(folder, 'tables'))) yield await entryOf(folder, `tables/${name}`);
}

async function entryOf(folder: string, path: string): Promise<ArchiveEntry> {
  const file = join(folder, path);
  const { size } = await stat(file);
  return { path, size, chunks: createReadStream(file) };
}

const namesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder).catch(() => [])).filter((name) => basename(name) === name).sort();

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
