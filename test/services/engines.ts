import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { testOpenSearch } from './test-search.js';
import { dropTestDatabase, openTestDatabase, testServer } from './test-database.js';

export interface EmptyDatabase {
  readonly location: string;
  remove(): Promise<void>;
}

export interface Engine {
  readonly name: 'sqlite' | 'postgres';
  /** A database of a test's own; with `template` it may have every migration applied already. */
  make(template?: 'migrated' | 'empty'): Promise<EmptyDatabase>;
}

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'mortise-database-'));

const sqlite: Engine = {
  name: 'sqlite',
  make: async () => {
    const folder = newFolder();
    return {
      location: join(folder, 'a.sqlite'),
      remove: async () => rmSync(folder, { recursive: true, force: true }),
    };
  },
};

const postgresOn = (server: string): Engine => ({
  name: 'postgres',
  make: async (template = 'migrated') => {
    const folder = newFolder();
    return {
      location: await openTestDatabase(server, folder, template),
      remove: async () => {
        rmSync(folder, { recursive: true, force: true });
        await dropTestDatabase(server, folder);
      },
    };
  },
});

/** The engines that there are: PostgreSQL only where `npm run test:services` has started one. */
export const engines: readonly Engine[] =
  testServer === undefined ? [sqlite] : [sqlite, postgresOn(testServer)];

/** For what only PostgreSQL does: passed over where there is none. */
export const describeOnPostgres = testServer === undefined ? describe.skip : describe;

/** For what needs OpenSearch: passed over where `npm run test:services` has not started one. */
export const describeOnOpenSearch = testOpenSearch === undefined ? describe.skip : describe;
