import { afterAll, beforeAll, expect, it } from '@jest/globals';
import request from 'supertest';
import { Database } from '#database';
import { limits } from '#kernel';
import { CatalogStore } from '../catalog-store.js';
import { testAdmin } from '../start-store.js';
import { describeOnPostgres } from './engines.js';

describeOnPostgres('a store whose connections are all in use', () => {
  let catalog: CatalogStore;
  let hostKey: string;
  let pluginKey: string;

  beforeAll(async () => {
    catalog = await CatalogStore.start();
    await catalog.publish('there', '1.0.0');
    const host = await catalog.send('post', '/api/v1/hosts', { name: 'a host' }).expect(201);
    hostKey = host.body.key;
    const installed = await request(catalog.store.server)
      .post('/api/v1/installations')
      .set('authorization', `Bearer ${hostKey}`)
      .send({ plugin: 'acme/there' });
    pluginKey = installed.body.key;
  });
  afterAll(() => catalog.store.close());

  const introspect = () =>
    request(catalog.store.server)
      .post('/oauth/introspect')
      .set('authorization', `Bearer ${hostKey}`)
      .type('form')
      .send({ token: pluginKey });

  it('says 503 to whatever needs one: never that nothing is there, nor that a credential is bad', async () => {
    const database = catalog.store.app.get(Database);
    // Nothing is kept of what was asked before.
    database.notices.missed();
    // As long as a statement may take, so that a slow machine has asked everything long before.
    const busyMs = limits.databaseStatementMs - 1000;
    const busy = Array.from({ length: limits.databaseConnections }, () =>
      database.read((sql) => sql.query(`SELECT pg_sleep(${busyMs / 1000})`)),
    );
    const calls = {
      'a plugin': catalog.get('acme/there'),
      'a plugin that is nowhere': catalog.get('acme/nowhere'),
      'a manifest': catalog.get('acme/there/versions/1.0.0/manifest'),
      'a package of npm': catalog.get('/npm/nothing'),
      'a package of Python': catalog.get('/pypi/simple/nothing/'),
      'an artifact': catalog.get(`/api/v1/artifacts/${'0'.repeat(64)}/x.whl`),
      'a good token': catalog.get('/api/v1/accounts/me', catalog.token),
      'a token that nobody has': catalog.get('/api/v1/accounts/me', catalog.token.slice(0, -1)),
      'a publish': catalog.send('post', '/api/v1/publishers/acme/releases', {}),
      'an introspection': introspect(),
      'a sign-in': request(catalog.store.server).post('/api/v1/sessions').send(testAdmin),
      'the changes': catalog.get('/api/v1/changes'),
    };
    const answers = await Promise.all(
      Object.entries(calls).map(async ([what, call]) => [what, await call] as const),
    );
    for (const [what, { status, body, headers }] of answers) {
      // A token whose checksum is wrong was never one: that takes no database.
      const expected =
        what === 'a token that nobody has'
          ? [what, 401, 'bad-credential']
          : [what, 503, 'database-unavailable'];
      expect([what, status, body.code]).toEqual(expected);
      if (status === 503) expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    }
    await Promise.all(busy);

    await catalog.get('acme/there').expect(200);
    await catalog.get('acme/nowhere').expect(404);
    await catalog.get('/npm/nothing').expect(404);
    await catalog.get('/api/v1/accounts/me', catalog.token).expect(200);
    expect((await introspect().expect(200)).body.active).toBe(true);
  });
});
