import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { Database } from './database.js';
import { limits } from '#kernel';
import { ChangeRow } from './rows/catalog-rows.js';
import { ClusterSecretRow } from './rows/access-rows.js';
import { describeOnPostgres, engines } from '../../../test/services/engines.js';
import type { EmptyDatabase } from '../../../test/services/engines.js';

let place: EmptyDatabase;
let database: Database;

const add = (name: string, on = database) =>
  on.write((sql) => sql.insert(ClusterSecretRow, { name, value: name, created_at: 1 }).then(() => name));

const names = (on = database) =>
  on.read(async (sql) =>
    (await sql.find(ClusterSecretRow, { order: { name: 'ASC' } })).map(({ name }) => name),
  );

/** Adds one to a number that it reads first, as no two may do at once. */
const count = (on = database) =>
  on.write(async (sql) => {
    const row = await sql.findOneByOrFail(ClusterSecretRow, { name: 'count' });
    await sql.update(ClusterSecretRow, { name: 'count' }, { value: String(Number(row.value) + 1) });
  });

describe.each(engines)('a database on $name', (engine) => {
  beforeEach(async () => {
    place = await engine.make();
    database = await Database.open(place.location);
  });
  afterEach(async () => {
    await database.close();
    await place.remove();
  });

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

  it('loses no update of those who read before they write', async () => {
    await database.write((sql) => sql.insert(ClusterSecretRow, { name: 'count', value: '0', created_at: 1 }));
    await Promise.all(Array.from({ length: 30 }, () => count()));
    const row = await database.read((sql) => sql.findOneBy(ClusterSecretRow, { name: 'count' }));
    expect(row?.value).toBe('30');
  });

  it('shows a read only what is committed', async () => {
    await database.write(async (sql) => {
      await sql.insert(ClusterSecretRow, { name: 'open', value: '', created_at: 1 });
      expect(await names()).toEqual([]);
    });
    expect(await names()).toEqual(['open']);
  });

  it('throws at once at a write inside a write, however often there was none before, and goes on', async () => {
    for (const name of ['first', 'second']) {
      await add(name);
      await expect(database.write(() => add('never'))).rejects.toThrow('inside another write');
    }
    await Promise.all([add('third'), add('fourth')]);
    expect(await names()).toEqual(['first', 'fourth', 'second', 'third']);
  });

  it('refuses what is asked to be written once it closes, and writes what was asked for before', async () => {
    const before = database.write(() => Promise.resolve('written'));
    const closing = database.close();
    await expect(database.write(() => Promise.resolve())).rejects.toMatchObject({
      code: 'database-unavailable',
    });
    expect(await before).toBe('written');
    await closing;
  });

  it('tells what a write changed once it is committed, and not when it was undone', async () => {
    const seen: string[] = [];
    database.notices.subscribe(
      'plugin',
      (plugin) => seen.push(plugin),
      () => seen.push('everything'),
    );
    await database.write(async (_sql, tell) => {
      tell('plugin', 'a/committed');
      tell('plugin', 'a/committed');
      tell('package', 'npm:other');
      expect(seen).toEqual([]);
    });
    const undone = database.write(async (_sql, tell) => {
      tell('plugin', 'a/undone');
      throw new Error('no');
    });
    await expect(undone).rejects.toThrow('no');
    expect(seen).toEqual(['a/committed']);
  });

  it('orders text by its bytes', async () => {
    const given = ['b', 'A', 'a', 'B', 'a-b', 'ab', 'a_b', 'Ä', 'z', '@acme/x', '0'];
    for (const name of given) await add(name);
    const bytes = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));
    expect(await names()).toEqual([...given].sort(bytes));
    const after = await database.read((sql) =>
      sql.query<{ name: string }[]>(
        "SELECT name FROM cluster_secret WHERE name > 'Z' AND name < 'a_' ORDER BY name",
      ),
    );
    expect(after.map(({ name }) => name)).toEqual(['a', 'a-b']);
  });

  it('hands over great numbers as numbers, and finds nothing by a text with NUL in it', async () => {
    await database.write((sql) =>
      sql.insert(ClusterSecretRow, { name: 'x', value: '', created_at: 2 ** 52 }),
    );
    const [row] = await database.read((sql) =>
      sql.query<{ created_at: unknown; n: unknown }[]>(
        'SELECT created_at, (SELECT COUNT(*) FROM cluster_secret) AS n FROM cluster_secret',
      ),
    );
    expect(row).toEqual({ created_at: 2 ** 52, n: 1 });
    expect(await database.read((sql) => sql.findOneBy(ClusterSecretRow, { name: 'x\0' }))).toBeNull();
    expect(await database.read((sql) => sql.findBy(ChangeRow, { sequence: 2 ** 52 }))).toEqual([]);
  });
});

describeOnPostgres('a database that several processes have open', () => {
  const [, postgres] = engines;
  let other: Database;
  beforeEach(async () => {
    place = await postgres!.make('empty');
    [database, other] = await Promise.all([Database.open(place.location), Database.open(place.location)]);
  });
  afterEach(async () => {
    await Promise.all([database.close(), other.close()]);
    await place.remove();
  });

  const change = (on: Database, pause = 0) =>
    on.write(async (sql) => {
      await sql.insert(ChangeRow, { type: 'x', plugin_id: 'a/b', version: null, visible: true, at: 1 });
      if (pause > 0) await sql.query('SELECT pg_sleep($1)', [pause]);
    });

  it('is migrated once, however many start together', async () => {
    const applied = await database.read((sql) =>
      sql.query<{ name: string }[]>('SELECT name FROM migrations'),
    );
    expect(new Set(applied.map(({ name }) => name)).size).toBe(applied.length);
    await Promise.all([add('one'), add('two', other)]);
    expect(await names()).toEqual(['one', 'two']);
  });

  it('loses no update of theirs', async () => {
    await database.write((sql) => sql.insert(ClusterSecretRow, { name: 'count', value: '0', created_at: 1 }));
    await Promise.all(Array.from({ length: 40 }, (_, at) => count(at % 2 ? database : other)));
    const row = await database.read((sql) => sql.findOneBy(ClusterSecretRow, { name: 'count' }));
    expect(row?.value).toBe('40');
  });

  it('has its changes committed in the order of their sequences, so that who follows them misses none', async () => {
    const seen: number[] = [];
    let following = true;
    const follow = async () => {
      for (;;) {
        const isLast = !following;
        const rows = await other.read((sql) =>
          sql.query<{ sequence: number }[]>(
            'SELECT sequence FROM change WHERE sequence > $1 ORDER BY sequence',
            [seen.at(-1) ?? 0],
          ),
        );
        seen.push(...rows.map(({ sequence }) => sequence));
        if (isLast) return;
      }
    };
    const follower = follow();
    await Promise.all(
      Array.from({ length: 20 }, (_, at) => change(at % 2 ? database : other, at % 4 === 0 ? 0.02 : 0)),
    );
    following = false;
    await follower;
    expect(seen).toHaveLength(20);
  });

  it('refuses a write that waits too long for the others, and goes on once it is its turn', async () => {
    const holder = new Client({ connectionString: place.location });
    await holder.connect();
    await holder.query('SELECT pg_advisory_lock(19797, 2)');
    const started = performance.now();
    const outcomes = await Promise.allSettled([add('first'), add('second'), add('third')]);
    expect(performance.now() - started).toBeLessThan(2 * limits.databaseTurnMs);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'database-unavailable' } });
    }
    // What needs no turn goes on meanwhile.
    await database.write(
      (sql) => sql.insert(ClusterSecretRow, { name: 'beside', value: '', created_at: 1 }),
      { turn: false },
    );
    await holder.end();
    await add('fourth');
    expect(await names()).toEqual(['beside', 'fourth']);
  });

  it('refuses what gets no connection in time, and nothing else', async () => {
    const busy = Array.from({ length: limits.databaseConnections }, () =>
      database.read((sql) => sql.query(`SELECT pg_sleep(${limits.databaseStatementMs / 1000 - 1})`)),
    );
    await expect(names()).rejects.toMatchObject({ kind: 'unavailable', code: 'database-unavailable' });
    await Promise.all(busy);
    expect(await names()).toEqual([]);
    await database.becomeCurrent();
  });

  it('runs a write again that a deadlock stopped', async () => {
    await Promise.all(['a', 'b'].map((name) => add(name)));
    const touch = (order: string[]) =>
      database.write(
        async (sql) => {
          for (const name of order) {
            await sql.update(ClusterSecretRow, { name }, { value: order.join() });
            await sql.query('SELECT pg_sleep(0.1)');
          }
        },
        { turn: false },
      );
    await Promise.all([touch(['a', 'b']), touch(['b', 'a'])]);
  });

  it('undoes a write that hides that a statement of it failed, and says so', async () => {
    const hiding = database.write(async (sql) => {
      await sql.insert(ClusterSecretRow, { name: 'hidden', value: '', created_at: 1 });
      await sql.query('SELECT nonsense').catch(() => undefined);
    });
    await expect(hiding).rejects.toThrow('undone');
    expect(await names()).toEqual([]);
  });
});
