import { limits, sha256Hex } from '#kernel';
import { blobDamaged } from '#packages';
import type { BlobStore } from '#packages';
import type { Log } from '../platform/server/log.js';

/**
 * Blobs that were asked for lately, in memory: the least recently asked for leave first. A larger one is taken in once it
 * is asked for again, so that what is fetched once doesn't drive out what many want. A blob never changes, so nothing
 * of it can be out of date: what the disk has is held against its digest once, on the way in.
 */
export class HotBlobs {
  private readonly kept = new Map<string, Buffer>();
  private readonly askedOnce = new Set<string>();
  private readonly loading = new Map<string, Promise<Buffer>>();
  private bytes = 0;

  constructor(
    private readonly blobs: BlobStore,
    private readonly log: Pick<Log, 'error'>,
    private readonly capacityBytes: number = limits.hotBlobsBytes,
    private readonly mostBytes: number = limits.hotBlobBytes,
    private readonly smallBytes: number = limits.hotSmallBlobBytes,
  ) {}

  /** The bytes, where they are in memory. */
  get(sha256: string): Buffer | undefined {
    const bytes = this.kept.get(sha256);
    if (bytes === undefined) return undefined;
    this.kept.delete(sha256);
    this.kept.set(sha256, bytes);
    return bytes;
  }

  /** Whether a blob that is asked for just now is worth its room. */
  takes(sha256: string, size: number): boolean {
    if (size <= this.smallBytes) return true;
    if (size > this.mostBytes) return false;
    if (this.askedOnce.delete(sha256)) return true;
    if (this.askedOnce.size >= limits.hotBlobsRemembered) this.askedOnce.clear();
    this.askedOnce.add(sha256);
    return false;
  }

  /** Reads a blob that `takes` its size, once however many ask. Throws `blob-missing` and `blob-damaged`. */
  load(sha256: string): Promise<Buffer> {
    const running = this.loading.get(sha256);
    if (running) return running;
    const reading = this.read(sha256).finally(() => this.loading.delete(sha256));
    this.loading.set(sha256, reading);
    return reading;
  }

  private async read(sha256: string): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of await this.blobs.open(sha256)) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    // Damaged bytes must not be sent from here once those on the disk are mended.
    if (sha256Hex(bytes) !== sha256) {
      const place = this.blobs.placeOf(sha256);
      this.log.error({ sha256, place }, 'a blob is damaged: mortise-registry verify says how to mend it');
      throw blobDamaged(sha256);
    }
    this.keep(sha256, bytes);
    return bytes;
  }

  private keep(sha256: string, bytes: Buffer): void {
    this.kept.set(sha256, bytes);
    this.bytes += costOf(bytes);
    for (const [oldest, leaving] of this.kept) {
      if (this.bytes <= this.capacityBytes) return;
      this.kept.delete(oldest);
      this.bytes -= costOf(leaving);
    }
  }
}

const costOf = (bytes: Buffer): number => bytes.length + limits.documentCacheOverheadBytes;
