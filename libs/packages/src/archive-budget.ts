import { limits } from '#kernel';
import { artifactTooBig } from './errors.js';

/** Counts what an archive unpacks to while it is unpacked, whatever its headers say, and stops a bomb early. */
export class ArchiveBudget {
  private entries = 0;
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

  countEntry(entry: string): void {
    if (++this.entries <= limits.archiveEntries) return;
    throw this.bomb(entry, `an archive may have up to ${limits.archiveEntries} entries.`);
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
