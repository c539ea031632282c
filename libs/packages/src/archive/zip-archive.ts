import yauzl from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import { limits } from '#kernel';
import { ArchivePaths } from './archive-paths.js';
import type { ArchiveBudget } from './archive-budget.js';
import { decodeUtf8 } from './decode-utf8.js';
import { artifactRefused, artifactTooBig } from '../errors.js';
import type { ArtifactFlaw } from '../errors.js';
import { readLocalHeader } from './zip-local-header.js';
import { StagedZipReader } from './staged-zip-reader.js';
import type { ReadableBytes } from '../staging.js';

/** A member of a zip archive whose two headers agree. */
export interface ZipMember {
  readonly path: string;
  readonly isFolder: boolean;
  readonly method: 'stored' | 'deflated';
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  /** Where its compressed bytes begin in the file. */
  readonly start: number;
}

const fileType = { mask: 0o170000, regular: 0o100000, folder: 0o040000, link: 0o120000 };
/** What deflate makes of nothing. */
const emptyDeflateBytes = 2;
const zip64ExtraField = 0x0001;
const unicodePathExtraField = 0x7075;

/**
 * The members of a zip archive, sorted by where they lie. The archive must be read alike from its front and from its
 * back: its members lie side by side, each with the same header in both places, and the directory closes the file.
 */
export async function readZipDirectory(
  file: ReadableBytes,
  filename: string,
  budget: ArchiveBudget,
): Promise<ZipMember[]> {
  return await new ZipDirectory(file, filename, budget).read();
}

class ZipDirectory {
  private readonly paths: ArchivePaths;

  constructor(
    private readonly file: ReadableBytes,
    private readonly filename: string,
    private readonly budget: ArchiveBudget,
  ) {
    this.paths = new ArchivePaths(filename);
  }

  async read(): Promise<ZipMember[]> {
    const { entries, directoryStart, directoryEnd } = await this.readEntries();
    await this.checkEnd(directoryEnd, entries.length);
    entries.sort((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
    const members: ZipMember[] = [];
    let position = 0;
    for (const entry of entries) {
      const name = this.nameOf(entry);
      if (entry.relativeOffsetOfLocalHeader !== position) throw this.damaged(beside, name);
      const local = await readLocalHeader(this.file, entry);
      if (typeof local === 'string') throw this.damaged(local, name);
      position = local.end;
      members.push(this.memberOf(entry, name, local.dataStart));
    }
    if (position !== directoryStart) throw this.damaged(beside);
    return members;
  }

  private async readEntries(): Promise<{ entries: Entry[]; directoryStart: number; directoryEnd: number }> {
    const zip = await this.open();
    const directoryStart = cursorOf(zip);
    const entries: Entry[] = [];
    try {
      for await (const entry of zip.eachEntry()) {
        this.budget.countEntry(entry.fileNameRaw.toString(), entry.uncompressedSize);
        if (cursorOf(zip) - directoryStart > limits.zipDirectoryBytes) throw this.tooLong();
        entries.push(entry);
      }
    } catch (error) {
      throw this.fromYauzl(error);
    }
    this.budget.checkEntries();
    return { entries, directoryStart, directoryEnd: cursorOf(zip) };
  }

  private async open(): Promise<ZipFile> {
    const options = { decodeStrings: false, autoClose: false };
    try {
      return await yauzl.fromRandomAccessReaderPromise(
        new StagedZipReader(this.file),
        this.file.size,
        options,
      );
    } catch (error) {
      throw this.fromYauzl(error);
    }
  }

  private nameOf(entry: Entry): string {
    const raw = entry.fileNameRaw;
    const isAscii = raw.every((byte) => byte < 0x80);
    const name = isAscii || (entry.generalPurposeBitFlag & 0x800) !== 0 ? decodeUtf8(raw) : null;
    if (name === null)
      throw this.refused('archive-entry-name', raw.toString('latin1'), 'its name is not marked as UTF-8.');
    const renamed = entry.extraFields.find((field) => field.id === unicodePathExtraField);
    if (renamed !== undefined && !renamed.data.subarray(5).equals(raw)) {
      throw this.refused('archive-entry-name', name, 'it has a second, other name in an extra field.');
    }
    return name;
  }

  private memberOf(entry: Entry, name: string, start: number): ZipMember {
    const isFolder = name.endsWith('/');
    this.checkKind(entry, name, isFolder);
    const path = this.paths.add(name, isFolder);
    return {
      path,
      isFolder,
      method: entry.compressionMethod === 0 ? 'stored' : 'deflated',
      crc32: entry.crc32,
      compressedBytes: entry.compressedSize,
      bytes: entry.uncompressedSize,
      start,
    };
  }

  private checkKind(entry: Entry, name: string, isFolder: boolean): void {
    const type = (entry.externalFileAttributes >>> 16) & fileType.mask;
    if (type === fileType.link)
      throw this.refused('archive-link', name, 'it is a link; pack the file itself instead.');
    if (type !== 0 && type !== (isFolder ? fileType.folder : fileType.regular)) {
      throw this.refused('archive-device', name, 'it is neither a file nor a folder; leave it out.');
    }
    if ((entry.generalPurposeBitFlag & 0x2041) !== 0) {
      throw this.refused('archive-encrypted', name, 'it is encrypted; pack it again without a password.');
    }
    if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
      throw this.refused(
        'archive-method',
        name,
        'it is compressed in a way that not every tool reads; use deflate.',
      );
    }
    if (isFolder && (entry.uncompressedSize !== 0 || entry.compressedSize > emptyDeflateBytes))
      throw this.damaged('it is a folder with contents', name);
    if (entry.extraFields.filter((field) => field.id === zip64ExtraField).length > 1) {
      throw this.damaged('it has its zip64 sizes twice', name);
    }
  }

  /** What follows the directory must be its end record and no more, and count what was found. */
  private async checkEnd(position: number, entries: number): Promise<void> {
    const tail = await this.file.read(position, 22 + 0xffff + 20 + 56);
    const zip64Bytes = tail.length >= 98 && tail.readUInt32LE(0) === 0x06064b50 ? 76 : 0;
    const end = tail.subarray(zip64Bytes);
    const isEnd =
      end.length >= 22 && end.readUInt32LE(0) === 0x06054b50 && end.length === 22 + end.readUInt16LE(20);
    if (!isEnd || position + tail.length !== this.file.size)
      throw this.damaged('its directory is not at its end');
    if (end.includes('PK', 22)) throw this.damaged('its comment looks like a part of the archive');
    if (zip64Bytes > 0 && !isZip64End(tail, position, entries))
      throw this.damaged('its zip64 end record is wrong');
    const counts = [end.readUInt16LE(8), end.readUInt16LE(10)];
    const expected = zip64Bytes > 0 ? [entries, 0xffff] : [entries];
    if (counts.some((count) => !expected.includes(count)) || end.readUInt32LE(4) !== 0) {
      throw this.damaged('its directory is counted wrongly');
    }
    const size = end.readUInt32LE(12);
    const start = end.readUInt32LE(16);
    if (zip64Bytes === 0 && start + size !== position)
      throw this.damaged('its directory has another size than it says');
  }

  private tooLong(): Error {
    return artifactTooBig(
      'archive-bomb',
      { filename: this.filename },
      `the list of an archive's entries may have up to ${limits.zipDirectoryBytes} bytes.`,
    );
  }

  /** yauzl's own complaints are plain errors; those of the file system have a code, as ours do. */
  private fromYauzl(error: unknown): unknown {
    if (typeof error !== 'object' || error === null || 'code' in error || !('message' in error)) return error;
    return this.damaged(`it can't be read as a zip archive (${String(error.message).slice(0, 120)})`);
  }

  private damaged(what: string, entry?: string): Error {
    return this.refused('archive-damaged', entry, `${what}; pack it again and send it whole.`);
  }

  private refused(code: ArtifactFlaw, entry: string | undefined, sentence: string): Error {
    return artifactRefused(code, { filename: this.filename, entry }, sentence);
  }
}

const beside = 'there are bytes between its entries, or entries overlap';

/** Where the next directory entry is read from; a number, though its declared type says otherwise. */
function cursorOf(zip: ZipFile): number {
  return zip.readEntryCursor as unknown as number;
}

function isZip64End(tail: Buffer, position: number, entries: number): boolean {
  const isPlain =
    tail.readBigUInt64LE(4) === 44n && tail.readUInt32LE(16) === 0 && tail.readUInt32LE(20) === 0;
  const counts = [tail.readBigUInt64LE(24), tail.readBigUInt64LE(32)];
  const directoryEnds = tail.readBigUInt64LE(40) + tail.readBigUInt64LE(48) === BigInt(position);
  const locatorAgrees = tail.readUInt32LE(56) === 0x07064b50 && tail.readBigUInt64LE(64) === BigInt(position);
  return isPlain && directoryEnds && locatorAgrees && counts.every((count) => count === BigInt(entries));
}
