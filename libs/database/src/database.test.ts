import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from './database.js';
import { ClusterSecretRow } from './rows/access-rows.js';

let folder: string;
let database: Database;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mortise-database-'));
  database = await Database.open(join(folder, 'a.sqlite'));
});

afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const add = (name: string) =>
  database.write((sql) =>
    sql.insert(ClusterSecretRow, { name, value: name, created_at: 1 }).then(() => name),
  );

const names = () =>
  database.read(async (sql) =>
    (await sql.find(ClusterSecretRow, { order: { name: 'ASC' } })).map(({ name }) => name),
  );

describe('Database', () => {
  it('lets writes take turns, so that what one undoes is only its own', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, at) =>
        database.write(async (sql) => {
          await sql.insert(ClusterSecretRow, { name: String(at).padStart(2, '0'), value: '', created_at: 1 });
          if (at % 2 === 1) throw new Error('changed its mind');
        }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    expect(await names()).toEqual(Array.from({ length: 10 }, (_, at) => String(at * 2).padStart(2, '0')));
  });

  it('shows a read only what is committed', async () => {
    await database.write(async (sql) => {
      await sql.insert(ClusterSecretRow, { name: 'open', value: '', created_at: 1 });
      expect(await names()).toEqual([]);
    });
    expect(await names()).toEqual(['open']);
  });

  it('refuses what there is no room for, and keeps all that it acknowledges afterwards', async () => {
    await add('before');
    const pages = (room: number) =>
      database.write(async (sql) => {
        const [{ page_count: count }] = await sql.query<[{ page_count: number }]>('PRAGMA page_count');
        await sql.query(`PRAGMA max_page_count = ${count + room}`);
      });
    await pages(0);
    const large = () =>
      database.write((sql) =>
        sql.insert(ClusterSecretRow, { name: 'large', value: 'x'.repeat(1_000_000), created_at: 1 }),
      );
    const full = { kind: 'unavailable', code: 'storage-full' };
    await expect(large()).rejects.toMatchObject(full);
    await pages(1_000_000);
    const failing = database.write(() => Promise.reject(new Error('refused')));
    await expect(failing).rejects.toThrow('refused');
    await add('after');
    expect(await names()).toEqual(['after', 'before']);
  });

  it('throws at once at a write inside a write, however often there was none before, and goes on', async () => {
    for (const name of ['first', 'second']) {
      await add(name);
      await expect(database.write(() => add('never'))).rejects.toThrow('inside another write');
    }
    await Promise.all([add('third'), add('fourth')]);
    expect(await names()).toEqual(['first', 'fourth', 'second', 'third']);
  });

  it('runs what waits for a commit once it is there, and not when it was undone', async () => {
    const seen: string[] = [];
    await database.write(async (_sql, afterCommit) => afterCommit(() => seen.push('committed')));
    const undone = database.write(async (_sql, afterCommit) => {
      afterCommit(() => seen.push('undone'));
      throw new Error('no');
    });
    await expect(undone).rejects.toThrow('no');
    expect(seen).toEqual(['committed']);
  });
});
