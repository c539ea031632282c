import { limits } from '#kernel';
import { artifactTooBig } from '../errors.js';

/** Counts what an archive unpacks to while it is unpacked, whatever its headers say, and stops a bomb early. */
export class ArchiveBudget {
  private entries = 0;
  private smallEntries = 0;
  private unpackedBytes = 0;
  private readonly bytesAllowedByRatio: number;

  constructor(
    private readonly filename: string,
    archiveBytes: number,
  ) {
    this.bytesAllowedByRatio = Math.max(
      limits.archiveBytesBeforeRatioCounts,
      archiveBytes * limits.archiveUnpackedRatio,
    );
  }

  /** `bytes`: what the entry says that it unpacks to. */
  countEntry(entry: string, bytes: number): void {
    if (bytes < limits.archiveSmallEntryBytes) this.smallEntries++;
    if (++this.entries <= limits.archiveEntries) return;
    throw this.bomb(entry, `an archive may have up to ${limits.archiveEntries} entries.`);
  }

  /**
   * To be called when every entry was counted. Honest packages of tens of thousands of files are in use, but most of
   * their files hold something; thousands of files with next to nothing in them only cost whoever unpacks them.
   */
  checkEntries(): void {
    if (this.smallEntries <= limits.archiveSmallEntries || this.smallEntries * 2 <= this.entries) return;
    throw this.bomb(
      undefined,
      `most of its ${this.entries} entries hold less than ${limits.archiveSmallEntryBytes} bytes, and an archive may have ${limits.archiveSmallEntries} of that kind; pack fewer, larger files.`,
    );
  }

  countBytes(bytes: number, entry?: string): void {
    this.unpackedBytes += bytes;
    if (this.unpackedBytes > limits.archiveUnpackedBytes) {
      throw this.bomb(entry, `an archive may unpack to up to ${limits.archiveUnpackedBytes} bytes.`);
    }
    if (this.unpackedBytes > this.bytesAllowedByRatio) {
      throw this.bomb(
        entry,
        `it unpacks to more than ${limits.archiveUnpackedRatio} times the archive's size, as a decompression bomb would.`,
      );
    }
  }

  private bomb(entry: string | undefined, sentence: string): Error {
    return artifactTooBig('archive-bomb', { filename: this.filename, entry }, sentence);
  }
}
