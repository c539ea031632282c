import { createHash } from 'node:crypto';
import type { Damage } from '#kernel';
import type { BlobStore } from './blob-store.js';
import { checkFacts } from './check-facts.js';
import type { ReadDigests } from './check-facts.js';
import type { FileRecord, FileRecords } from './upstream/file-records.js';
import { KeptBytes } from './kept-bytes.js';

/** How far a verification of files has come. */
export interface FilesSeen {
  blobs: number;
  bytes: number;
  /** Blobs that no row names: what uploads left that never became a release. */
  orphans: number;
  orphanBytes: number;
  /** Blobs that rows name and that are not there. */
  missing: number;
  /** All that rows name. */
  named: number;
}

/**
 * Holds every blob against its digest and against the rows that name it, and every row against the blobs. What is added
 * meanwhile does no harm: bytes are there before the rows that name them. Memory does not grow with what there is.
 */
export class VerifyFiles {
  readonly seen: FilesSeen = { blobs: 0, bytes: 0, orphans: 0, orphanBytes: 0, missing: 0, named: 0 };

  constructor(
    private readonly blobs: BlobStore,
    private readonly records: FileRecords,
  ) {}

  async *run(): AsyncGenerator<Damage> {
    for await (const sha256 of this.blobs.list()) yield* this.verify(sha256);
    for await (const sha256 of this.records.digests()) {
      this.seen.named += 1;
      if ((await this.blobs.size(sha256)) === undefined) yield* this.missing(sha256);
    }
  }

  private async *missing(sha256: string): AsyncGenerator<Damage> {
    this.seen.missing += 1;
    const records = await this.records.of(sha256);
    yield this.blobDamage('blob-missing', sha256, records, 'is not there', `restore`);
  }

  private async *verify(sha256: string): AsyncGenerator<Damage> {
    const records = await this.records.of(sha256);
    const bytes = await KeptBytes.of(this.blobs, sha256).catch(() => undefined);
    if (!bytes) return;
    this.count(bytes.size, records.length === 0);
    const read = await this.read(sha256).catch((error: unknown) => codeOf(error));
    if (typeof read === 'string') {
      yield this.blobDamage('blob-unreadable', sha256, records, `can't be read (${read})`, 'remove');
      return;
    }
    if (read.sha256 !== sha256) {
      yield this.wrongBytes(sha256, bytes.size, records);
      return;
    }
    for (const record of records) yield* this.verifyRecord(record, bytes, read);
  }

  private wrongBytes(sha256: string, size: number, records: readonly FileRecord[]): Damage {
    const due = records[0]?.size;
    if (due !== undefined && due !== size) {
      return this.blobDamage(
        'blob-cut-off',
        sha256,
        records,
        `has ${size} bytes and should have ${due}`,
        'restore',
      );
    }
    return this.blobDamage('blob-damaged', sha256, records, 'has other bytes than its digest says', 'remove');
  }

  private async *verifyRecord(
    record: FileRecord,
    bytes: KeptBytes,
    digests: ReadDigests,
  ): AsyncGenerator<Damage> {
    const subject = `${record.filename} of ${holdersOf([record])}`;
    if (record.size !== bytes.size) {
      const what = `The database says that it has ${record.size} bytes, and it has ${bytes.size}.`;
      yield { code: 'size-wrong', subject, what, mend: restoreDatabase };
      return;
    }
    const wrong = await checkFacts(record, bytes, digests);
    if (wrong.length === 0) return;
    const what = `What the database says of it is not what the bytes say (blob ${bytes.sha256}): ${wrong.join(', ')}.`;
    yield { code: 'facts-wrong', subject, what, mend: restoreDatabase };
  }

  private blobDamage(
    code: string,
    sha256: string,
    records: readonly FileRecord[],
    what: string,
    need: 'restore' | 'remove',
  ): Damage {
    const place = this.blobs.placeOf(sha256);
    const isMade = records.length > 0;
    const made = isMade ? ` ${holdersOf(records)} needs it (${records[0]?.filename ?? ''}).` : '';
    const remove = need === 'remove' ? `Remove ${place}` : '';
    const again = records.some(({ isUpstream }) => isUpstream)
      ? 'put it back from a backup'
      : 'publish the same again with the same bytes, or put it back from a backup';
    const restore = remove === '' ? `${capital(again)} (${place}).` : `${remove}, then ${again}.`;
    return {
      code,
      subject: `blob ${sha256}`,
      what: `It ${what}.${made}`,
      mend: isMade ? restore : `Nothing needs it: remove ${place}.`,
    };
  }

  private count(size: number, isOrphan: boolean): void {
    this.seen.blobs += 1;
    this.seen.bytes += size;
    if (!isOrphan) return;
    this.seen.orphans += 1;
    this.seen.orphanBytes += size;
  }

  private async read(sha256: string): Promise<ReadDigests & { sha256: string }> {
    const [own, sha512, sha1] = [createHash('sha256'), createHash('sha512'), createHash('sha1')];
    for await (const chunk of await this.blobs.open(sha256)) {
      for (const hash of [own, sha512, sha1]) hash.update(chunk as Buffer);
    }
    return {
      sha256: own.digest('hex'),
      integrity: `sha512-${sha512.digest('base64')}`,
      shasum: sha1.digest('hex'),
    };
  }
}

const restoreDatabase =
  'The bytes are whole: put the database back from a backup that was made before it was damaged.';

function holdersOf(records: readonly FileRecord[]): string {
  const rows = records.reduce((sum, record) => sum + record.rows, 0);
  const others = rows > 1 ? ` (and ${rows - 1} more)` : '';
  return `${records[0]?.holder ?? ''}${others}`;
}

/** The system's word for what went wrong with a file; anything else is a bug. */
function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  throw error;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
