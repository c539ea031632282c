import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { storageFull } from '#kernel';
import { Staging } from '#packages';
import { buildWheel, eventually } from '#testing';
import { seedPublisher } from './seed-publisher.js';
import { startStore } from './start-store.js';
import type { RunningStore } from './start-store.js';

let store: RunningStore;
let token: string;
let port: number;

beforeAll(async () => {
  store = await startStore();
  ({ token } = await seedPublisher(store));
  await store.app.listen(0, '127.0.0.1');
  port = (store.server.address() as AddressInfo).port;
});

afterAll(() => store.close());

const path = '/api/v1/publishers/acme/releases';
const descriptor =
  'name: formed\nversion: 1.0.0\ninterfaces: {default: {form: [{type: integer, name: days, label: Days}]}}\n';
const form = () => request(store.server).post(path).set('authorization', `Bearer ${token}`);

const boundary = 'xXx';
const part = (disposition: string, content: string | Buffer) =>
  Buffer.concat([
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
const end = Buffer.from(`--${boundary}--\r\n`);

function raw(body: Buffer, type = `multipart/form-data; boundary=${boundary}`) {
  return form()
    .set('content-type', type)
    .serialize((value: unknown) => value as string)
    .send(body);
}

/** How many uploads lie in the staging folder. */
function stagedFiles(): number {
  return readdirSync(join(store.folder, 'staging'), { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile(),
  ).length;
}

describe('a publication as a form', () => {
  it('takes the descriptor as a field or as a file, and artifacts before or after it', async () => {
    const field = await form().field('descriptor', descriptor);
    expect(field.status).toBe(201);
    const again = await form().attach('descriptor', Buffer.from(descriptor), 'any-name.yaml');
    expect(again.status).toBe(200);
  });

  it.each([
    [
      'an unknown part',
      [part('name="descriptor"', descriptor), part('name="manifest"', 'x')],
      'unknown-part',
    ],
    [
      'a part without a name',
      [part('name="descriptor"', descriptor), part('filename="x"', 'x')],
      'unknown-part',
    ],
    [
      'two descriptors',
      [part('name="descriptor"', descriptor), part('name="descriptor"', 'x')],
      'descriptor-repeated',
    ],
    ['no descriptor', [part('name="artifact"; filename="icon.svg"', '<svg/>')], 'descriptor-missing'],
    ['no part', [], 'descriptor-missing'],
    ['a nameless artifact', [part('name="artifact"', 'x')], 'artifact-filename-missing'],
  ])('with %s is refused', async (_, parts, code) => {
    const answer = await raw(Buffer.concat([...parts, end]));
    expect([answer.status, answer.body.code]).toEqual([400, code]);
  });

  it('with a file name that is a path is refused', async () => {
    const disposition = 'name="artifact"; filename="../../etc/zephyr_tool-1.2.0-py3-none-any.whl"';
    const other = descriptor.replace('1.0.0', '1.0.1');
    const answer = await raw(
      Buffer.concat([part('name="descriptor"', other), part(disposition, buildWheel()), end]),
    );
    expect([answer.status, answer.body.code]).toEqual([400, 'artifact-name-invalid']);
  });

  it('with more artifacts than a release may have is refused', async () => {
    const artifacts = Array.from({ length: 65 }, (_, index) =>
      part(`name="artifact"; filename="${index}.whl"`, 'x'),
    );
    const answer = await raw(Buffer.concat([part('name="descriptor"', descriptor), ...artifacts, end]));
    expect([answer.status, answer.body.code]).toEqual([400, 'too-many-parts']);
  });

  it('that is no form, or ends too early, is refused', async () => {
    const whole = Buffer.concat([part('name="artifact"; filename="a.whl"', 'x'.repeat(1000)), end]);
    for (const [body, type] of [
      [whole, 'multipart/form-data'],
      [Buffer.from('nothing like it'), undefined],
      [whole.subarray(0, 500), undefined],
      [whole.subarray(0, 30), undefined],
    ] as const) {
      const answer = await raw(body, type);
      expect(answer.status).toBe(400);
    }
    await eventually(() => stagedFiles() === 0);
  });

  it('with a descriptor over a mebibyte is refused as too large', async () => {
    const answer = await raw(
      Buffer.concat([part('name="descriptor"', Buffer.alloc(1024 * 1024 + 1, ' ')), end]),
    );
    expect([answer.status, answer.body.code]).toEqual([413, 'descriptor-too-large']);
  });

  it('that says it is larger than any may be is refused before it has come', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(head(10 ** 12)));
      socket.once('data', (bytes) => {
        resolve(bytes.toString());
        socket.destroy();
      });
      socket.once('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('that is refused while it arrives leaves its connection to the next request', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const send = (body: Buffer, type = `multipart/form-data; boundary=${boundary}`) =>
      new Promise<number>((resolve, reject) => {
        const headers = {
          authorization: `Bearer ${token}`,
          'content-type': type,
          'content-length': body.length,
        };
        const sent = httpRequest({ port, path, method: 'POST', agent, headers }, (answer) => {
          answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
        });
        sent.on('error', reject).end(body);
      });
    const large = Buffer.alloc(8_000_000, 'z');
    try {
      expect(await send(Buffer.concat([part('name="other"', large), end]))).toBe(400);
      expect(await send(Buffer.concat([part('name="descriptor"', large), end]))).toBe(413);
      expect(await send(Buffer.concat([part('name="artifact"; filename="../a.whl"', large), end]))).toBe(400);
      expect(await send(large, 'application/yaml')).toBe(413);
      expect(await send(large, 'application/json')).toBe(413);
    } finally {
      agent.destroy();
    }
  });

  it('says that the disk is full, not that reading was broken off', async () => {
    const staging = store.app.get(Staging);
    const stage = jest.spyOn(staging, 'stage').mockImplementation(async (source) => {
      try {
        for await (const chunk of source) if (chunk.length > 0) throw storageFull(new Error('ENOSPC'));
        throw new Error('nothing came');
      } catch (error) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        throw error;
      }
    });
    try {
      const bytes = Buffer.alloc(1_000_000, 'z');
      const answer = await raw(Buffer.concat([part('name="artifact"; filename="a.whl"', bytes), end]));
      expect([answer.status, answer.body.code, answer.headers['retry-after']]).toEqual([
        503,
        'storage-full',
        '60',
      ]);
    } finally {
      stage.mockRestore();
    }
  });

  it('whose sender goes away leaves nothing behind', async () => {
    const large = Buffer.alloc(2 * 1024 * 1024, 'a');
    const socket = connect(port, '127.0.0.1');
    socket.write(head(10 * large.length));
    socket.write(
      Buffer.concat([
        part('name="artifact"; filename="a.whl"', large),
        part('name="artifact"; filename="b.whl"', large),
      ]),
    );
    await eventually(() => stagedFiles() === 2);
    socket.destroy();
    await eventually(() => stagedFiles() === 0);
    expect((await form().field('descriptor', descriptor)).status).toBe(200);
  });
});

const head = (length: number) =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nContent-Type: multipart/form-data; boundary=${boundary}\r\nContent-Length: ${length}\r\n\r\n`;

describe('publishing', () => {
  it('is refused whole when its token is revoked while it arrives', async () => {
    const own = { authorization: `Bearer ${token}` };
    const made = await request(store.server)
      .post('/api/v1/tokens')
      .set(own)
      .send({ name: 'soon gone', scopes: ['publish'], publisher: 'acme' })
      .expect(201);
    const form = `--x\r\nContent-Disposition: form-data; name="descriptor"\r\n\r\n${descriptor.replace('formed', 'revoked')}\r\n--x--\r\n`;
    const asked = httpRequest({
      host: '127.0.0.1',
      port,
      path,
      method: 'POST',
      headers: {
        authorization: `Bearer ${made.body.token}`,
        'content-type': 'multipart/form-data; boundary=x',
        'content-length': form.length,
      },
    });
    const answered = once(asked, 'response') as Promise<[IncomingMessage]>;
    asked.write(form.slice(0, 40));
    await sleep(300);
    await request(store.server).delete(`/api/v1/tokens/${made.body.id}`).set(own).expect(204);
    asked.end(form.slice(40));
    const [answer] = await answered;
    answer.resume();
    expect(answer.statusCode).toBe(401);
    await request(store.server).get('/api/v1/plugins/acme/revoked').expect(404);
  });

  it('takes YAML or a form, and nothing else', async () => {
    for (const type of ['application/json', 'application/xml', 'text/plain']) {
      expect((await form().set('content-type', type).send('{}')).status).toBe(415);
    }
    expect((await form().send()).status).toBe(415);
  });

  it('is for members with the scope, and within the reach of their token', async () => {
    const post = (publisher: string, bearer?: string) => {
      const publication = request(store.server)
        .post(`/api/v1/publishers/${publisher}/releases`)
        .set('content-type', 'application/yaml');
      return (bearer === undefined ? publication : publication.set('authorization', `Bearer ${bearer}`)).send(
        descriptor,
      );
    };
    expect((await post('acme')).status).toBe(401);
    const stranger = await seedPublisher(store, 'stranger');
    expect((await post('acme', stranger.token)).body.code).toBe('not-a-member');
    const reader = await seedPublisher(store, 'reader', { scopes: ['read'] });
    expect((await post('reader', reader.token)).body.code).toBe('scope-needed');
    const narrow = await seedPublisher(store, 'narrow', { plugins: ['narrow/other-*'] });
    expect((await post('narrow', narrow.token)).body.code).toBe('token-too-narrow');
    expect((await post('narrow', stranger.token)).status).toBe(403);
  });

  it('of a package that another publisher has is refused, and naming it is fine', async () => {
    const linked = (name: string) =>
      Buffer.from(`name: ${name}\nversion: 1.0.0\nbackend: owned==1.0\nbackend_component: A\n`);
    const wheel = buildWheel({ name: 'owned', version: '1.0' });
    const owner = await seedPublisher(store, 'owner');
    const other = await seedPublisher(store, 'other');
    const post = (who: typeof owner) =>
      request(store.server)
        .post(`/api/v1/publishers/${who.publisher}/releases`)
        .set('authorization', `Bearer ${who.token}`);
    const first = await post(owner)
      .attach('descriptor', linked('first'), 'p.yaml')
      .attach('artifact', wheel, 'owned-1.0-py3-none-any.whl');
    expect(first.status).toBe(201);
    const taken = await post(other)
      .attach('descriptor', linked('second'), 'p.yaml')
      .attach('artifact', wheel, 'owned-1.0-py3-none-any.whl');
    expect([taken.status, taken.body.code]).toEqual([403, 'package-owned']);
    const named = await post(other)
      .set('content-type', 'application/yaml')
      .send(linked('second').toString().replace('1.0\n', '1.0.0\n'));
    expect(named.status).toBe(201);
    expect(named.body.artifacts).toEqual(first.body.artifacts);
    const changed = await post(owner)
      .attach('descriptor', linked('third'), 'p.yaml')
      .attach(
        'artifact',
        buildWheel({ name: 'owned', version: '1.0', files: { 'owned/a.py': '1' } }),
        'owned-1.0-py3-none-any.whl',
      );
    expect([changed.status, changed.body.code]).toEqual([409, 'file-taken']);
  });

  it('keeps an icon among the artifacts or in the tarball, and misses one that is in neither', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><rect width="1" height="1"/></svg>');
    const withIcon = Buffer.from(descriptor.replace('formed', 'pictured') + 'icon: icon.svg\n');
    const missing = await form().attach('descriptor', withIcon, 'p.yaml');
    expect([missing.status, missing.body.code]).toEqual([400, 'artifact-missing']);
    const there = await form().attach('descriptor', withIcon, 'p.yaml').attach('artifact', svg, 'icon.svg');
    expect(there.status).toBe(201);
    const unnamed = await form()
      .attach('descriptor', Buffer.from(descriptor.replace('formed', 'unnamed')), 'p.yaml')
      .attach('artifact', svg, 'icon.svg');
    expect([unnamed.status, unnamed.body.code]).toEqual([400, 'artifact-unused']);
  });
});
