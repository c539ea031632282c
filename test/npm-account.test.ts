import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { buildNpmTarball } from '#testing';
import { npmPublishDocument } from './npm-publish-document.js';
import { seedPublisher } from './seed-publisher.js';
import { startStore, testAdmin } from './start-store.js';
import type { RunningStore } from './start-store.js';

let store: RunningStore;
const password = 'a long enough password';

beforeAll(async () => {
  store = await startStore();
  await request(store.server).post('/api/v1/accounts').send({ username: 'ada', password }).expect(201);
});
afterAll(() => store.close());

type Method = 'get' | 'put' | 'post' | 'delete';

const bearer = (token: string) => `Bearer ${token}`;
const basic = (username: string, word: string) =>
  `Basic ${Buffer.from(`${username}:${word}`).toString('base64')}`;

function call(method: Method, path: string, authorization?: string, body?: object) {
  const made = request(store.server)[method](path.startsWith('/api') ? path : `/npm/-/${path}`);
  if (authorization !== undefined) made.set('authorization', authorization);
  return body === undefined ? made : made.send(body);
}

const refusal = (answer: request.Response) => [answer.status, answer.body.code];
const couchUser = (username: string) => `user/org.couchdb.user:${username}`;

const login = (username: string, word: string, more: object = {}, authorization?: string) =>
  call('put', couchUser(username), authorization, { name: username, password: word, type: 'user', ...more });

async function loggedIn(username = 'ada'): Promise<string> {
  const { body } = await login(username, password).expect(201);
  return (body as { token: string }).token;
}

const sessionOf = async (username: string, word: string): Promise<string> => {
  const { body } = await call('post', '/api/v1/sessions', undefined, { username, password: word });
  return bearer((body as { access_token: string }).access_token);
};

const whoami = (authorization?: string) => call('get', 'whoami', authorization);

describe('npm login, the old way', () => {
  it('gives whoever knows the password a token for packages', async () => {
    const answer = await login('ada', password);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ ok: true, id: 'org.couchdb.user:ada' });
    const token = bearer((answer.body as { token: string }).token);
    expect((await whoami(token)).body).toEqual({ username: 'ada' });
    const { body } = await call('get', '/api/v1/tokens', token);
    expect((body as { items: object[] }).items[0]).toMatchObject({
      name: 'npm login',
      scopes: ['read', 'publish', 'manage'],
    });
  });

  it('also takes the second step that other registries ask for', async () => {
    const body = { name: 'ada', password };
    const answer = await call('put', `${couchUser('ada')}/-rev/1`, basic('ada', password), body);
    expect(answer.status).toBe(201);
    expect((await call('get', couchUser('ada'))).body).toMatchObject({ name: 'ada', _rev: '1' });
  });

  it('goes on for somebody whose token has ended', async () => {
    const answer = await login('ada', password, {}, bearer(`mrt_pat_${'x'.repeat(49)}`));
    expect(answer.status).toBe(201);
  });

  it('makes an account where one is asked for, and only then', async () => {
    expect(refusal(await login('grace', password))).toEqual([400, 'account-unknown']);
    await login('grace', password, { email: 'grace@example.org' }).expect(201);
    await login('grace', password).expect(201);
    const again = await login('grace', 'another password', { email: 'x@example.org' });
    expect(refusal(again)).toEqual([401, 'sign-in-failed']);
    expect(refusal(await login('two', password, { name: 'three' }))).toEqual([400, 'invalid-body']);
  });

  it('is slowed down where it fails', async () => {
    await login('mallory', password, { email: '' }).expect(201);
    let last = await login('mallory', 'guess');
    for (let guess = 0; guess < 15; guess++) last = await login('mallory', 'guess');
    expect(refusal(last)).toEqual([429, 'too-many-failed-sign-ins']);
  });

  it('makes nobody an account where sign-up is closed', async () => {
    const closed = await startStore({ MORTISE_SIGN_UP: 'closed' });
    const put = (body: object) =>
      request(closed.server)
        .put(`/npm/-/${couchUser('new')}`)
        .send(body);
    expect(refusal(await put({ name: 'new', password, email: '' }))).toEqual([403, 'sign-up-closed']);
    expect(refusal(await put({ name: 'new', password }))).toEqual([401, 'sign-in-failed']);
    await closed.close();
  });
});

describe('npm login with the browser', () => {
  const begin = async () => {
    const { body } = await call('post', 'v1/login', undefined, {});
    const { loginUrl, doneUrl } = body as { loginUrl: string; doneUrl: string };
    return { id: new URL(loginUrl).hash.slice(1), done: new URL(doneUrl).pathname };
  };
  const poll = (path: string) => request(store.server).get(path);
  const approve = (id: string, authorization: string) =>
    call('put', `/api/v1/web-logins/${id}/approval`, authorization);

  it('hands the token to the client that waits, once, when a person has approved', async () => {
    const { id, done } = await begin();
    const early = await poll(done);
    expect([early.status, early.headers['retry-after']]).toEqual([202, '2']);
    await call('get', `/api/v1/web-logins/${id}`).expect(200);
    await approve(id, await sessionOf('ada', password)).expect(204);
    const polls = await Promise.all([poll(done), poll(done), poll(done)]);
    expect(polls.map(({ status }) => status).sort()).toEqual([200, 404, 404]);
    const { token } = polls.find(({ status }) => status === 200)?.body as { token: string };
    expect((await whoami(bearer(token))).body).toEqual({ username: 'ada' });
    await call('get', `/api/v1/web-logins/${id}`).expect(404);
  });

  it('is approved by a session only, and once', async () => {
    const { id, done } = await begin();
    expect(refusal(await approve(id, bearer(await loggedIn())))).toEqual([403, 'approval-needs-session']);
    await approve(id, await sessionOf('ada', password)).expect(204);
    const other = await approve(id, await sessionOf(testAdmin.username, testAdmin.password));
    expect(refusal(other)).toEqual([404, 'web-login-not-found']);
    // What the page knows leads to no token.
    expect((await poll(`/npm/-/v1/done/${id}`)).status).toBe(404);
    expect((await poll(done)).status).toBe(200);
  });

  it('has a page that runs no scripts but the store’s', async () => {
    const page = await request(store.server).get('/login');
    expect(page.text).toContain('npm login');
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    for (const [, file] of page.text.matchAll(/(?:src|href)="(pages\/[^"]+)"/g))
      await request(store.server).get(`/${file}`).expect(200);
  });
});

describe('npm logout', () => {
  it('ends the token, from the next request on', async () => {
    const token = await loggedIn();
    await call('delete', `user/token/${token}`, bearer(token)).expect(200);
    expect((await whoami(bearer(token))).status).toBe(401);
    const { token: others } = await seedPublisher(store, 'others');
    const own = await loggedIn();
    expect(refusal(await call('delete', `user/token/${others}`, bearer(own)))).toEqual([
      404,
      'token-not-found',
    ]);
  });
});

describe('a name and a password', () => {
  it('do what a session does, for package clients only', async () => {
    expect((await whoami(basic('ada', password))).body).toEqual({ username: 'ada' });
    expect((await whoami(basic('ada', 'wrong'))).status).toBe(401);
    expect((await whoami(basic('__token__', password))).status).toBe(401);
    expect((await call('get', '/api/v1/accounts/me', basic('ada', password))).status).toBe(401);
  });
});

describe('npm profile', () => {
  it('shows the account and changes its password', async () => {
    await login('lin', password, { email: 'lin@example.org' }).expect(201);
    const token = bearer(await loggedIn('lin'));
    const { body } = await call('get', 'npm/v1/user', token);
    expect(body).toMatchObject({ name: 'lin', email: 'lin@example.org', tfa: false });
    const other = await call('post', 'npm/v1/user', token, { fullname: 'Lin' });
    expect(refusal(other)).toEqual([400, 'profile-not-changeable']);
    const wrong = { password: { old: 'guess', new: 'another long password' } };
    expect(refusal(await call('post', 'npm/v1/user', token, wrong))).toEqual([403, 'wrong-password']);
    const right = {
      email: 'lin@example.org',
      fullname: null,
      password: { old: password, new: 'another long password' },
    };
    expect((await call('post', 'npm/v1/user', token, right)).status).toBe(200);
    await login('lin', 'another long password').expect(201);
  });
});

describe('npm token', () => {
  const tokens = 'npm/v1/tokens';
  const create = (body: object, authorization: string) =>
    call('post', tokens, authorization, { password, ...body });
  const publish = (name: string, token: string, method: Method = 'put') => {
    const document = npmPublishDocument(buildNpmTarball({ manifest: { name, version: '1.0.0' } }), {
      name,
      version: '1.0.0',
    });
    const path = `/npm/${name.replace('/', '%2f')}`;
    return request(store.server)[method](path).set('authorization', bearer(token)).send(document);
  };

  it('is made, listed in pages, and revoked by its key or by itself', async () => {
    await login('tom', password, { email: '' }).expect(201);
    const own = bearer(await loggedIn('tom'));
    const made = await create(
      { name: 'ci', description: 'nightly', readonly: true, cidr_whitelist: [] },
      own,
    );
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ name: 'ci: nightly', readonly: true, cidr_whitelist: null });
    for (let count = 0; count < 4; count++) await create({ name: `${count}` }, own).expect(201);
    const { body } = await call('get', tokens, own);
    const { objects } = body as { objects: { key: string; token: string }[] };
    expect(objects).toHaveLength(7);
    const { key, token } = made.body as { key: string; token: string };
    expect(objects.find((one) => one.key === key)?.token).toBe(token.slice(0, 14));
    expect((await whoami(bearer(token))).status).toBe(200);
    await call('delete', `${tokens}/token/${key}`, own).expect(204);
    expect((await whoami(bearer(token))).status).toBe(401);
    const again = (await create({ name: 'ci' }, own)).body as { token: string };
    await call('delete', `${tokens}/token/${again.token}`, own).expect(204);
    expect((await whoami(bearer(again.token))).status).toBe(401);
  });

  it('asks for the password', async () => {
    const own = bearer(await loggedIn());
    const answer = await create({ name: 'x', password: 'wrong' }, own);
    expect(refusal(answer)).toEqual([403, 'wrong-password']);
  });

  it('is limited to its packages, and mints none that are wider', async () => {
    await login('pat', password, { email: '' }).expect(201);
    const own = bearer(await loggedIn('pat'));
    await call('post', '/api/v1/publishers', own, { name: 'pats' }).expect(201);
    const options = { packages_and_scopes_permission: 'read-write', packages: ['one'], scopes: ['@pats'] };
    const { token } = (await create({ name: 'narrow', ...options }, own)).body as { token: string };
    await publish('one', token).expect(201);
    await publish('@pats/any', token).expect(201);
    expect(refusal(await publish('two', token))).toEqual([403, 'token-too-narrow']);
    const release = await request(store.server)
      .post('/api/v1/publishers/pats/releases')
      .set('authorization', bearer(token))
      .type('application/yaml')
      .send('name: x\nversion: 1.0.0\n');
    expect(refusal(release)).toEqual([403, 'token-too-narrow']);
    const publisher = await call('post', '/api/v1/publishers', bearer(token), { name: 'more' });
    expect(refusal(publisher)).toEqual([403, 'token-too-narrow']);
    const wider = { packages_and_scopes_permission: 'read-write', packages_all: true };
    expect(refusal(await create({ name: 'w', ...wider }, bearer(token)))).toEqual([403, 'token-too-wide']);
    const narrower = { packages_and_scopes_permission: 'read-write', packages: ['@pats/one'] };
    await create({ name: 'n', ...narrower }, bearer(token)).expect(201);
    const listed = await call('get', '/api/v1/tokens', own);
    const { items } = listed.body as { items: { packages: string[] | null }[] };
    expect(items.map(({ packages }) => packages)).toContainEqual(['npm:one', 'npm:@pats/*']);
  });

  it('of a token that is for one publisher is for that one, too', async () => {
    const own = bearer(await loggedIn('pat'));
    const scopes = ['read', 'publish', 'manage'];
    const limited = await call('post', '/api/v1/tokens', own, { name: 'l', scopes, publisher: 'pats' });
    const wish = { name: 'of-it', packages_and_scopes_permission: 'read-write', packages_all: true };
    await create(wish, bearer((limited.body as { token: string }).token)).expect(201);
    const { items } = (await call('get', '/api/v1/tokens', own)).body as { items: object[] };
    expect(items).toContainEqual(expect.objectContaining({ name: 'of-it', publisher: 'pats' }));
  });

  it('is good in its networks only, at every door', async () => {
    const own = bearer(await loggedIn());
    const away = (await create({ name: 'away', cidr_whitelist: ['203.0.113.0/24'] }, own)).body as {
      token: string;
    };
    const answer = await whoami(bearer(away.token));
    expect(refusal(answer)).toEqual([401, 'network-not-allowed']);
    expect(answer.headers['www-authenticate']).toBe('ipaddress');
    const rest = await call('get', '/api/v1/tokens', bearer(away.token));
    expect(rest.status).toBe(401);
    expect(rest.headers['www-authenticate']).toContain('Bearer');
    expect((await whoami(basic('anybody', away.token))).status).toBe(401);
    const here = (await create({ name: 'here', cidr_whitelist: ['127.0.0.0/8', '::1/128'] }, own)).body as {
      token: string;
    };
    expect((await whoami(bearer(here.token))).status).toBe(200);
    const anywhere = await create({ name: 'x' }, bearer(here.token));
    expect(refusal(anywhere)).toEqual([403, 'token-too-wide']);
    await create({ name: 'x', cidr_whitelist: ['127.0.0.1/32'] }, bearer(here.token)).expect(201);
  });

  it.each([
    ['orgs', { orgs: ['acme'] }, 'token-option-not-offered'],
    ['what nobody knows', { colour: 'red' }, 'token-option-not-offered'],
    ['no access at all', { packages_and_scopes_permission: 'no-access' }, 'token-option-not-offered'],
    ['reading of some packages', { packages: ['one'] }, 'token-option-not-offered'],
    ['read-write of nothing', { packages_and_scopes_permission: 'read-write' }, 'token-option-invalid'],
    ['days that are none', { expires: -1 }, 'token-option-invalid'],
    ['a network that is none', { cidr_whitelist: ['here'] }, 'invalid-network'],
    ['ten years', { expires: 3650 }, 'expiry-out-of-range'],
  ])('is refused for %s', async (_what, options, code) => {
    const own = bearer(await loggedIn());
    expect(refusal(await create({ name: 'x', ...options }, own))).toEqual([400, code]);
  });
});
