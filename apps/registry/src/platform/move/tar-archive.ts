import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, pack } from 'tar-stream';
import { ArchiveWriter } from './archive.js';
import type { ArchiveEntry } from './archive.js';
import { syncFolder } from './folder-archive.js';

/** Writes an archive as one tar file. */
export class TarArchiveWriter extends ArchiveWriter {
  private readonly tar = pack();
  private readonly written: Promise<void>;

  constructor(private readonly path: string) {
    super();
    const file = createWriteStream(this.draft, { flags: 'wx', mode: 0o600, flush: true });
    this.written = pipeline(this.tar, file);
    // Whoever adds or finishes hears of it.
    this.written.catch(() => undefined);
  }

  override async add(path: string, size: number, chunks: Readable | Buffer): Promise<void> {
    const entry = this.tar.entry({ name: path, size, mode: 0o600 });
    const failed = this.written.then(() => {
      throw new Error('The archive ended early.');
    });
    const added = pipeline(Buffer.isBuffer(chunks) ? Readable.from([chunks]) : chunks, entry);
    await Promise.race([added, failed]);
  }

  override async finish(): Promise<void> {
    this.tar.finalize();
    await this.written;
    await rename(this.draft, this.path);
    await syncFolder(dirname(this.path));
  }

  override async abandon(): Promise<void> {
    this.tar.destroy();
    await this.written.catch(() => undefined);
    await rm(this.draft, { force: true });
  }

  private get draft(): string {
    return `${this.path}.partial`;
  }
}

/** The files of an archive that is a tar file, in the order in which they are in it. */
export async function* readTarArchive(path: string): AsyncGenerator<ArchiveEntry> {
  const tar = extract();
  const reading = pipeline(createReadStream(path), tar);
  reading.catch(() => undefined);
  for await (const entry of tar) {
    const { name, size, type } = entry.header;
    if (type !== 'file') entry.resume();
    else yield { path: name, size, chunks: entry as AsyncIterable<Uint8Array> };
  }
  await reading;
}
