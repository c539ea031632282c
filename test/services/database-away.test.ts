import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Client } from 'pg';
import request from 'supertest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '#kernel';
import { eventually } from '#testing';
import { Log } from '../../apps/registry/src/platform/server/log.js';
import { CatalogStore } from '../catalog-store.js';
import { testAdmin } from '../start-store.js';
import { StoreProcess } from '../store-process.js';
import type { StoreProcessOptions } from '../store-process.js';
import { describeOnPostgres } from './engines.js';
import { PostgresServer } from './postgres-server.js';

describeOnPostgres('a store whose database goes away', () => {
  let server: PostgresServer;
  let catalog: CatalogStore;
  let hostKey: string;
  let pluginKey: string;
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);

  beforeAll(async () => {
    process.on('unhandledRejection', note);
    // One of its own, since it is killed; and one that keeps what it acknowledges.
    server = await PostgresServer.start({ durable: true });
    const folder = mkdtempSync(join(tmpdir(), 'mortise-away-'));
    catalog = await CatalogStore.start({ MORTISE_DATABASE: server.address() }, folder);
    await catalog.publish('kept', '1.0.0');
    await catalog.publish('unread', '1.0.0');
    const host = await catalog.send('post', '/api/v1/hosts', { name: 'a host' }).expect(201);
    hostKey = host.body.key;
    const installed = await request(catalog.store.server)
      .post('/api/v1/installations')
      .set('authorization', `Bearer ${hostKey}`)
      .send({ plugin: 'acme/kept' });
    expect(installed.status).toBe(201);
    pluginKey = installed.body.key;
  });

  afterAll(async () => {
    await catalog.store.close();
    await server.stop();
    process.off('unhandledRejection', note);
  });

  const introspect = () =>
    request(catalog.store.server)
      .post('/oauth/introspect')
      .set('authorization', `Bearer ${hostKey}`)
      .type('form')
      .send({ token: pluginKey });

  const signIn = () => request(catalog.store.server).post('/api/v1/sessions').send(testAdmin);
  const read = (cookie: string) =>
    request(catalog.store.server).get('/api/v1/plugins/acme/kept').set({ cookie });

  it('answers what it keeps, refuses everything else with 503, and recovers by itself, again and again', async () => {
    for (let round = 1; round <= 3; round += 1) {
      await catalog.get('acme/kept').expect(200);
      const active = await introspect().expect(200);
      expect(active.body.active).toBe(true);
      const begun = await request(catalog.store.server).post('/session').send(testAdmin).expect(204);
      const cookie = String(begun.headers['set-cookie']).split(';')[0]!;
      await server.kill();

      const kept = await catalog.get('acme/kept').expect(200);
      expect(kept.headers['cache-status']).toBe('mortise; hit; detail=database-away');
      expect(kept.headers['age']).toMatch(/^\d+$/);
      // What was never a session, or is none any more, keeps nobody out.
      await read(`${cookie}x`).expect(200);
      const live = await catalog.get('/health/live').expect(200);
      expect(live.headers['cache-status']).toBeUndefined();
      await catalog.get('/api/v1/plugins?q=kept').expect(200);
      const refused = {
        'a read that nobody made before': catalog.get('acme/unread/versions'),
        'a read of something that is nowhere': catalog.get('acme/nowhere'),
        'a read with a credential': catalog.get('acme/kept', catalog.token),
        'a read by a session': read(cookie),
        'a publish': catalog.send('post', '/api/v1/publishers/acme/releases', {}),
        'an introspection': introspect(),
        'a sign-in': signIn(),
      };
      for (const [what, call] of Object.entries(refused)) {
        const answer = await call;
        expect([what, answer.status, answer.body.code]).toEqual([what, 503, 'database-unavailable']);
        expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
        expect([what, answer.headers['cache-status'], answer.headers['age']]).toEqual([
          what,
          undefined,
          undefined,
        ]);
      }
      const ready = await catalog.get('/health/ready').expect(503);
      expect(ready.body.checks.database).toContain('database');

      await server.boot();
      await eventually(() => catalog.get('acme/kept', catalog.token).expect(200));
      await catalog.get('/health/ready').expect(200);
      await catalog.publish('kept', `1.${round}.0`);
      const { body, headers } = await catalog.get('acme/kept').expect(200);
      expect(body.version).toBe(`1.${round}.0`);
      expect(headers['age']).toBeUndefined();
      await introspect().expect(200);
      await signIn().expect(201);
    }
    expect(unhandled).toEqual([]);
  });

  it('loses nothing that it acknowledged when the database is killed under writes', async () => {
    const acknowledged: string[] = [];
    let publishing = true;
    const publisher = async (name: string) => {
      for (let patch = 0; publishing; patch += 1) {
        const version = `2.0.${patch}`;
        try {
          await catalog.publish(name, version);
          acknowledged.push(`${name}/versions/${version}`);
        } catch (error) {
          expect(String(error)).toMatch(/503|409/);
          await pause(20);
        }
      }
    };
    const publishers = ['one', 'two', 'three', 'four'].map((name) => publisher(name));
    const publishSome = async () => {
      const before = acknowledged.length;
      await eventually(() => acknowledged.length > before + publishers.length);
    };
    for (let round = 0; round < 3; round += 1) {
      await publishSome();
      await server.kill();
      await pause(100);
      await server.boot();
    }
    await publishSome();
    publishing = false;
    await Promise.all(publishers);
    for (const release of acknowledged) await catalog.get(`acme/${release}`).expect(200);
    await eventually(async () => (await catalog.get('/api/v1/plugins?q=one')).body.total > 0);
    expect(unhandled).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['changed its password', "ALTER ROLE locked PASSWORD 'other'", "ALTER ROLE locked PASSWORD 'word'"],
    ['took its right to come in', 'ALTER ROLE locked NOLOGIN', 'ALTER ROLE locked LOGIN'],
    [
      'lets it have no connection',
      'ALTER ROLE locked CONNECTION LIMIT 0',
      'ALTER ROLE locked CONNECTION LIMIT -1',
    ],
    [
      'closed the database',
      'ALTER DATABASE locked ALLOW_CONNECTIONS false',
      'ALTER DATABASE locked ALLOW_CONNECTIONS true',
    ],
  ])(
    'is away to callers while somebody %s, tells the log why, and goes on afterwards',
    async (_, shut, open) => {
      const own = new Client({ connectionString: server.address() });
      await own.connect();
      await own.query("CREATE ROLE locked LOGIN PASSWORD 'word'");
      await own.query('CREATE DATABASE locked OWNER locked');
      const address = new URL(server.address('locked'));
      [address.username, address.password] = ['locked', 'word'];
      const folder = mkdtempSync(join(tmpdir(), 'mortise-away-'));
      const locked = await CatalogStore.start({ MORTISE_DATABASE: String(address) }, folder);
      const warned = jest.spyOn(locked.store.app.get(Log), 'warn');
      const cut = () =>
        own.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'locked'");
      let asked = 0;
      /** More than there are connections, of things that nobody asked for before. */
      const ask = () =>
        Promise.all(
          Array.from({ length: 2 * limits.databaseConnections }, () =>
            locked.get(`acme/nowhere-${(asked += 1)}`),
          ),
        );
      try {
        await own.query(shut);
        // Connections that are open already go on.
        for (const { status } of await ask()) expect([404, 503]).toContain(status);
        await cut();
        for (const { status, body } of await ask())
          expect([status, body.code]).toEqual([503, 'database-unavailable']);
        const { body } = await locked.get('/health/ready').expect(503);
        expect(body.checks.database).toContain('database');
        const { text } = await locked.get('/metrics').expect(200);
        expect(text).toMatch(/^mortise_database_failures [1-9]/m);
        expect(text).not.toMatch(/^mortise_jobs_open /m);
        const told = warned.mock.calls.filter(
          ([, line]) => line === 'the database did not do what it was asked for',
        );
        expect(told.map(([{ error }]) => String((error as Error).cause)).join()).toContain('locked');
        // Once for each reason, not for each question.
        expect(told.length).toBeLessThan(5);
        await own.query(open);
        await eventually(() => locked.get('/health/ready').expect(200));
        await locked.publish('later', '1.0.0');
        for (const { status } of await ask()) expect(status).toBe(404);
      } finally {
        await own.query(open);
        await locked.store.close();
        await own.query('DROP DATABASE locked WITH (FORCE)');
        await own.query('DROP ROLE locked');
        await own.end();
      }
    },
  );

  it('ends in time when it is told to while the database is silent', async () => {
    const options = { command: 'serve', environment: { MORTISE_SHUTDOWN_SECONDS: '1' } } as const;
    await withOwnDatabase(options, async (store, own) => {
      own.pause();
      try {
        const asked = fetch(`${store.address}/api/v1/plugins/acme/kept`).catch(() => undefined);
        await pause(1_000);
        const toldAt = performance.now();
        await store.stop();
        expect(performance.now() - toldAt).toBeLessThan(10_000);
        await asked;
      } finally {
        own.resume();
      }
    });
  });

  it('goes on where the database goes away while the examples of a first start are published', async () => {
    await withOwnDatabase({ environment: { MORTISE_DEMO: 'on' } }, async (store, own) => {
      await own.kill();
      await pause(1_000);
      await own.boot();
      await eventually(async () => (await fetch(`${store.address}/health/ready`)).status === 200);
      expect(store.hasEnded).toBe(false);
    });
  });
});

/** A store in a process of its own on a database of its own, which both end with the test, whatever it did to them. */
async function withOwnDatabase(
  options: StoreProcessOptions,
  test: (store: StoreProcess, database: PostgresServer) => Promise<void>,
): Promise<void> {
  const database = await PostgresServer.start({ durable: true });
  const folder = mkdtempSync(join(tmpdir(), 'mortise-away-'));
  const given = { MORTISE_DATABASE: database.address(), MORTISE_LOG_LEVEL: 'silent' };
  const store = await StoreProcess.start(folder, {
    ...options,
    environment: { ...given, ...options.environment },
  });
  try {
    await test(store, database);
  } finally {
    await store.stop();
    await database.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
