import { createRequire } from 'node:module';
import type BetterSqlite from 'better-sqlite3';

/** The first line of Node for which better-sqlite3 13 is made; on 20 it ends the process as soon as it opens a file. */
const firstNodeOfThirteen = 22;

const load = createRequire(import.meta.url);
const nodeMajor = Number.parseInt(process.versions.node, 10);

/** An open SQLite file. */
export type SqliteDatabase = BetterSqlite.Database;

/**
 * The binding of SQLite that this Node can run. better-sqlite3 12 does not survive Node 24.19 and later: a statement that is
 * collected while no JavaScript runs ends the process. 13, on Node-API, does, and brings its binaries along; but it needs
 * Node 22. So there are both, and this file is the only one that says which.
 */
export const Sqlite = load(
  nodeMajor >= firstNodeOfThirteen ? 'better-sqlite3-napi' : 'better-sqlite3',
) as typeof BetterSqlite;
