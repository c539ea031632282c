import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { limits, RegistryError, sha256Hex } from '#kernel';
import { RemovableBlobs, RemoveBlobs } from '#packages';
import { eventually, MemoryBlobStore, stagedBytes } from '#testing';
import { agedBy, markBlobs } from '../../../../test/services/mark-blobs.js';
import { engines } from '../../../../test/services/engines.js';
import type { EmptyDatabase } from '../../../../test/services/engines.js';
import { Database } from '../database.js';
import { SqlBlobRemovals } from './sql-blob-removals.js';
import { SqlJobStore } from '../replicas/sql-job-store.js';

const clock = { now: () => Date.now() };
const hourMs = 3_600_000;
/** Whatever is marked; taken over from nobody who may still be at it. */
const due = { markedForMs: 0, begunForMs: limits.blobRemovalOverMs, most: 10 };

/** Takes a moment for everything, as a service does, so that others come in between. */
class SlowBlobs extends MemoryBlobStore {
  override async keep(file: Parameters<MemoryBlobStore['keep']>[0]): Promise<void> {
    await turn();
    if ((await this.size(file.sha256)) === file.size) return;
    await turn();
    await super.keep(file);
  }

  override async remove(sha256: string, until?: number): Promise<void> {
    await turn();
    await super.remove(sha256, until);
  }
}

describe.each(engines)('blobs that nothing needs, on $name', (engine) => {
  let place: EmptyDatabase;
  let database: Database;
  let other: Database;
  let blobs: MemoryBlobStore;
  beforeEach(async () => {
    place = await engine.make();
    database = await Database.open(place.location);
    other = engine.name === 'postgres' ? await Database.open(place.location) : database;
    blobs = new SlowBlobs();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await database.close();
    if (other !== database) await other.close();
    await place.remove();
  });

  const removal = (on = database, cluster = 'c') =>
    new RemoveBlobs(blobs, new SqlBlobRemovals(on), cluster, clock);
  const remove = (graceMs: number, on = database) => removal(on).run({ graceMs, dryRun: false });
  const store = (on = database) => new RemovableBlobs(blobs, new SqlBlobRemovals(on));
  const bytes = (text: string) => stagedBytes(Buffer.from(text));

  /** As a publication does: bytes first, then the rows that name them. */
  const need = async (text: string, on = database, betweenMs = 0) => {
    await store(on).keep(bytes(text));
    if (betweenMs > 0) await pause(betweenMs);
    await name(text, on);
  };
  const name = (text: string, on = database) =>
    new SqlJobStore(on).add(
      {
        id: randomUUID(),
        kind: 'test',
        payload: {},
        accountId: null,
        publisher: null,
        at: 1,
        blobs: [sha256Hex(text)],
      },
      1_000_000,
    );

  it('go after the grace period, those that are needed stay', async () => {
    await need('needed');
    await store().keep(bytes('needless'));
    expect(await removal().run({ graceMs: 0, dryRun: true })).toMatchObject({
      blobs: 2,
      unneeded: 1,
      unneededBytes: 8,
      marked: 1,
      removed: 0,
    });
    expect(await remove(hourMs)).toMatchObject({ marked: 1, removed: 0 });
    expect(await remove(hourMs)).toMatchObject({ marked: 0, removed: 0 });
    expect(await removal().run({ graceMs: 0, dryRun: true })).toMatchObject({ marked: 0, removed: 1 });
    expect(await blobs.size(sha256Hex('needless'))).toBe(8);
    expect(await remove(0)).toMatchObject({ removed: 1 });
    expect(await blobs.size(sha256Hex('needless'))).toBeUndefined();
    expect(await blobs.size(sha256Hex('needed'))).toBe(6);
    expect(await remove(0)).toMatchObject({ blobs: 1, unneeded: 0, marked: 0, removed: 0 });
  });

  it('have a grace period of their own again once they are kept again, and stay once they are needed', async () => {
    await store().keep(bytes('again'));
    await remove(hourMs);
    await store().keep(bytes('again'));
    expect(await remove(hourMs)).toMatchObject({ marked: 1 });
    await name('again');
    expect(await remove(0)).toMatchObject({ unneeded: 0, removed: 0 });
    expect(await blobs.size(sha256Hex('again'))).toBe(5);
  });

  it('can’t be named any more by a row when they were removed meanwhile, until they are kept again', async () => {
    await store().keep(bytes('late'));
    await remove(0);
    expect(await blobs.size(sha256Hex('late'))).toBeUndefined();
    await expect(name('late')).rejects.toMatchObject({ code: 'blob-being-removed' });
    await need('late');
    expect(await blobs.size(sha256Hex('late'))).toBe(4);
    expect(await remove(0)).toMatchObject({ unneeded: 0 });
  });

  it('are waited for while they are being removed, for a while; whoever died at it is taken over from', async () => {
    await store().keep(bytes('stuck'));
    const removals = new SqlBlobRemovals(database);
    const digests = [sha256Hex('stuck')];
    await markBlobs(database, digests, 1);
    expect((await removals.begin(due)).digests).toEqual(digests);
    expect((await removals.begin(due)).digests).toEqual([]);
    await expect(store().keep(bytes('stuck'))).rejects.toMatchObject({
      code: 'blob-being-removed',
      retryAfterSeconds: 60,
    });
    await agedBy(database, digests, limits.blobRemovalOverMs);
    await store().keep(bytes('stuck'));
    await name('stuck');
    expect((await removals.begin({ ...due, begunForMs: 0 })).digests).toEqual([]);
  });

  it.each([-hourMs, hourMs])(
    'are removed and waited for all the same by whose clock goes wrong by %d ms',
    async (ms) => {
      await store().keep(bytes('skewed'));
      const removals = new SqlBlobRemovals(database);
      const digests = [sha256Hex('skewed')];
      await markBlobs(database, digests, 1);
      await removals.begin(due);
      const now = Date.now.bind(Date);
      jest.spyOn(Date, 'now').mockImplementation(() => now() + ms);
      // Another is at it: whose clock is fast must not believe that it is long over, and keep what then goes.
      await expect(store().keep(bytes('skewed'))).rejects.toMatchObject({ code: 'blob-being-removed' });
      expect(await remove(0)).toMatchObject({ removed: 0 });
      await store().keep(bytes('in its time'));
      expect(await remove(hourMs / 2)).toMatchObject({ marked: 1, removed: 0 });
      jest.restoreAllMocks();
      expect(await remove(hourMs / 2)).toMatchObject({ marked: 0, removed: 0 });
      await agedBy(database, [sha256Hex('in its time')], hourMs / 2);
      expect(await remove(hourMs / 2)).toMatchObject({ removed: 1 });
      expect(await blobs.size(sha256Hex('skewed'))).toBe(6);
    },
  );

  it('are taken over where whoever removed them died', async () => {
    await store().keep(bytes('half'));
    await markBlobs(database, [sha256Hex('half')], 1);
    await new SqlBlobRemovals(database).begin(due);
    await agedBy(database, [sha256Hex('half')], limits.blobRemovalOverMs);
    expect(await remove(hourMs)).toMatchObject({ removed: 1 });
    expect(await blobs.size(sha256Hex('half'))).toBeUndefined();
  });

  it('are left alone in the place of another store', async () => {
    await store().keep(bytes('theirs'));
    await removal(database, 'theirs').run({ graceMs: 0, dryRun: false });
    await expect(remove(0)).rejects.toMatchObject({ code: 'blobs-of-another-store' });
  });

  it('never take bytes that somebody was told are kept, however many publish and remove the same at once', async () => {
    const texts = ['a', 'b', 'c', 'd', 'e', 'f'];
    const named = new Set<string>();
    let racing = true;
    let refused = 0;
    const publisher = async (on: Database, seed: number) => {
      for (let round = 0; racing; round += 1) {
        const text = `${texts[(round * 7 + seed) % texts.length]}${Math.floor(round / 8)}`;
        try {
          await need(text, on, Math.random() < 0.5 ? 0 : Math.random() * 60);
          named.add(text);
          expect(await blobs.size(sha256Hex(text))).toBe(text.length);
        } catch (error) {
          if (!(error instanceof RegistryError) || error.code !== 'blob-being-removed') throw error;
          refused += 1;
        }
        // Others are kept and never come to be needed.
        await store(on).keep(bytes(`${text} in vain`));
      }
    };
    let removed = 0;
    const remover = async (on: Database) => {
      while (racing) removed += (await remove(0, on)).removed;
    };
    const work = [publisher(database, 1), publisher(other, 4), remover(database), remover(other)];
    await pause(4000);
    await eventually(() => named.size > 0 && removed > 0);
    racing = false;
    await Promise.all(work);
    for (const text of named) expect([text, await blobs.size(sha256Hex(text))]).toEqual([text, text.length]);
    process.stdout.write(`blob races: ${named.size} named, ${removed} removed, ${refused} sent back\n`);
  });
});
