import { describe, expect, it } from '@jest/globals';
import { sha256Hex } from '#kernel';
import type { Damage } from '#kernel';
import { MemoryBlobStore } from '#testing';
import type { ByteRange } from './blob-store.js';
import { FileRecords } from './upstream/file-records.js';
import type { FileRecord } from './upstream/file-records.js';
import { VerifyFiles } from './verify-files.js';

class OneRecord extends FileRecords {
  constructor(
    private readonly sha256: string,
    private readonly record: FileRecord,
  ) {
    super();
  }

  override async count(): Promise<number> {
    return 1;
  }

  override async *digests(): AsyncIterable<string> {
    yield this.sha256;
  }

  override async of(sha256: string): Promise<readonly FileRecord[]> {
    return sha256 === this.sha256 ? [this.record] : [];
  }
}

const bytes = Buffer.from('what upstream calls a source distribution');
const sha256 = sha256Hex(bytes);

const sdist = (more: Partial<FileRecord> = {}): FileRecord => ({
  holder: 'python package odd 1.0',
  rows: 1,
  isUpstream: true,
  filename: 'odd-1.0.tar.gz',
  size: bytes.length,
  kind: 'sdist',
  facts: {
    kind: 'sdist',
    filename: 'odd-1.0.tar.gz',
    sha256,
    size: bytes.length,
    package: 'odd',
    version: '1.0',
  },
  ...more,
});

async function verify(
  record: FileRecord,
  blob = new MemoryBlobStore().plant(sha256, bytes),
): Promise<Damage[]> {
  const found: Damage[] = [];
  const verification = new VerifyFiles(blob, new OneRecord(sha256, record));
  for await (const damage of verification.run()) found.push(damage);
  return found;
}

describe('VerifyFiles', () => {
  it('asks of what was pulled and never looked into only that its bytes are those that came', async () => {
    expect(await verify(sdist())).toEqual([]);
    expect(await verify(sdist({ isUpstream: false }))).toMatchObject([{ code: 'facts-wrong' }]);
  });

  it('tells nobody to publish again what came from upstream', async () => {
    const [damage] = await verify(sdist(), new MemoryBlobStore().plant(sha256, Buffer.from('else')));
    expect(damage).toMatchObject({
      code: 'blob-cut-off',
      mend: `Put it back from a backup (memory/${sha256}).`,
    });
  });

  it('tells of bytes that the system can’t read', async () => {
    const blob = new MemoryBlobStore().plant(sha256, bytes);
    blob.open = (_: string, _range?: ByteRange) =>
      Promise.reject(Object.assign(new Error('read'), { code: 'EIO' }));
    expect(await verify(sdist(), blob)).toMatchObject([
      { code: 'blob-unreadable', what: expect.stringContaining('EIO') },
    ]);
  });
});
