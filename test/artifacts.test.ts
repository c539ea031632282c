import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { sha256Hex } from '#kernel';
import { BlobStore } from '#packages';
import { buildWheel, stagedBytes } from '#testing';
import { seedPublisher } from './seed-publisher.js';
import { startStore, testAdmin } from './start-store.js';
import type { RunningStore } from './start-store.js';

let store: RunningStore;
let token: string;
let url: string;
const wheel = buildWheel();
const sha256 = sha256Hex(wheel);

const descriptor = 'name: tool\nversion: 1.0.0\nbackend: zephyr-tool\nbackend_component: Plugin\n';

async function publish(from: RunningStore, bearer: string): Promise<request.Response> {
  return request(from.server)
    .post('/api/v1/publishers/acme/releases')
    .set('authorization', `Bearer ${bearer}`)
    .attach('descriptor', Buffer.from(descriptor), 'plugin.yaml')
    .attach('artifact', wheel, 'zephyr_tool-1.2.0-py3-none-any.whl');
}

const binary = (response: request.Response, done: (error: Error | null, body: Buffer) => void): void => {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('end', () => done(null, Buffer.concat(chunks)));
};

beforeAll(async () => {
  store = await startStore();
  ({ token } = await seedPublisher(store));
  const published = await publish(store, token);
  expect(published.status).toBe(201);
  url = new URL(published.body.artifacts[0].url as string).pathname;
});

afterAll(() => store.close());

const get = (path = url) =>
  request(store.server)
    .get(path)
    .buffer(true)
    .parse(binary as never);

describe('an artifact', () => {
  it('is served as it was uploaded, for good, and can do nothing in a browser', async () => {
    const answer = await get();
    expect(answer.status).toBe(200);
    expect(Buffer.compare(answer.body as Buffer, wheel)).toBe(0);
    expect(answer.headers).toMatchObject({
      etag: `"${sha256}"`,
      'content-length': String(wheel.length),
      'cache-control': 'public, max-age=31536000, immutable',
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining('sandbox'),
    });
  });

  it('answers HEAD with the same headers and no bytes', async () => {
    const answer = await request(store.server).head(url);
    expect([answer.status, answer.headers['content-length']]).toEqual([200, String(wheel.length)]);
  });

  it('is not sent again to whoever has it', async () => {
    expect((await get().set('if-none-match', `"${sha256}"`)).status).toBe(304);
    expect((await get().set('if-none-match', '"other"')).status).toBe(200);
  });

  it('is sent in part, unless it is no longer what the caller has a part of', async () => {
    const part = await get().set('range', 'bytes=10-19');
    expect(part.status).toBe(206);
    expect(part.headers['content-range']).toBe(`bytes 10-19/${wheel.length}`);
    expect((part.body as Buffer).equals(wheel.subarray(10, 20))).toBe(true);
    const last = await get().set('range', 'bytes=-5').set('if-range', `"${sha256}"`);
    expect((last.body as Buffer).equals(wheel.subarray(-5))).toBe(true);
    expect((await get().set('range', 'bytes=0-1').set('if-range', '"other"')).status).toBe(200);
    const beyond = await request(store.server).get(url).set('range', 'bytes=999999-');
    expect([beyond.status, beyond.body.code]).toEqual([416, 'range-not-satisfiable']);
    expect(beyond.headers['content-range']).toBe(`bytes */${wheel.length}`);
  });

  it('is none without a release that has it, whatever the blob store keeps', async () => {
    const orphan = Buffer.from('an orphan');
    const staged = stagedBytes(orphan);
    await store.app.get(BlobStore).keep(staged);
    const answer = await request(store.server).get(`/api/v1/artifacts/${staged.sha256}/orphan.whl`);
    expect([answer.status, answer.body.code]).toEqual([404, 'artifact-not-found']);
    expect((await request(store.server).get(url.replace('zephyr', 'other'))).status).toBe(404);
    expect((await request(store.server).get('/api/v1/artifacts/no-digest/x.whl')).status).toBe(404);
  });

  it('is refused with the reason while its release is quarantined', async () => {
    const session = await request(store.server).post('/api/v1/sessions').send(testAdmin);
    const bearer = `Bearer ${session.body.access_token as string}`;
    const quarantine = '/api/v1/plugins/acme/tool/versions/1.0.0/quarantine';
    const reason = 'It steals keys.';
    await request(store.server).put(quarantine).set('authorization', bearer).send({ reason }).expect(200);
    const answer = await request(store.server).get(url);
    expect([answer.status, answer.body.code, answer.body.reason]).toEqual([403, 'quarantined', reason]);
    const undone = await request(store.server).delete(quarantine).set('authorization', bearer);
    expect(undone.status).toBeLessThan(300);
    expect((await get()).status).toBe(200);
  });
});

describe('an artifact of a release that waits for review', () => {
  it('is there for its publisher only', async () => {
    const reviewed = await startStore({ MORTISE_REVIEW: 'required' });
    try {
      const member = await seedPublisher(reviewed);
      const other = await seedPublisher(reviewed, 'umbrella');
      expect((await publish(reviewed, member.token)).body).toMatchObject({ review: 'pending' });
      const as = (bearer: string) =>
        request(reviewed.server)
          .get(url)
          .set('authorization', `Bearer ${bearer}`)
          .buffer(true)
          .parse(binary as never);
      expect((await request(reviewed.server).get(url)).status).toBe(404);
      expect((await as(other.token)).status).toBe(404);
      const own = await as(member.token);
      expect([own.status, own.headers['cache-control']]).toEqual([
        200,
        'private, max-age=31536000, immutable',
      ]);
    } finally {
      await reviewed.close();
    }
  });
});
