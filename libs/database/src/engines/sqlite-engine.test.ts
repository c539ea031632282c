import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '../database.js';
import { ClusterSecretRow } from '../rows/access-rows.js';

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

describe('a database in a file', () => {
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
});
