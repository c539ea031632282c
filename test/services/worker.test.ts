import { afterEach, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { eventually } from '#testing';
import { StoreProcess } from '../store-process.js';
import { describeOnPostgres } from './engines.js';
import { PostgresServer } from './postgres-server.js';

describeOnPostgres('a worker', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-worker-'));
  let server: PostgresServer | undefined;
  let worker: StoreProcess | undefined;
  afterEach(async () => {
    await worker?.kill();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('answers whoever watches over it, and nobody else', async () => {
    const postgres = (server = await PostgresServer.start());
    const environment = { MORTISE_DATABASE: postgres.address() };
    worker = await StoreProcess.start(folder, { command: 'work', environment });
    const ask = (path: string) => fetch(`${worker!.address}${path}`);
    for (const path of ['/health/live', '/health/ready', '/metrics'])
      expect([path, (await ask(path)).status]).toEqual([path, 200]);
    expect(await (await ask('/metrics')).text()).toContain('mortise_leases_held');
    for (const path of ['/', '/docs', '/api/v1/plugins', '/npm/left-pad', '/pypi/simple/', '/nowhere']) {
      const answer = await ask(path);
      const { code } = (await answer.json()) as { code: string };
      expect([path, answer.status, code]).toEqual([path, 404, 'route-not-found']);
    }
  }, 240_000);

  it('goes on when the database comes back, though nothing else kept it running', async () => {
    const postgres = (server = await PostgresServer.start({ durable: true }));
    const environment = { MORTISE_DATABASE: postgres.address() };
    worker = await StoreProcess.start(folder, { command: 'work', environment });
    await postgres.kill();
    await pause(3000);
    expect(worker.hasEnded).toBe(false);
    await postgres.boot();
    const leads = async () => {
      const client = new Client({ connectionString: postgres.address() });
      await client.connect();
      const { rowCount } = await client.query(
        'SELECT 1 FROM lease WHERE held_until > extract(epoch FROM clock_timestamp()) * 1000',
      );
      await client.end();
      return (rowCount ?? 0) > 0;
    };
    await eventually(leads);
  }, 240_000);
});
