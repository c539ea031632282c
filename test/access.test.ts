import { ModulesContainer } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { Database } from '#database';
import { makeApiKey } from '#kernel';
import { routesOf } from '../apps/registry/src/platform/server/routes.js';
import { databaseSetting, startStore, testAdmin } from './start-store.js';
import type { RunningStore } from './start-store.js';

let store: RunningStore;
let admin: string;

const password = 'a long enough password';
const bearer = (credential: string) => ({ authorization: `Bearer ${credential}` });
const call = () => request(store.server);

async function signIn(username: string, secret = password, on = store): Promise<string> {
  const answer = await request(on.server).post('/api/v1/sessions').send({ username, password: secret });
  expect(answer.status).toBe(201);
  return answer.body.access_token;
}

async function person(username: string): Promise<string> {
  await call().post('/api/v1/accounts').send({ username, password }).expect(201);
  return signIn(username);
}

const mint = (credential: string, body: object) =>
  call().post('/api/v1/tokens').set(bearer(credential)).send(body);

async function token(credential: string, body: object): Promise<string> {
  const answer = await mint(credential, { name: 'a token', ...body });
  expect(answer.status).toBe(201);
  return answer.body.token;
}

const publisher = (credential: string, name: string) =>
  call().post('/api/v1/publishers').set(bearer(credential)).send({ name });

beforeAll(async () => {
  store = await startStore();
  admin = await signIn(testAdmin.username, testAdmin.password);
});

afterAll(async () => {
  await store.close();
});

describe('credentials', () => {
  it('every route names its permission', () => {
    const routes = routesOf(store.app.get(ModulesContainer));
    const signIns = routes.filter((route) => route.method === 'POST' && route.path === '/api/v1/sessions');
    expect(signIns).toMatchObject([{ permission: 'public' }]);
    expect(routes.length).toBeGreaterThan(15);
  });

  const wrong = [
    'Bearer mrt_pat_wrong',
    `Bearer ${makeApiKey('pat').text}`,
    `Bearer ${makeApiKey('host').text}`,
    'Bearer abc.def.ghi',
    'Bearer',
    'Basic YTpi',
    'nonsense',
    `Bearer ${'x'.repeat(10_000)}`,
  ];
  it.each(wrong.map((header) => [header.slice(0, 30), header]))(
    'a wrong one never passes as nobody: %s',
    async (_, authorization) => {
      for (const path of ['/api/v1/publishers/none', '/api/v1/accounts/me']) {
        const answer = await call().get(path).set({ authorization });
        expect([answer.status, answer.body.code]).toEqual([401, 'bad-credential']);
        expect(answer.headers['www-authenticate']).toContain('Bearer');
      }
    },
  );

  it('none where one is needed is 401, a good one that does not suffice is 403', async () => {
    const dora = await person('dora');
    await call().get('/api/v1/audit').expect(401);
    const answer = await call().get('/api/v1/audit').set(bearer(dora));
    expect(answer.status).toBe(403);
  });

  it('a session signed by no one, by another algorithm or for another store is refused', async () => {
    const [head = '', claims = ''] = admin.split('.');
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const none = `${encode({ alg: 'none', typ: 'JWT' })}.${claims}.`;
    const forged = `${head}.${claims}.${createHmac('sha256', 'guess').update(`${head}.${claims}`).digest('base64url')}`;
    const other = await startStore();
    const foreign = await signIn(testAdmin.username, testAdmin.password, other);
    await other.close();
    for (const credential of [none, forged, foreign]) {
      await call().get('/api/v1/accounts/me').set(bearer(credential)).expect(401);
    }
  });

  it('answers with a credential are kept by nobody', async () => {
    const answer = await call().get('/api/v1/accounts/me').set(bearer(admin)).expect(200);
    expect(answer.headers['cache-control']).toBe('no-store');
  });
});

describe('accounts and sessions', () => {
  it('of 20 who sign up with one name at once, one gets it', async () => {
    const names = Array.from({ length: 20 }, (_, index) => (index % 2 ? 'Racer' : 'racer'));
    const answers = await Promise.all(
      names.map((username) => call().post('/api/v1/accounts').send({ username, password })),
    );
    const statuses = answers.map((answer) => answer.status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(19);
  });

  it('a name is found in any case and kept as written', async () => {
    const session = await person('Grace-Hopper');
    const me = await call().get('/api/v1/accounts/me').set(bearer(session)).expect(200);
    expect(me.body).toMatchObject({ username: 'Grace-Hopper', roles: [], email: null, publishers: [] });
    await signIn('grace-HOPPER');
  });

  it.each(['', 'me', 'a b', '-a', 'a--b', 'ä', 'a\u0000b', 'x'.repeat(40), '\ud800'])(
    'refuses the name %j',
    async (username) => {
      const answer = await call().post('/api/v1/accounts').send({ username, password });
      expect(answer.status).toBe(400);
    },
  );

  it('refuses passwords that are too short or too long, and keys it does not know', async () => {
    const sign = (body: object) => call().post('/api/v1/accounts').send(body);
    expect((await sign({ username: 'shorty', password: 'seven77' })).body.code).toBe('password-too-short');
    expect((await sign({ username: 'shorty', password: 'ä'.repeat(600) })).body.code).toBe(
      'password-too-long',
    );
    expect((await sign({ username: 'shorty', password, roles: ['administrator'] })).status).toBe(400);
    expect((await sign({ username: 'shorty', password: 12345678 })).status).toBe(400);
  });

  it('signing out ends the session at once', async () => {
    const session = await person('leaver');
    await call().get('/api/v1/accounts/me').set(bearer(session)).expect(200);
    await call().delete('/api/v1/sessions').set(bearer(session)).expect(204);
    const answer = await call().get('/api/v1/accounts/me').set(bearer(session));
    expect([answer.status, answer.body.code]).toEqual([401, 'bad-credential']);
  });

  it('a new password needs the old one, and ends all sessions but no token', async () => {
    const session = await person('changer');
    const another = await signIn('changer');
    const pat = await token(session, { scopes: ['read'] });
    const change = (old_password: string) =>
      call()
        .put('/api/v1/accounts/me/password')
        .set(bearer(session))
        .send({ old_password, new_password: 'another long password' });
    expect((await change('not this one')).body.code).toBe('wrong-password');
    expect((await change(password)).status).toBe(204);
    for (const old of [session, another]) {
      await call().get('/api/v1/accounts/me').set(bearer(old)).expect(401);
    }
    await call().get('/api/v1/accounts/me').set(bearer(pat)).expect(200);
    await call().post('/api/v1/sessions').send({ username: 'changer', password }).expect(401);
    await signIn('changer', 'another long password');
  });

  it('roles are what they are now, and the last administrator stays', async () => {
    const session = await person('moderatrix');
    const roles = (username: string, names: string[]) =>
      call().put(`/api/v1/accounts/${username}/roles`).set(bearer(admin)).send({ roles: names });
    await call().get('/api/v1/audit').set(bearer(session)).expect(403);
    const answer = await roles('ModeratriX', ['moderator']);
    expect([answer.status, answer.body.roles]).toEqual([200, ['moderator']]);
    await call().get('/api/v1/audit').set(bearer(session)).expect(200);
    const pat = await token(session, { scopes: ['moderate'] });
    await call().get('/api/v1/audit').set(bearer(pat)).expect(200);
    await roles('moderatrix', []).expect(200);
    await call().get('/api/v1/audit').set(bearer(session)).expect(403);
    await call().get('/api/v1/audit').set(bearer(pat)).expect(403);
    expect((await roles('admin', ['moderator'])).body.code).toBe('last-administrator');
    expect((await roles('nobody-here', [])).body.code).toBe('account-not-found');
    expect((await roles('moderatrix', ['emperor'])).status).toBe(400);
  });

  it('of two administrators who demote each other at once, one remains', async () => {
    const second = await person('second-admin');
    const demote = (username: string, by: string) =>
      call().put(`/api/v1/accounts/${username}/roles`).set(bearer(by)).send({ roles: [] });
    await call()
      .put('/api/v1/accounts/second-admin/roles')
      .set(bearer(admin))
      .send({ roles: ['administrator'] })
      .expect(200);
    const answers = await Promise.all([demote('second-admin', second), demote('admin', admin)]);
    expect(answers.filter((answer) => answer.status === 200).length).toBeLessThan(2);
    const left = answers[0].status === 200 ? admin : second;
    await call()
      .put('/api/v1/accounts/admin/roles')
      .set(bearer(left))
      .send({ roles: ['administrator'] })
      .expect(200);
    await call().put('/api/v1/accounts/second-admin/roles').set(bearer(admin)).send({ roles: [] });
  });
});

describe('failed sign-ins', () => {
  it('are slowed down, while the right password from a familiar place still passes', async () => {
    const own = await startStore();
    const attempt = (secret: string, username = 'admin') =>
      request(own.server).post('/api/v1/sessions').send({ username, password: secret });
    const many = await Promise.all(Array.from({ length: 40 }, () => attempt(testAdmin.password)));
    expect(new Set(many.map((answer) => answer.status))).toEqual(new Set([201]));
    const guesses = await Promise.all(Array.from({ length: 60 }, (_, i) => attempt(`guess ${i}`, 'root')));
    const looked = guesses.filter((answer) => answer.status === 401);
    expect(looked.length).toBeLessThan(20);
    const refused = guesses.filter((answer) => answer.status === 429);
    expect(refused.length).toBe(60 - looked.length);
    expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(refused[0]?.headers['retry-after'])).toBeLessThanOrEqual(60);
    await attempt(testAdmin.password).expect(201);
    await own.close();
  });
});

describe('behind a proxy', () => {
  const startBehind = (proxies: string) => startStore({ MORTISE_TRUSTED_PROXIES: proxies });
  /** Signs in as the proxy passes it on. */
  const attempt = (own: RunningStore, forwarded: string, username: string, secret: string) =>
    request(own.server)
      .post('/api/v1/sessions')
      .set('x-forwarded-for', forwarded)
      .send({ username, password: secret });
  const guess = async (own: RunningStore, address: (nth: number) => string) => {
    for (let i = 0; i < 40; i += 1) await attempt(own, address(i), `nobody${i}`, 'guess');
  };

  it('who guesses passwords shuts out themselves, and nobody who comes through it, too', async () => {
    const own = await startBehind('127.0.0.0/8,::1');
    await guess(own, () => '203.0.113.9');
    await attempt(own, '203.0.113.9', 'admin', testAdmin.password).expect(429);
    await attempt(own, '203.0.113.10', 'admin', testAdmin.password).expect(201);
    await attempt(own, '203.0.113.10, 203.0.113.9', 'admin', testAdmin.password).expect(429);
    await own.close();
  });

  it('nobody is believed who they are but by the proxies that are named', async () => {
    const own = await startBehind('198.51.100.1');
    await guess(own, (nth) => `203.0.113.${nth}`);
    await attempt(own, '203.0.113.200', 'admin', testAdmin.password).expect(429);
    await own.close();
  });

  it('a token for some networks is good in them', async () => {
    const own = await startBehind('127.0.0.0/8,::1');
    const session = bearer(await signIn('admin', testAdmin.password, own));
    const made = await request(own.server)
      .post('/npm/-/npm/v1/tokens')
      .set(session)
      .send({ name: 'here', password: testAdmin.password, cidr_whitelist: ['203.0.113.0/24'] })
      .expect(201);
    const whoami = (forwarded: string) =>
      request(own.server)
        .get('/npm/-/whoami')
        .set({ ...bearer(made.body.token), 'x-forwarded-for': forwarded });
    await whoami('203.0.113.7').expect(200);
    await whoami('198.51.100.7').expect(401);
    await whoami('203.0.113.7, 198.51.100.7').expect(401);
    await own.close();
  });
});

describe('settings', () => {
  it('with sign-up closed only an administrator makes accounts', async () => {
    const own = await startStore({ MORTISE_SIGN_UP: 'closed' });
    const sign = (headers: Record<string, string>) =>
      request(own.server).post('/api/v1/accounts').set(headers).send({ username: 'ada', password });
    expect((await sign({})).body.code).toBe('sign-up-closed');
    await sign(bearer(await signIn('admin', testAdmin.password, own))).expect(201);
    expect((await sign(bearer(await signIn('ada', password, own)))).status).toBe(403);
    await own.close();
  });

  it('with reading for members, nobody in particular reads nothing', async () => {
    const own = await startStore({ MORTISE_READ: 'members' });
    const session = await signIn('admin', testAdmin.password, own);
    const read = (headers: Record<string, string>) =>
      request(own.server).get('/api/v1/publishers/none').set(headers);
    await read({}).expect(401);
    await read(bearer(session)).expect(404);
    const pat = await request(own.server)
      .post('/api/v1/tokens')
      .set(bearer(session))
      .send({ name: 'no reader', scopes: ['publish'] });
    expect((await read(bearer(pat.body.token))).body.code).toBe('scope-needed');
    await own.close();
  });

  it('secrets are sealed when a key is set, and a store that is sealed says how to start', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mortise-sealed-'));
    const rawSecret = async (own: RunningStore) =>
      own.app
        .get(Database)
        .read((sql) => sql.query("SELECT value FROM cluster_secret WHERE name = 'session-secret'"));
    const start = async (environment: Record<string, string>) => {
      const own = await startStore(environment, folder);
      const session = await signIn('admin', testAdmin.password, own);
      const raw = JSON.stringify(await rawSecret(own));
      await own.app.close();
      return { session, raw };
    };
    const open = await start({});
    expect(open.raw).not.toContain('sealed:');
    const sealed = await start({ MORTISE_SECRET_KEY: 'a key of the operator' });
    expect(sealed.raw).toContain('sealed:');
    const again = await startStore({ MORTISE_SECRET_KEY: 'a key of the operator' }, folder);
    for (const { session } of [open, sealed]) {
      await request(again.server).get('/api/v1/accounts/me').set(bearer(session)).expect(200);
    }
    await again.app.close();
    // A start that fails in this process, which goes on, leaves its data locked: each gets a copy.
    const database = await databaseSetting(folder);
    const copies = ['', 'another'].map((MORTISE_SECRET_KEY) => {
      const copy = mkdtempSync(join(tmpdir(), 'mortise-sealed-'));
      cpSync(folder, copy, { recursive: true });
      return { copy, start: startStore({ MORTISE_SECRET_KEY, ...database }, copy) };
    });
    const outcomes = await Promise.allSettled(copies.map(({ start: starting }) => starting));
    expect(outcomes).toMatchObject([
      { status: 'rejected', reason: { message: expect.stringContaining('set MORTISE_SECRET_KEY') } },
      { status: 'rejected', reason: { message: expect.stringContaining("can't be opened") } },
    ]);
    for (const path of [folder, ...copies.map(({ copy }) => copy)]) rmSync(path, { recursive: true });
  });

  it('the first start makes a password that only its owner reads, and later starts keep it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mortise-first-'));
    const file = join(folder, 'admin-password');
    for (let start = 0; start < 2; start += 1) {
      const own = await startStore({ MORTISE_ADMIN_PASSWORD: '' }, folder);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      await signIn('admin', readFileSync(file, 'utf8').trim(), own);
      await own.app.close();
    }
    expect(existsSync(file)).toBe(true);
    rmSync(folder, { recursive: true, force: true });
  });
});

describe('tokens', () => {
  it('are shown once, listed by prefix and revoked alone', async () => {
    const session = await person('tokenist');
    const minted = await mint(session, { name: 'ci', scopes: ['publish'] }).expect(201);
    expect(minted.body.token).toMatch(/^mrt_pat_[0-9A-Za-z]{49}$/);
    const days = (Date.parse(minted.body.expires_at) - Date.parse(minted.body.created_at)) / 86_400_000;
    expect(days).toBe(90);
    const keep = await token(session, { scopes: ['read'] });
    const gone = minted.body.token as string;
    await call().get('/api/v1/accounts/me').set(bearer(gone)).expect(200);
    const first = await call().get('/api/v1/tokens?limit=1').set(bearer(session)).expect(200);
    expect(first.body.items).toHaveLength(1);
    const rest = await call()
      .get(`/api/v1/tokens?limit=1&cursor=${first.body.next}`)
      .set(bearer(session))
      .expect(200);
    expect(rest.body.next).toBeNull();
    const listed = [...first.body.items, ...rest.body.items];
    expect(listed.map((item) => item.id)).toContain(minted.body.id);
    expect(JSON.stringify(listed)).not.toContain(gone);
    await call().delete(`/api/v1/tokens/${minted.body.id}`).set(bearer(session)).expect(204);
    await call().get('/api/v1/accounts/me').set(bearer(gone)).expect(401);
    await call().get('/api/v1/accounts/me').set(bearer(keep)).expect(200);
    await call().delete(`/api/v1/tokens/${minted.body.id}`).set(bearer(session)).expect(404);
  });

  it('leave in the audit log who made and who revoked them, and how far they reached', async () => {
    const session = await person('audited');
    const minted = await mint(session, { name: 'ci', scopes: ['publish'] }).expect(201);
    await call().delete(`/api/v1/tokens/${minted.body.id}`).set(bearer(session)).expect(204);
    const log = await call()
      .get(`/api/v1/audit?target=token:${minted.body.id}`)
      .set(bearer(admin))
      .expect(200);
    const entry = {
      actor: { kind: 'account', name: 'audited' },
      details: { name: 'ci', scopes: ['publish'], publisher: null },
    };
    expect(log.body.items).toMatchObject([
      { ...entry, action: 'revoke-token' },
      { ...entry, action: 'make-token' },
    ]);
    expect(JSON.stringify(log.body)).not.toContain(minted.body.token.slice(12));
  });

  it.each(['x', 'W10', Buffer.from('["a",1]').toString('base64url')])(
    'a list refuses the cursor %s',
    async (cursor) => {
      const answer = await call().get(`/api/v1/tokens?cursor=${cursor}`).set(bearer(admin));
      expect([answer.status, answer.body.code]).toEqual([400, 'invalid-cursor']);
    },
  );

  it('mint nothing that is wider than they are', async () => {
    const session = await person('narrow');
    await publisher(session, 'Narrow_Co').expect(201);
    const inAWeek = new Date(Date.now() + 7 * 86_400_000).toISOString();
    const parent = await token(session, {
      scopes: ['publish', 'read'],
      publisher: 'narrow.co',
      plugins: ['Narrow_Co/kube*'],
      expires_at: inAWeek,
    });
    const own = { name: 'x', scopes: ['publish'], publisher: 'narrow-co', plugins: ['narrow-co/kube-*'] };
    const child = await mint(parent, own);
    expect(child.status).toBe(201);
    expect(child.body.expires_at).toBe(inAWeek);
    const wider = [
      { ...own, scopes: ['manage'] },
      { ...own, publisher: null },
      { ...own, plugins: [] },
      { ...own, plugins: ['narrow-co/*'] },
      { ...own, plugins: ['narrow-co/kub*'] },
      { ...own, expires_at: new Date(Date.parse(inAWeek) + 1000).toISOString() },
    ];
    for (const body of wider) {
      expect((await mint(parent, body)).body.code).toBe('token-too-wide');
    }
    expect((await mint(session, { ...own, scopes: ['admin'] })).body.code).toBe('token-too-wide');
    expect((await mint(session, { ...own, scopes: ['moderate'] })).body.code).toBe('token-too-wide');
    const revoke = (id: string, by: string) => call().delete(`/api/v1/tokens/${id}`).set(bearer(by));
    const list = await call().get('/api/v1/tokens').set(bearer(session));
    const parentId = list.body.items.find((item: { id: string }) => item.id !== child.body.id).id;
    await revoke(parentId, child.body.token).expect(403);
    await revoke(child.body.id, parent).expect(204);
    await revoke(parentId, parent).expect(204);
  });

  it.each([
    [{ scopes: [] }, 'invalid-body'],
    [{ scopes: ['install'] }, 'invalid-body'],
    [{ scopes: ['read'], name: '' }, 'invalid-body'],
    [{ scopes: ['read'], name: 'a\u0000b' }, 'invalid-body'],
    [{ scopes: ['read'], expires_at: '2020-01-01' }, 'expiry-out-of-range'],
    [{ scopes: ['read'], expires_at: '2999-01-01' }, 'expiry-out-of-range'],
    [{ scopes: ['read'], expires_at: 'tomorrow' }, 'invalid-body'],
    [{ scopes: ['read'], publisher: 'admin' }, 'invalid-name'],
    [{ scopes: ['read'], publisher: 'not-there' }, 'publisher-not-found'],
    [{ scopes: ['read'], plugins: ['*'] }, 'invalid-plugin-pattern'],
    [{ scopes: ['read'], plugins: ['a/b/c'] }, 'invalid-plugin-pattern'],
    [{ scopes: ['read'], plugins: ['a/b?'] }, 'invalid-plugin-pattern'],
  ])('asked for by %j are refused with %s', async (body, code) => {
    expect((await mint(admin, { name: 'x', ...body })).body.code).toBe(code);
  });

  it('remember their last use, in batches', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mortise-uses-'));
    const own = await startStore({}, folder);
    const session = await signIn('admin', testAdmin.password, own);
    const made = await request(own.server)
      .post('/api/v1/tokens')
      .set(bearer(session))
      .send({ name: 'x', scopes: ['read'] });
    await request(own.server).get('/api/v1/accounts/me').set(bearer(made.body.token)).expect(200);
    await own.app.close();
    const again = await startStore({}, folder);
    const list = await request(again.server).get('/api/v1/tokens').set(bearer(session)).expect(200);
    expect(Date.parse(list.body.items[0].last_used_at)).toBeGreaterThan(Date.now() - 60_000);
    await again.close();
  });
});

describe('publishers', () => {
  it('are made by anybody, once, under a normalised name', async () => {
    const session = await person('maker');
    const made = await publisher(session, 'Maker.Space_1').expect(201);
    expect(made.body).toMatchObject({ id: 'maker-space-1', name: 'Maker.Space_1', trust: 'untrusted' });
    expect(made.headers.location).toBe('/api/v1/publishers/maker-space-1');
    expect((await publisher(session, 'maker-space 1')).body.code).toBe('publisher-taken');
    await call().get('/api/v1/publishers/MAKER_space-1').expect(200);
    const members = await call().get('/api/v1/publishers/maker-space-1/members').expect(200);
    expect(members.body).toMatchObject({ items: [{ username: 'maker', role: 'owner' }], next: null });
    const me = await call().get('/api/v1/accounts/me').set(bearer(session));
    expect(me.body.publishers).toEqual([{ publisher: 'maker-space-1', role: 'owner' }]);
    expect((await publisher(session, 'npm')).body.code).toBe('invalid-name');
    expect((await publisher(session, 'x'.repeat(40))).body.code).toBe('invalid-name');
    await call().post('/api/v1/publishers').send({ name: 'anybody' }).expect(401);
    expect((await call().get('/api/v1/publishers/nowhere')).body.code).toBe('publisher-not-found');
  });

  it('are trusted by administrators only, who say why', async () => {
    const session = await person('hopeful');
    const body = { name: 'hopeful', trust: 'trusted' };
    const ask = (by: string) => call().post('/api/v1/publishers').set(bearer(by)).send(body);
    expect((await ask(session)).body).toMatchObject({
      code: 'trust-is-for-administrators',
      detail: expect.stringContaining('scope "admin"'),
    });
    expect((await ask(admin)).body.trust).toBe('trusted');
    const trust = (by: string, change: object) =>
      call().put('/api/v1/publishers/Hopeful/trust').set(bearer(by)).send(change);
    await trust(session, { trust: 'untrusted', reason: 'x' }).expect(403);
    await trust(admin, { trust: 'untrusted' }).expect(400);
    await trust(admin, { trust: 'untrusted', reason: 'It was a mistake.' }).expect(204);
    expect((await call().get('/api/v1/publishers/hopeful')).body.trust).toBe('untrusted');
    const log = await call()
      .get('/api/v1/audit?target=publisher:hopeful&limit=1')
      .set(bearer(admin))
      .expect(200);
    expect(log.body.items[0]).toMatchObject({
      actor: { kind: 'account', name: 'admin' },
      action: 'set-publisher-trust',
      reason: 'It was a mistake.',
      details: { trust: 'untrusted', before: 'trusted' },
    });
    const older = await call()
      .get(`/api/v1/audit?target=publisher:hopeful&cursor=${log.body.next}`)
      .set(bearer(admin));
    expect(older.body.items.map((item: { action: string }) => item.action)).toEqual(['create-publisher']);
    expect(older.body.next).toBeNull();
    const none = await call().get('/api/v1/audit?until=2020-01-01').set(bearer(admin)).expect(200);
    expect(none.body.items).toEqual([]);
    await call().get('/api/v1/audit?who=x').set(bearer(admin)).expect(400);
    await call().get('/api/v1/audit?since=yesterday').set(bearer(admin)).expect(400);
  });

  it('are managed by owners, left by anybody but the last of them', async () => {
    const owner = await person('owner-one');
    const helper = await person('helper-one');
    await publisher(owner, 'crew').expect(201);
    const path = (name: string) => `/api/v1/publishers/Crew/members/${name}`;
    const member = (by: string, method: 'put' | 'delete', name: string, role?: string) =>
      (method === 'put' ? call().put(path(name)) : call().delete(path(name)))
        .set(bearer(by))
        .send(role ? { role } : undefined);
    expect((await member(helper, 'put', 'helper-one', 'owner')).body.code).toBe('not-a-member');
    await member(owner, 'put', 'Helper-One', 'maintainer').expect(204);
    expect((await member(helper, 'put', 'helper-one', 'owner')).body.code).toBe('not-a-member');
    expect((await member(helper, 'delete', 'owner-one')).body.code).toBe('not-a-member');
    expect((await member(owner, 'delete', 'owner-one')).body.code).toBe('last-owner');
    expect((await member(owner, 'put', 'owner-one', 'maintainer')).body.code).toBe('last-owner');
    expect((await member(owner, 'put', 'no-such', 'owner')).body.code).toBe('account-not-found');
    await member(helper, 'delete', 'helper-one').expect(204);
    expect((await member(helper, 'delete', 'helper-one')).status).toBe(403);
    await member(owner, 'put', 'helper-one', 'owner').expect(204);
    await member(owner, 'delete', 'owner-one').expect(204);
    expect((await member(owner, 'delete', 'helper-one')).status).toBe(403);
    const absent = await call()
      .put('/api/v1/publishers/absent/members/owner-one')
      .set(bearer(owner))
      .send({ role: 'owner' });
    expect(absent.body.code).toBe('publisher-not-found');
  });

  it('keep an owner, though 20 leave at once', async () => {
    const owners = Array.from({ length: 20 }, (_, index) => `crowd-${index}`);
    const sessions = await Promise.all(owners.map(person));
    await publisher(sessions[0] ?? '', 'crowd').expect(201);
    for (const name of owners.slice(1)) {
      await call()
        .put(`/api/v1/publishers/crowd/members/${name}`)
        .set(bearer(sessions[0] ?? ''))
        .send({ role: 'owner' })
        .expect(204);
    }
    const answers = await Promise.all(
      owners.map((name, index) =>
        call()
          .delete(`/api/v1/publishers/crowd/members/${name}`)
          .set(bearer(sessions[index] ?? '')),
      ),
    );
    expect(answers.filter((answer) => answer.status === 204)).toHaveLength(19);
    expect(answers.filter((answer) => answer.body.code === 'last-owner')).toHaveLength(1);
    const members = await call().get('/api/v1/publishers/crowd/members');
    expect(members.body.items).toHaveLength(1);
  });

  it('a token for one publisher or some plugins reaches no further', async () => {
    const owner = await person('reacher');
    await publisher(owner, 'reach-a').expect(201);
    await publisher(owner, 'reach-b').expect(201);
    const forA = await token(owner, { scopes: ['manage'], publisher: 'reach-a' });
    const forPlugin = await token(owner, { scopes: ['manage'], plugins: ['reach-a/x'] });
    const put = (by: string, id: string) =>
      call().put(`/api/v1/publishers/${id}/members/maker`).set(bearer(by)).send({ role: 'maintainer' });
    await put(forA, 'reach-a').expect(204);
    expect((await put(forA, 'reach-b')).body.code).toBe('token-too-narrow');
    expect((await put(forPlugin, 'reach-a')).body.code).toBe('token-too-narrow');
    expect((await publisher(forA, 'reach-c')).body.code).toBe('token-too-narrow');
    expect((await publisher(forPlugin, 'reach-c')).body.code).toBe('token-too-narrow');
    const reader = await token(owner, { scopes: ['read'] });
    expect((await put(reader, 'reach-a')).body.code).toBe('scope-needed');
  });
});
