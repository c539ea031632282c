import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseLock } from './database-lock.js';

describe('the lock of a database file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mortise-lock-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is held by one at a time', () => {
    const path = join(folder, 'a.sqlite');
    const first = DatabaseLock.take(path);
    expect(() => DatabaseLock.take(path)).toThrow(`Another process (${process.pid}) uses ${path}`);
    first.release();
    DatabaseLock.take(path).release();
  });

  it('dies with its process, however that ends', async () => {
    const path = join(folder, 'a.sqlite');
    const module = new URL('./database-lock.js', import.meta.url).href;
    const holder = spawn(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { DatabaseLock } from ${JSON.stringify(module)};
       globalThis.lock = DatabaseLock.take(${JSON.stringify(path)});
       console.log('held');
       setInterval(() => {}, 1000);`,
    ]);
    try {
      await once(holder.stdout, 'data');
      expect(() => DatabaseLock.take(path)).toThrow(`Another process (${holder.pid})`);
    } finally {
      holder.kill('SIGKILL');
    }
    await once(holder, 'exit');
    DatabaseLock.take(path).release();
  });
});
