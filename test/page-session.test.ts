import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import request from 'supertest';
import { CatalogStore } from './catalog-store.js';
import { browserPath, openBrowser, withoutBrowser } from './host/browser.js';
import { startStore, testAdmin } from './start-store.js';
import type { RunningStore } from './start-store.js';

let catalog: CatalogStore;
const call = () => request(catalog.store.server);

/** What the browser keeps of an answer: `name=value`. */
const cookieOf = (answer: { headers: Record<string, unknown> }): string =>
  String(answer.headers['set-cookie']).split(';')[0]!;

const signIn = (headers: Record<string, string> = {}, body: object = testAdmin) =>
  call().post('/session').set(headers).send(body);

async function signedIn(): Promise<string> {
  return cookieOf(await signIn().expect(204));
}

const read = (cookie: string, headers: Record<string, string> = {}, path = '/api/v1/plugins') =>
  call()
    .get(path)
    .set({ cookie, ...headers });

beforeAll(async () => {
  catalog = await CatalogStore.start({ MORTISE_READ: 'members' });
  await catalog.publish('tidal', '1.0.0');
});

afterAll(async () => {
  await catalog.store.close();
});

describe('a session of the pages', () => {
  it('lets a browser read what members read, until it is signed out', async () => {
    const answer = await signIn().expect(204);
    expect(answer.headers['set-cookie']).toEqual([
      expect.stringMatching(
        /^mortise-session-[0-9a-f]{8}=[\w.-]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
      ),
    ]);
    expect(answer.headers['cache-control']).toBe('no-store');
    const cookie = cookieOf(answer);
    await read(cookie).expect(200);
    await read(cookie, {}, '/api/v1/plugins/acme/tidal').expect(200);
    await read(cookie, {}, '/api/v1/plugins/acme/tidal/versions/1.0.0/manifest').expect(200);
    await read(cookie, {}, '/session').expect(200, { username: testAdmin.username });
    const end = await call().delete('/session').set({ cookie }).expect(204);
    expect(end.headers['set-cookie']).toEqual([expect.stringContaining('=; Path=/; Max-Age=0; HttpOnly')]);
    expect(end.headers['clear-site-data']).toBe('"cache"');
    await read(cookie).expect(401);
    await read(cookie, {}, '/session').expect(200, { username: null });
    await call().delete('/session').set({ cookie }).expect(204);
  });

  it('is refused with a wrong password as often as the API refuses it, and no oftener', async () => {
    const wrong = { username: 'nobody', password: 'not this one' };
    const answers = [];
    for (let tries = 0; tries < 30; tries += 1) answers.push((await signIn({}, wrong)).body.code as string);
    expect(answers[0]).toBe('sign-in-failed');
    expect(answers.at(-1)).toBe('too-many-failed-sign-ins');
    const api = await call().post('/api/v1/sessions').send(wrong);
    expect(api.status).toBe(429);
    expect(api.headers['retry-after']).toMatch(/^\d+$/);
  });

  it('writes nothing, and reads nothing that is for more than members', async () => {
    const cookie = await signedIn();
    await call().post('/api/v1/publishers').set({ cookie }).send({ name: 'theirs' }).expect(401);
    await call().get('/api/v1/tokens').set({ cookie }).expect(401);
    await call().get('/api/v1/audit').set({ cookie }).expect(401);
    await call().delete('/api/v1/sessions').set({ cookie }).expect(401);
    await call().put('/api/v1/web-logins/any/approval').set({ cookie }).expect(401);
    const value = cookie.split('=')[1]!;
    await call().get('/api/v1/tokens').set('authorization', `Bearer ${value}`).expect(401);
  });

  it('is made of no token of the API, nor of one that somebody else has chosen', async () => {
    const api = await call().post('/api/v1/sessions').send(testAdmin).expect(201);
    const name = (await signedIn()).split('=')[0]!;
    await read(`${name}=${api.body.access_token as string}`).expect(401);
    await read(`${name}=chosen`).expect(401);
    await read(`${name}=`).expect(401);
    const planted = await signIn({ cookie: `${name}=chosen` }).expect(204);
    expect(cookieOf(planted)).not.toContain('chosen');
    const [first, second] = [await signedIn(), await signedIn()];
    expect(first).not.toBe(second);
    await call().delete('/session').set({ cookie: first }).expect(204);
    await read(second).expect(200);
  });

  it('belongs to one store: another believes neither its cookie nor its name', async () => {
    const other = await startStore({ MORTISE_READ: 'members' });
    try {
      const cookie = await signedIn();
      const there = await request(other.server).post('/session').send(testAdmin).expect(204);
      const [name] = cookieOf(there).split('=') as [string];
      expect(name).not.toBe(cookie.split('=')[0]);
      const elsewhere = (sent: string) => request(other.server).get('/api/v1/changes').set('cookie', sent);
      await elsewhere(cookie).expect(401);
      await elsewhere(`${name}=${cookie.split('=')[1]!}`).expect(401);
      await elsewhere(`${cookie}; ${cookieOf(there)}`).expect(200);
    } finally {
      await other.close();
    }
  });

  it.each<Record<string, string>>([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'http://elsewhere.example' },
    { origin: 'null' },
  ])('is begun, used and ended by no other page (%j)', async (headers) => {
    const cookie = await signedIn();
    const refused = await signIn(headers).expect(403);
    expect(refused.body.code).toBe('not-from-here');
    expect(refused.headers['set-cookie']).toBeUndefined();
    await call()
      .delete('/session')
      .set({ cookie, ...headers })
      .expect(403);
    await read(cookie, headers).expect(401);
    await read(cookie).expect(200);
    const untyped = await signIn({ 'content-type': 'text/plain' }, undefined).send(JSON.stringify(testAdmin));
    expect(untyped.status).toBe(415);
    const form = await signIn({ 'content-type': 'application/x-www-form-urlencoded' }, undefined);
    expect(form.headers['set-cookie']).toBeUndefined();
    const preflight = await call().options('/session').set({ origin: 'http://elsewhere.example' });
    expect(preflight.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('takes its own pages, whichever way the browser says it', async () => {
    const cookie = await signedIn();
    await read(cookie, { 'sec-fetch-site': 'same-origin' }).expect(200);
    await read(cookie, { 'sec-fetch-site': 'none' }).expect(200);
    await read(cookie, { host: 'store.example', origin: 'http://store.example' }).expect(200);
  });

  it('lets no cache show one what it has kept of another', async () => {
    const cookie = await signedIn();
    for (const path of ['', '/acme/tidal', '/acme/tidal/versions', '/acme/tidal/versions/1.0.0/descriptor']) {
      const answer = await read(cookie, {}, `/api/v1/plugins${path}`).expect(200);
      expect(answer.headers['cache-control']).toMatch(/no-store|private, no-cache/);
      expect(answer.headers['vary']).toContain('cookie');
      const stranger = await call()
        .get(`/api/v1/plugins${path}`)
        .set('if-none-match', answer.headers['etag']!);
      expect(stranger.status).toBe(401);
      expect(stranger.headers['cache-control']).toBe('no-store');
    }
  });

  it('ends with the password that it was begun by', async () => {
    const person = { username: 'ada', password: 'a long enough password' };
    await call().post('/api/v1/accounts').send(person).expect(201);
    const cookie = cookieOf(await signIn({}, person).expect(204));
    const { body } = await call().post('/api/v1/sessions').send(person).expect(201);
    await call()
      .put('/api/v1/accounts/me/password')
      .set('authorization', `Bearer ${body.access_token as string}`)
      .send({ old_password: person.password, new_password: 'another that is long enough' })
      .expect(204);
    await read(cookie).expect(401);
  });
});

describe('where anybody may read', () => {
  let open: RunningStore;
  beforeAll(async () => {
    open = await startStore({ MORTISE_PUBLIC_URL: 'https://store.example' });
  });
  afterAll(async () => {
    await open.close();
  });

  it('a cookie goes by TLS alone, and one that has ended is nobody’s', async () => {
    const answer = await request(open.server)
      .post('/session')
      .set('origin', 'https://store.example')
      .send(testAdmin)
      .expect(204);
    expect(answer.headers['set-cookie']).toEqual([
      expect.stringMatching(/^__Host-mortise-session-.*; Path=\/; .*; Secure$/),
    ]);
    const cookie = cookieOf(answer);
    const find = () => request(open.server).get('/session').set({ cookie });
    await find().expect(200, { username: testAdmin.username });
    await request(open.server).delete('/session').set({ cookie }).expect(204);
    await request(open.server).get('/api/v1/changes').set({ cookie }).expect(200);
    await find().expect(200, { username: null });
  });
});

(browserPath ? describe : describe.skip)(`signing in with a browser${withoutBrowser}`, () => {
  let browser: Browser;
  let page: Page;
  let address: string;

  beforeAll(async () => {
    await catalog.store.app.listen(0, '127.0.0.1');
    address = await catalog.store.app.getUrl();
    browser = await openBrowser();
    page = await browser.newPage();
  });
  afterAll(async () => {
    await browser.close();
  });

  const enter = async (password = testAdmin.password) => {
    await page.getByLabel('Username').fill(testAdmin.username);
    await page.getByLabel('Password').fill(password);
    await page.keyboard.press('Enter');
  };
  const invitation = () => page.getByRole('main').getByRole('link', { name: 'Sign in' });

  it('leads to the page that one came for, and out again', async () => {
    await page.goto(`${address}/plugins/acme/tidal?version=1.0.0`);
    await invitation().click();
    await enter('not the password');
    await page.getByText('password is wrong').waitFor();
    expect(await page.getByLabel('Password').inputValue()).toBe('');
    await enter();
    await page.waitForURL('**/plugins/acme/tidal?version=1.0.0');
    await page.getByText('mortise install acme/tidal', { exact: true }).waitFor();
    await page.goto(address);
    await page.getByText('One plugin').waitFor();
    expect(await page.evaluate('document.cookie')).toBe('');
    await page.getByRole('link', { name: 'tidal' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await invitation().waitFor();
    await page.goBack();
    await page.getByText('its members alone').waitFor();
    expect(await page.getByText('tidal').count()).toBe(0);
  });

  it.each([
    'https://elsewhere.example/',
    '//elsewhere.example',
    '\\\\elsewhere.example',
    'javascript:document.title="taken"',
    'data:text/html,taken',
    'http:elsewhere.example',
    '\t//elsewhere.example',
    'https://127.0.0.1@elsewhere.example',
  ])('leads nowhere else, whatever the address says (%j)', async (next) => {
    await page.context().clearCookies();
    await page.goto(`${address}/login?next=${encodeURIComponent(next)}`);
    await enter();
    await page.waitForURL((url) => url.pathname !== '/login');
    expect(new URL(page.url()).origin).toBe(address);
    expect(await page.title()).not.toBe('taken');
  });

  it('lets no page of another origin read, not even one of the same machine', async () => {
    const other = createServer((_request, response) =>
      response.setHeader('content-type', 'text/html').end(''),
    );
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    try {
      await page.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
      const tried = (path: string, init: string) =>
        page.evaluate(`fetch('${address}${path}', ${init}).then((answer) => answer.status, () => 'refused')`);
      expect(await tried('/api/v1/plugins', `{ credentials: 'include' }`)).toBe('refused');
      expect(await tried('/api/v1/plugins', `{}`)).toBe(401);
      expect(await tried('/session', `{ method: 'DELETE', credentials: 'include' }`)).toBe('refused');
      const form = `const form = document.createElement('form'); form.method = 'post'; form.action = '${address}/session'; document.body.append(form); form.submit();`;
      await page.evaluate(form);
      await page.waitForURL('**/session');
      await page.goto(address);
      await page.getByText('One plugin').waitFor();
    } finally {
      other.close();
    }
  });
});
