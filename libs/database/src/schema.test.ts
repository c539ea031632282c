import { afterEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import type { EntityMetadata, Table, TableColumn } from 'typeorm';
import { Random } from '#testing';
import { Database } from './database.js';
import { postgresLocks } from './engines/postgres-locks.js';
import { migrations } from './migrations/index.js';
import { rows } from './rows/index.js';
import { engines } from '../../../test/services/engines.js';
import type { EmptyDatabase, Engine } from '../../../test/services/engines.js';

const made: EmptyDatabase[] = [];
afterEach(async () => {
  for (const database of made.splice(0)) await database.remove();
});

async function make(engine: Engine): Promise<EmptyDatabase> {
  const database = await engine.make('empty');
  made.push(database);
  return database;
}

async function connect(engine: Engine, location: string, known = migrations): Promise<DataSource> {
  const common = { entities: rows, migrations: known, migrationsTransactionMode: 'each' } as const;
  return engine.name === 'sqlite'
    ? new DataSource({ type: 'better-sqlite3', database: location, ...common }).initialize()
    : new DataSource({ type: 'postgres', url: location, installExtensions: false, ...common }).initialize();
}

async function tablesOf(source: DataSource): Promise<Table[]> {
  const runner = source.createQueryRunner();
  try {
    const names =
      source.options.type === 'postgres'
        ? 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()'
        : "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    const found = await source.query<{ name: string }[]>(names);
    const own = found.map(({ name }) => name).filter((name) => name !== 'migrations');
    return await runner.getTables(own);
  } finally {
    await runner.release();
  }
}

/** A type as both engines understand it: SQLite keeps the words of the migration, PostgreSQL has its own. */
function typeOf({ type, length, isNullable }: Pick<TableColumn, 'type' | 'length' | 'isNullable'>): string {
  const words: Record<string, string> = {
    'character varying': 'varchar',
    integer: 'number',
    bigint: 'number',
  };
  const size = length === '' ? '' : `(${length})`;
  return `${words[type] ?? type}${size}${isNullable ? '' : ' not null'}`;
}

const wordOf = (type: unknown): string =>
  (type === Number ? 'integer' : String(type)).replace('simple-json', 'text');

function shapeOfTable(table: Table): unknown {
  const columns = table.columns.map((column) => [column.name, typeOf(column)]);
  return {
    columns: Object.fromEntries(columns.sort()),
    key: table.primaryColumns.map(({ name }) => name).sort(),
  };
}

function shapeOfEntity({ columns, primaryColumns }: EntityMetadata): unknown {
  const named = columns.map(({ databaseName, type, length, isNullable }) => [
    databaseName,
    typeOf({ type: wordOf(type), length, isNullable }),
  ]);
  return {
    columns: Object.fromEntries(named.sort()),
    key: primaryColumns.map(({ databaseName }) => databaseName).sort(),
  };
}

// The whole is PROOFS=whole, and CRASH_SEED repeats a run.
const kills = process.env['PROOFS'] === 'whole' ? 40 : 2;
const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);

const manyRows = 10_000;

/** Says when it begins to bring a database up to date, and ends once that is done. */
const opening = `const { Database } = await import('#database');
process.stdout.write('begun');
await (await Database.open(process.env.LOCATION)).close();`;

/** A process that brings the database up to date; with `killedAfterMs`, for no longer than that. Its exit code, and how long it took. */
async function openByProcess(location: string, killedAfterMs?: number) {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', opening], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], LOCATION: location },
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  // It may die before it says anything.
  await Promise.race([once(child.stdout, 'data'), ended]);
  const begun = performance.now();
  if (killedAfterMs !== undefined) {
    await pause(killedAfterMs);
    child.kill('SIGKILL');
  }
  const [code] = await ended;
  return { code, ms: performance.now() - begun };
}

const byName = <Value>(pairs: [string, Value][]): Record<string, Value> =>
  Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));

/** What TypeORM's entities know nothing of: who refers to whom, what is unique, what is looked up. */
function rulesOf(table: Table): unknown {
  const uniques = [
    ...table.uniques.map(({ columnNames }) => columnNames),
    ...table.indices
      .filter(({ isUnique, where }) => isUnique && !where)
      .map(({ columnNames }) => columnNames),
  ];
  const indexes = table.indices.filter(({ isUnique, where }) => !isUnique || where);
  return {
    uniques: [...new Set(uniques.map((columns) => [...columns].sort().join()))].sort(),
    indexes: indexes.map(({ name, columnNames }) => `${name}: ${[...columnNames].sort().join()}`).sort(),
    references: table.foreignKeys
      .map(
        (key) =>
          `${key.columnNames.join()} -> ${key.referencedTableName.replace(/^public[.]/, '')} ${key.referencedColumnNames.join()}`,
      )
      .sort(),
  };
}

async function checksOf(source: DataSource): Promise<string[]> {
  if (source.options.type === 'postgres') {
    const found = await source.query<{ conname: string }[]>(
      "SELECT conname FROM pg_constraint WHERE contype = 'c'",
    );
    return found
      .map(({ conname }) => conname)
      .filter((name) => name.startsWith('ck_'))
      .sort();
  }
  const tables = await source.query<{ sql: string }[]>("SELECT sql FROM sqlite_master WHERE type = 'table'");
  return tables.flatMap(({ sql }) => [...sql.matchAll(/\bck_\w+/g)].map(([name]) => name)).sort();
}

const shapeOf = async (source: DataSource): Promise<unknown> =>
  byName((await tablesOf(source)).map((table) => [table.name, [shapeOfTable(table), rulesOf(table)]]));

describe.each(engines)('the schema on $name', (engine) => {
  it('is what the rows say, after all migrations', async () => {
    const { location } = await make(engine);
    await (await Database.open(location)).close();
    const source = await connect(engine, location);
    const tables = await tablesOf(source);
    const found = byName(tables.map((table) => [table.name.replace(/^public[.]/, ''), shapeOfTable(table)]));
    const wanted = byName(source.entityMetadatas.map((entity) => [entity.tableName, shapeOfEntity(entity)]));
    await source.destroy();
    expect(found).toEqual(wanted);
  });

  it('is the same again when each migration is taken back and applied anew', async () => {
    const { location } = await make(engine);
    const source = await connect(engine, location);
    const shape = () => shapeOf(source);
    const states: unknown[] = [await shape()];
    for (const migration of migrations) {
      const runner = source.createQueryRunner();
      const one = new migration();
      await one.up(runner);
      states.push(await shape());
      await one.down(runner);
      expect(await shape()).toEqual(states.at(-2));
      await one.up(runner);
      await runner.release();
      expect(await shape()).toEqual(states.at(-1));
    }
    await source.destroy();
  });

  it.each([1, 5, migrations.length - 1])(
    'is brought up to date from that of the first %i migrations by whoever comes first, and keeps what is there',
    async (count) => {
      const { location } = await make(engine);
      const older = await connect(engine, location, migrations.slice(0, count));
      await older.runMigrations();
      await older.query("INSERT INTO cluster_secret (name, value, created_at) VALUES ('kept', 'word', 1)");
      await older.destroy();
      const together = engine.name === 'postgres' ? 4 : 1;
      const opened = await Promise.all(Array.from({ length: together }, () => Database.open(location)));
      for (const database of opened) {
        const found = await database.read((sql) =>
          sql.query("SELECT value FROM cluster_secret WHERE name = 'kept'"),
        );
        expect(found).toEqual([{ value: 'word' }]);
        await database.close();
      }
      const source = await connect(engine, location);
      const applied = await source.query<{ name: string }[]>('SELECT name FROM migrations ORDER BY id');
      await source.destroy();
      expect(applied.map(({ name }) => name)).toEqual(migrations.map(({ name }) => name));
    },
  );

  it(
    `is never left half way by processes that are killed, and is whole after the next start (CRASH_SEED=${seed})`,
    async () => {
      const random = new Random(seed);
      const shapeAt = async (location: string) => {
        const source = await connect(engine, location);
        // What the server still does for a process that is gone comes to its end first.
        if (engine.name === 'postgres')
          await source.query(`SELECT pg_advisory_lock(${postgresLocks.migrating})`);
        const tables = await shapeOf(source);
        const [{ count }] = await source.query(
          "SELECT COUNT(*) AS count FROM cluster_secret WHERE value = 'word'",
        );
        const applied = (await source.query<unknown[]>('SELECT name FROM migrations')).length;
        await source.destroy();
        return { tables, applied, kept: Number(count) };
      };
      const older = async () => {
        const { location } = await make(engine);
        const source = await connect(engine, location, migrations.slice(0, 1));
        await source.runMigrations();
        // So many that what looks at them takes a while.
        for (let start = 0; start < manyRows; start += 1000) {
          const values = Array.from({ length: 1000 }, (_, at) => `('kept-${start + at}', 'word', 1)`);
          await source.query(`INSERT INTO cluster_secret (name, value, created_at) VALUES ${values.join()}`);
        }
        await source.destroy();
        return location;
      };
      const states: unknown[] = [];
      const stepwise = await connect(engine, (await make(engine)).location);
      const runner = stepwise.createQueryRunner();
      for (const migration of migrations) {
        await new migration().up(runner);
        states.push(await shapeOf(stepwise));
      }
      await runner.release();
      await stepwise.destroy();
      const whole = await openByProcess(await older());
      expect(whole.code).toBe(0);

      let location = await older();
      for (let kill = 0; kill < kills; kill += 1) {
        await openByProcess(location, random.next() * whole.ms);
        const { tables, applied, kept } = await shapeAt(location);
        expect({ tables, kept }).toEqual({ tables: states[applied - 1], kept: manyRows });
        if (applied < migrations.length) continue;
        expect((await openByProcess(location)).code).toBe(0);
        location = await older();
      }
      const together = engine.name === 'postgres' ? 4 : 1;
      const last = await Promise.all(Array.from({ length: together }, () => openByProcess(location)));
      expect(last.map(({ code }) => code)).toEqual(last.map(() => 0));
      expect(await shapeAt(location)).toMatchObject({ tables: states.at(-1), kept: manyRows });
    },
    180_000 + kills * 5_000,
  );

  it('is refused, and left alone, where a newer version of the store made it', async () => {
    const { location } = await make(engine);
    await (await Database.open(location)).close();
    const source = await connect(engine, location);
    const applied = () => source.query('SELECT name FROM migrations ORDER BY id');
    await source.query(
      "INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')",
    );
    // One that is missing besides is not made up for: nobody knows what it would do to what came later.
    await source.query(`DELETE FROM migrations WHERE name = '${migrations.at(-1)!.name}'`);
    const before = await applied();
    for (const open of [Database.open, Database.openToRead]) {
      await expect(open.call(Database, location)).rejects.toMatchObject({
        code: 'database-newer',
        message: expect.stringContaining('Later9999999999999'),
      });
    }
    expect(await applied()).toEqual(before);
    await source.destroy();
  });
});

it('has the same keys, references, checks and indexes on every engine', async () => {
  const found: unknown[] = [];
  for (const engine of engines) {
    const { location } = await make(engine);
    await (await Database.open(location)).close();
    const source = await connect(engine, location);
    const tables = await tablesOf(source);
    const rules = byName(tables.map((table) => [table.name.replace(/^public[.]/, ''), rulesOf(table)]));
    found.push({ rules, checks: await checksOf(source) });
    await source.destroy();
  }
  for (const one of found) expect(one).toEqual(found[0]);
});
