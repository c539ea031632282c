export { Sqlite } from './sqlite.js';
export type { SqliteDatabase } from './sqlite.js';
