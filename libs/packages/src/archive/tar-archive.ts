import { limits } from '#kernel';
import type { ArchiveBudget } from './archive-budget.js';
import { ArchivePaths } from './archive-paths.js';
import { ByteReader } from './byte-reader.js';
import { decodeUtf8 } from './decode-utf8.js';
import { artifactRefused } from '../errors.js';
import type { TarFlaw } from '../errors.js';
import { parsePaxRecords } from './tar-extension.js';
import { parseTarHeader, upToZero } from './tar-header.js';

/** A file in an archive. Its bytes can be read once, before the next entry is asked for. */
export interface ArchiveFile {
  readonly path: string;
  readonly size: number;
  chunks(): AsyncIterable<Buffer>;
}

interface Extensions {
  path?: string;
  size?: number;
}

const blockBytes = 512;

/** The files of a tar archive in their order. Whatever isn't a file or a folder is refused, by name. */
export async function* readTar(
  source: AsyncIterable<Buffer>,
  filename: string,
  budget: ArchiveBudget,
): AsyncGenerator<ArchiveFile> {
  const reader = new ByteReader(source);
  try {
    yield* new TarArchive(reader, filename, budget).files();
  } finally {
    await reader.close();
  }
}

class TarArchive {
  private readonly paths: ArchivePaths;

  constructor(
    private readonly reader: ByteReader,
    private readonly filename: string,
    private readonly budget: ArchiveBudget,
  ) {
    this.paths = new ArchivePaths(filename);
  }

  async *files(): AsyncGenerator<ArchiveFile> {
    let extensions: Extensions = {};
    for (;;) {
      const block = await this.reader.exactly(blockBytes);
      if (block.length === 0 || isZero(block)) return await this.finish(block, extensions);
      const header = parseTarHeader(block);
      if (header === undefined) throw this.damaged('a tar header in it is damaged');
      if (/[xgLK]/.test(header.type)) {
        extensions = { ...extensions, ...(await this.readExtension(header.type, header.size, extensions)) };
        continue;
      }
      const size = extensions.size ?? header.size;
      this.budget.countEntry(header.name ?? '', size);
      const file = this.fileOf(header.type, extensions.path ?? header.name, size);
      extensions = {};
      if (file !== undefined) yield* this.hand(file);
    }
  }

  /** Yields the file, then reads on to the next header whether or not its bytes were taken. */
  private async *hand(file: { path: string; size: number }): AsyncGenerator<ArchiveFile> {
    const content = this.content(file.path, file.size);
    yield { ...file, chunks: () => content };
    for await (const rest of content) void rest;
  }

  private async *content(path: string, size: number): AsyncGenerator<Buffer> {
    for (let remaining = size; remaining > 0;) {
      const chunk = await this.reader.some(remaining);
      if (chunk.length === 0) throw this.damaged('it ends in the middle of this entry', path);
      remaining -= chunk.length;
      yield chunk;
    }
    const padding = (blockBytes - (size % blockBytes)) % blockBytes;
    if ((await this.reader.exactly(padding)).length < padding)
      throw this.damaged('it ends in the middle', path);
  }

  private fileOf(
    type: string,
    name: string | null,
    size: number,
  ): { path: string; size: number } | undefined {
    if (name === null) throw this.refused('archive-entry-name', undefined, 'a name in it is not UTF-8.');
    if (type === '1' || type === '2') {
      throw this.refused('archive-link', name, 'it is a link; pack the file itself instead.');
    }
    const isFolder = type === '5' || (type === '0' && name.endsWith('/'));
    if (!isFolder && type !== '0' && type !== '7') {
      throw this.refused('archive-device', name, 'it is neither a file nor a folder; leave it out.');
    }
    const path = this.paths.add(name, isFolder);
    if (!isFolder) return { path, size };
    if (size !== 0) throw this.damaged('it is a folder with contents', name);
    return undefined;
  }

  private async readExtension(type: string, size: number, before: Extensions): Promise<Extensions> {
    if (size > limits.archiveExtensionHeaderBytes)
      throw this.damaged('an extended tar header in it is too large');
    const bytes = await this.reader.exactly(size);
    const padding = (blockBytes - (size % blockBytes)) % blockBytes;
    const skipped = await this.reader.exactly(padding);
    if (bytes.length + skipped.length < size + padding)
      throw this.damaged('it ends in the middle of a header');
    if (type === 'K') return {};
    const found = type === 'L' ? longName(bytes) : paxExtensions(bytes, type === 'g');
    const contradicts = found?.path !== undefined && before.path !== undefined && found.path !== before.path;
    if (found === undefined || contradicts) throw this.damaged('an extended tar header in it is damaged');
    return found;
  }

  /** After the first block of zeros there may be only more of them. */
  private async finish(block: Buffer, extensions: Extensions): Promise<void> {
    if (Object.keys(extensions).length > 0) throw this.damaged('it ends after an extended header');
    for (let rest = block; rest.length > 0; rest = await this.reader.some(64 * 1024)) {
      if (!isZero(rest)) throw this.damaged('there are bytes after the end of the tar archive');
    }
    this.budget.checkEntries();
  }

  private damaged(what: string, entry?: string): Error {
    return this.refused('archive-damaged', entry, `${what}; pack it again and send it whole.`);
  }

  private refused(code: TarFlaw, entry: string | undefined, sentence: string): Error {
    return artifactRefused(code, { filename: this.filename, entry }, sentence);
  }
}

function longName(bytes: Buffer): Extensions | undefined {
  const path = decodeUtf8(upToZero(bytes));
  return path === null ? undefined : { path };
}

/** A global header that would rename or resize whatever follows it is refused; one with a comment is common. */
function paxExtensions(bytes: Buffer, isGlobal: boolean): Extensions | undefined {
  const records = parsePaxRecords(bytes);
  if (records === undefined || (isGlobal && records.size > 0)) return undefined;
  if ([...records.keys()].some((key) => key.startsWith('GNU.sparse'))) return undefined;
  const size = records.get('size');
  if (size !== undefined && (!/^\d{1,15}$/.test(size) || records.size === 0)) return undefined;
  const path = records.get('path');
  return { ...(path === undefined ? {} : { path }), ...(size === undefined ? {} : { size: Number(size) }) };
}

const zeros = Buffer.alloc(64 * 1024);

function isZero(bytes: Buffer): boolean {
  return bytes.equals(zeros.subarray(0, bytes.length));
}
