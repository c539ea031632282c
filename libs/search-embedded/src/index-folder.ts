import { Sqlite } from '#sqlite';
import type { SqliteDatabase } from '#sqlite';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { IndexDamaged, IndexOutdated } from './index-damaged.js';
import { schemaMark, tables } from './schema.js';

export type Connection = SqliteDatabase;

const fileName = /^index-[0-9a-f]{12}\.sqlite$/;
const anyIndexFile = /^index-[0-9a-f]{12}\.sqlite(-wal|-shm|-journal)?$/;

/**
 * The folder of an index. `current` names the file in use; renaming another over it is how a new index takes the
 * place of an old one, so that there is no moment without one.
 */
export class IndexFolder {
  constructor(readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  newPath(): string {
    return join(this.folder, `index-${randomBytes(6).toString('hex')}.sqlite`);
  }

  /** The path of the index in use, if there is one. */
  currentPath(): string | undefined {
    try {
      const name = readFileSync(join(this.folder, 'current'), 'utf8').trim();
      const path = join(this.folder, name);
      return fileName.test(name) && existsSync(path) ? path : undefined;
    } catch {
      return undefined;
    }
  }

  makeCurrent(path: string): void {
    const draft = join(this.folder, 'current.new');
    writeFileSync(draft, `${path.slice(this.folder.length + 1)}\n`);
    renameSync(draft, join(this.folder, 'current'));
  }

  removeAllBut(path: string): void {
    const kept = path.slice(this.folder.length + 1);
    for (const name of readdirSync(this.folder)) {
      if (anyIndexFile.test(name) && !name.startsWith(kept)) rmSync(join(this.folder, name), { force: true });
    }
  }
}

export interface ConnectionOptions {
  readonly cacheKibibytes: number;
  readonly readOnly?: boolean;
  /** For a file that nobody uses before it is whole: no journal. */
  readonly draft?: boolean;
}

/** Opens an index that exists. Throws what `isDamage` knows when the file isn't one that this code can read. */
export function openIndexFile(path: string, options: ConnectionOptions): Connection {
  if (statSync(path).size === 0) throw new IndexDamaged('the file is empty');
  const connection = new Sqlite(path, { timeout: 5000 });
  try {
    connection.pragma(`cache_size = -${options.cacheKibibytes}`);
    if (options.readOnly === true) connection.pragma('query_only = ON');
    else {
      connection.pragma('journal_mode = WAL');
      connection.pragma('wal_autocheckpoint = 2000');
    }
    connection.pragma('synchronous = NORMAL');
    checkIndexFile(connection, path);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function checkIndexFile(connection: Connection, path: string): void {
  const mark = connection.prepare(`SELECT value FROM meta WHERE key = 'schema'`).pluck().get();
  if (mark !== schemaMark) throw new IndexOutdated();
  const pages = Number(connection.pragma('page_count', { simple: true }));
  const pageBytes = Number(connection.pragma('page_size', { simple: true }));
  // Pages that are still only in the write-ahead log are counted but not yet in the file.
  const hasLog = existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0;
  if (!hasLog && statSync(path).size < pages * pageBytes) throw new IndexDamaged('the file is cut off');
}

export function createIndexFile(path: string, options: ConnectionOptions): Connection {
  const connection = new Sqlite(path, { timeout: 5000 });
  connection.pragma('page_size = 8192');
  connection.pragma(`cache_size = -${options.cacheKibibytes}`);
  if (options.draft === true) {
    connection.pragma('journal_mode = OFF');
    connection.pragma('synchronous = OFF');
  } else {
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = NORMAL');
  }
  connection.transaction(() => {
    connection.exec(tables);
    const insert = connection.prepare('INSERT INTO meta (key, value) VALUES (?, ?)');
    insert.run('schema', schemaMark);
    insert.run('sequence', 0);
    insert.run('generation', 1);
    insert.run('shelved', 0);
  })();
  return connection;
}
