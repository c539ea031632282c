import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { CatalogStore } from './catalog-store.js';

let catalog: CatalogStore;

beforeAll(async () => {
  catalog = await CatalogStore.start();
});

afterAll(() => catalog.store.close());

const post = (path: string, body: string) =>
  request(catalog.store.server)
    .post(path)
    .set('authorization', `Bearer ${catalog.token}`)
    .set('content-type', 'application/json')
    .send(body);

describe('a body', () => {
  it.each([
    ['arrays in arrays', '['.repeat(50_000) + ']'.repeat(50_000)],
    ['objects in a member that is known', '{"name":'.repeat(20_000) + '1' + '}'.repeat(20_000)],
    ['half of a surrogate pair', '{"username":"x","password":"long enough","email":"\\ud800@example.org"}'],
    ['half of a surrogate pair in a name', '{"name":"\\udc00"}'],
  ])('with %s is refused in a sentence', async (_, body) => {
    for (const path of ['/api/v1/accounts', '/api/v1/hosts', '/api/v1/tokens']) {
      const answer = await post(path, body);
      expect([answer.status, answer.body.code]).toEqual([400, 'invalid-body']);
    }
  });

  it('with any number of unknown members is refused with so many problems at most', async () => {
    const names = Array.from({ length: 20_000 }, (_, index) => [`unknown-${index}`.padEnd(40, 'x'), 1]);
    const answer = await post('/api/v1/hosts', JSON.stringify(Object.fromEntries(names)));
    expect([answer.status, answer.body.problems.length]).toEqual([400, 100]);
  });
});

describe('a body of the wrong members', () => {
  it('is told which are missing and which were probably meant, once each', async () => {
    const answer = await post('/api/v1/sessions', '{"usrename":"admin"}');
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid-body']);
    const messages = answer.body.problems.map((problem: { message: string }) => problem.message);
    expect(messages.sort()).toEqual([
      '"password" is missing',
      '"username" is missing',
      '"usrename" is not known here: did you mean "username"?',
    ]);
  });
});

describe('a body that is no JSON', () => {
  const secret = 'hunter2 hunter2';
  const send = (type: string, body: string) =>
    request(catalog.store.server).post('/api/v1/sessions').set('content-type', type).send(body);

  it.each([
    'application/x-www-form-urlencoded',
    'text/plain',
    'application/yaml',
    'multipart/form-data',
    'a/b',
  ])('is asked to say that it is JSON when it came as %s, and isn’t repeated', async (type) => {
    const answer = await send(type, JSON.stringify({ username: 'admin', password: secret }));
    expect([answer.status, answer.body.code]).toEqual([415, 'unsupported-media-type']);
    expect(answer.body.detail).toContain('application/json');
    expect(answer.text).not.toContain(secret);
  });

  it('is told where it breaks, and isn’t repeated', async () => {
    const broken = await send('application/json', `{"username":"admin","password":"${secret}",}`);
    expect(broken.body.code).toBe('malformed-request');
    expect(broken.body.detail).toBe('The body is not JSON: it breaks at position 49.');
    expect((await send('application/json', '')).body.detail).toMatch(/^The body is empty/);
    const poisoned = await send('application/json', '{"__proto__":{"a":1}}');
    expect([poisoned.status, poisoned.body.code]).toEqual([400, 'malformed-request']);
  });

  it('with a long name is answered with a short sentence', async () => {
    const answer = await send('application/json', JSON.stringify({ [secret.repeat(100)]: 1 }));
    expect(answer.status).toBe(400);
    expect(answer.text.length).toBeLessThan(1000);
  });
});

describe('a read', () => {
  it('has an ETag, whichever it is, and isn’t sent again to whoever has it', async () => {
    await catalog.publish('read', '1.0.0');
    const reads = ['/api/v1/changes', '/api/v1/publishers/acme', '/api/v1/publishers/acme/members'];
    for (const path of [...reads, '/.well-known/jwks.json', '/api/v1/tokens', '/api/v1/hosts']) {
      const first = await catalog.get(path, catalog.token);
      expect([path, first.status, first.headers['etag']]).toEqual([path, 200, expect.any(String)]);
      const again = await catalog.get(path, catalog.token).set('if-none-match', first.headers['etag'] ?? '');
      expect([path, again.status, again.text]).toEqual([path, 304, '']);
    }
    const before = (await catalog.get('/api/v1/changes')).headers['etag'] ?? '';
    await catalog.publish('read', '1.1.0');
    expect((await catalog.get('/api/v1/changes').set('if-none-match', before)).status).toBe(200);
  });
});
