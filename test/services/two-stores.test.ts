import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { compareVersions, limits, makeApiKey } from '#kernel';
import type { AuditedAct } from '#kernel';
import { Database, SqlAccountStore, SqlHostStore, SqlPluginCatalog, SqlPublisherStore } from '#database';
import { DownloadCounter } from '#packages';
import { buildWheel, eventually } from '#testing';
import { seedPublisher } from '../seed-publisher.js';
import { databaseSetting, startStore, testAdmin } from '../start-store.js';
import type { RunningStore } from '../start-store.js';
import { describeOnPostgres } from './engines.js';
import { blobSetting } from './test-blobs.js';

type Server = RunningStore['server'];

describeOnPostgres('two stores on one database', () => {
  let stores: RunningStore[];
  let databases: Database[];
  let token: string;

  beforeAll(async () => {
    const [folder, other] = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'mortise-two-'))) as [string, string];
    const setting = await databaseSetting(folder);
    const shared = { MORTISE_BLOBS: join(folder, 'blobs'), ...blobSetting(folder), ...setting };
    const first = await startStore(shared, folder);
    stores = [first, await startStore(shared, other)];
    databases = stores.map(({ app }) => app.get(Database));
    ({ token } = await seedPublisher(first, 'acme'));
  });
  afterAll(async () => {
    for (const store of [...stores].reverse()) await store.close();
  });

  const either = <Item>(items: readonly Item[], at: number): Item => items[at % items.length]!;

  const publish = (at: number, name: string, version: string, about = 'the same') =>
    request(either(stores, at).server)
      .post('/api/v1/publishers/acme/releases')
      .set('authorization', `Bearer ${token}`)
      .set('content-type', 'application/yaml')
      .send(
        `name: ${name}\nversion: ${version}\ninterfaces:\n  main:\n    form: [{type: integer, name: days, label: "${about}"}]\n`,
      );

  const act = (action: string): AuditedAct => ({
    actor: { kind: 'system', id: null, name: 'test' },
    action,
    target: 'test',
    reason: null,
    details: {},
    at: Date.now(),
  });

  it('let one of fifty publish a version', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, at) => publish(at, 'raced', '1.0.0', `as ${at} has it`)),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array.from({ length: 49 }, () => 409)]);
  });

  it('agree on the latest of versions that were published at once, and on the order of changes', async () => {
    const versions = Array.from({ length: 24 }, (_, at) => `1.${at}.0`);
    const answers = await Promise.all(versions.map((version, at) => publish(at, 'many', version)));
    expect(answers.map(({ status }) => status)).toEqual(versions.map(() => 201));
    const catalog = new SqlPluginCatalog(either(databases, 0));
    const found = await catalog.find('acme/many');
    expect(found?.latest).toBe([...versions].sort(compareVersions).at(-1));
    const changes = (await catalog.changesAfter(0, 1000)).filter(({ plugin }) => plugin === 'acme/many');
    expect(changes.map(({ version }) => version).sort()).toEqual([...versions].sort());
  });

  it('know who signed in on the pages of either, until they sign out on one', async () => {
    const [here, there] = stores.map(({ server }) => server) as [Server, Server];
    const answer = await request(here).post('/session').send(testAdmin).expect(204);
    const cookie = String(answer.headers['set-cookie']).split(';')[0]!;
    const find = (server: Server) => request(server).get('/session').set({ cookie });
    for (const server of [there, here]) await find(server).expect(200, { username: testAdmin.username });
    await request(here).delete('/session').set({ cookie }).expect(204);
    await find(here).expect(200, { username: null });
    await eventually(() => find(there).expect(200, { username: null }));
  });

  it('leave a publisher its last owner', async () => {
    for (let round = 0; round < 5; round += 1) {
      const owners = await Promise.all([0, 1].map((at) => addAccount(`owner-${round}-${at}`)));
      const id = `two-owners-${round}`;
      const publishers = databases.map((database) => new SqlPublisherStore(database));
      const facts = { id, name: id, title: null, trust: 'untrusted', createdAt: 1 } as const;
      await publishers[0]!.add(facts, owners[0]!, act('add'));
      await publishers[0]!.setMember(id, owners[1]!, 'owner', act('set'));
      const outcomes = await Promise.allSettled([
        publishers[0]!.removeMember(id, owners[1]!, act('remove')),
        publishers[1]!.removeMember(id, owners[0]!, act('remove')),
      ]);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await publishers[0]!.members(id)).toHaveLength(1);
    }
  });

  it('give a host no more keys than it may have', async () => {
    const hosts = databases.map((database) => new SqlHostStore(database));
    const createdBy = await addAccount('keeper');
    const host = {
      id: randomUUID(),
      name: 'h',
      kind: null,
      version: null,
      publisher: null,
      createdBy,
      createdAt: 1,
    };
    const newKey = () => ({
      id: randomUUID(),
      name: null,
      secret: makeApiKey('host'),
      scopes: [],
      createdAt: Date.now(),
      expiresAt: null,
    });
    const { actor } = act('keys');
    await hosts[0]!.add(host, newKey(), actor);
    const wanted = limits.keysPerHolder + 5;
    await Promise.allSettled(
      Array.from({ length: wanted }, (_, at) =>
        either(hosts, at).addKey(host.id, newKey() as never, actor, null),
      ),
    );
    expect(await hosts[0]!.keys(host.id, Date.now())).toHaveLength(limits.keysPerHolder);
  });

  it('have the same keys and secrets', async () => {
    const sets = await Promise.all(
      stores.map(
        async ({ server }) => (await request(server).get('/.well-known/jwks.json').expect(200)).body,
      ),
    );
    expect(sets[0]).toEqual(sets[1]);
    await request(either(stores, 1).server)
      .get('/api/v1/accounts/me')
      .set('authorization', `Bearer ${token}`)
      .expect(200);
  });

  it('let a person approve at one the npm login that a client began at the other, and know its token at once', async () => {
    const [began, approved] = stores.map(({ server }) => server) as [Server, Server];
    const { body: login } = await request(began).post('/npm/-/v1/login').send({}).expect(200);
    const { loginUrl, doneUrl } = login as { loginUrl: string; doneUrl: string };
    const id = new URL(loginUrl).hash.slice(1);
    const done = new URL(doneUrl).pathname;
    await request(approved).get(done).expect(202);
    await request(approved).get(`/api/v1/web-logins/${id}`).expect(200);
    const { body: session } = await request(began).post('/api/v1/sessions').send(testAdmin).expect(201);
    await request(approved)
      .put(`/api/v1/web-logins/${id}/approval`)
      .set('authorization', `Bearer ${(session as { access_token: string }).access_token}`)
      .expect(204);
    const polls = await Promise.all([began, approved, began, approved].map((at) => request(at).get(done)));
    expect(polls.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404]);
    const { token: given } = polls.find(({ status }) => status === 200)!.body as { token: string };
    for (const server of [began, approved]) {
      const who = await request(server).get('/npm/-/whoami').set('authorization', `Bearer ${given}`);
      expect([who.status, who.body]).toEqual([200, { username: testAdmin.username }]);
    }
  });

  it('add up what each of them counted of downloads, written at once', async () => {
    const answer = await request(either(stores, 0).server)
      .post('/api/v1/publishers/acme/releases')
      .set('authorization', `Bearer ${token}`)
      .attach(
        'descriptor',
        Buffer.from(
          'name: counted\nversion: 1.0.0\nbackend: zephyr-tool==1.2.0\nbackend_component: Plugin\n',
        ),
        'plugin.yaml',
      )
      .attach('artifact', buildWheel(), 'zephyr_tool-1.2.0-py3-none-any.whl')
      .expect(201);
    const path = new URL((answer.body as { artifacts: { url: string }[] }).artifacts[0]!.url).pathname;
    for (let round = 1; round <= 5; round += 1) {
      for (const at of [0, 1, 1]) await request(either(stores, at).server).get(path).expect(200);
      // A download is one once its last byte is on its way, of which the client may hear first.
      await eventually(async () => {
        await Promise.all(stores.map(({ app }) => app.get(DownloadCounter).write({ isLast: true })));
        const days = await request(either(stores, round).server).get(
          '/api/v1/plugins/acme/counted/downloads',
        );
        expect(days.body).toMatchObject({ items: [{ version: '1.0.0', count: 3 * round }], next: null });
      });
    }
  });

  async function addAccount(username: string): Promise<string> {
    const id = randomUUID();
    const account = { id, username, email: null, passwordHash: 'none', roles: [], createdAt: 1 };
    await new SqlAccountStore(either(databases, 0)).add(account, act('add'));
    return id;
  }
});

describeOnPostgres('stores that start together on a database without accounts', () => {
  const started: RunningStore[] = [];
  afterAll(async () => {
    for (const store of started.reverse()) await store.close();
  });

  it('make one administrator, whose password is in the file of one of them and works at each', async () => {
    const folders = Array.from({ length: 4 }, () => mkdtempSync(join(tmpdir(), 'mortise-together-')));
    const setting = await databaseSetting(folders[0]!);
    const outcomes = await Promise.allSettled(
      folders.map((folder) => startStore({ ...setting, MORTISE_ADMIN_PASSWORD: '' }, folder)),
    );
    for (const outcome of outcomes) if (outcome.status === 'fulfilled') started.push(outcome.value);
    expect(outcomes.map(({ status }) => status)).toEqual(folders.map(() => 'fulfilled'));
    const files = folders.map((folder) => join(folder, 'admin-password')).filter((file) => existsSync(file));
    expect(files).toHaveLength(1);
    const password = readFileSync(files[0]!, 'utf8').trimEnd();
    for (const { server } of started)
      await request(server).post('/api/v1/sessions').send({ username: 'admin', password }).expect(201);
    const made = await started[0]!.app
      .get(Database)
      .read((sql) => sql.query("SELECT target FROM audit_entry WHERE action = 'create-account'"));
    expect(made).toEqual([{ target: 'account:admin' }]);
  });
});
