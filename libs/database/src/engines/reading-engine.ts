import type { DataSource, EntityManager } from 'typeorm';
import { RegistryError } from '#kernel';
import { isPostgresAddress, shownLocation } from '../database-location.js';
import { schemaState } from './applied-migrations.js';
import { DatabaseEngine } from './database-engine.js';
import { openPostgresPool } from './postgres-engine.js';
import { cannotOpenPostgres } from './postgres-failure.js';
import { openSqliteReader } from './sqlite-engine.js';

/** A database of either kind that is looked at while a store may run on it: it migrates nothing and writes nothing. */
export class ReadingEngine extends DatabaseEngine {
  override readonly writesBeside = 0;
  override readonly answers = true;
  /** It keeps nothing. */
  override readonly isCurrent = true;
  override readonly silentMs = 0;

  private constructor(private readonly source: DataSource) {
    super();
  }

  /** As `openReadSource` throws. */
  static async open(location: string): Promise<ReadingEngine> {
    return new ReadingEngine(await openReadSource(location));
  }

  override transact<T>(): Promise<T> {
    throw new Error('This database was opened to be read only.');
  }

  override async announce(): Promise<void> {
    throw new Error('This database was opened to be read only.');
  }

  override async becomeCurrent(): Promise<boolean> {
    return true;
  }

  override async flush(): Promise<void> {
    return;
  }

  override read<T>(work: (sql: EntityManager) => Promise<T>): Promise<T> {
    return work(this.source.manager);
  }

  override close(): Promise<void> {
    return this.source.destroy();
  }
}

/**
 * Connections by which all that is committed can be read. Throws `database-empty` where no store has been,
 * `database-outdated` where migrations are due, and `database-newer` where this version knows too few.
 */
export async function openReadSource(location: string): Promise<DataSource> {
  const source = await openSource(location);
  try {
    const query = source.query.bind(source);
    const state = await schemaState(location, isPostgresAddress(location), query);
    if (state === 'empty') throw databaseEmpty(location);
    if (state === 'behind') throw databaseOutdated(location);
    return source;
  } catch (error) {
    await source.destroy();
    throw error;
  }
}

async function openSource(location: string): Promise<DataSource> {
  if (!isPostgresAddress(location)) return openSqliteReader(location);
  try {
    return await openPostgresPool(location);
  } catch (error) {
    throw cannotOpenPostgres(error, location);
  }
}

const databaseEmpty = (location: string): RegistryError =>
  new RegistryError(
    'conflict',
    'database-empty',
    `There is no store in ${shownLocation(location)}, since no migration was ever applied there: set MORTISE_DATABASE, or MORTISE_DATA, as the store has it, or put a backup there. The first start makes a new store.`,
  );

const databaseOutdated = (location: string): RegistryError =>
  new RegistryError(
    'conflict',
    'database-outdated',
    `${shownLocation(location)} was last written by another version of the store: bring it up to date first (mortise-registry migrate).`,
  );
