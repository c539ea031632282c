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
