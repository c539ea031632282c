import { afterAll, beforeAll, expect, it } from '@jest/globals';
import request from 'supertest';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { renameSync } from 'node:fs';
import { createServer, request as ask } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { sha256Hex } from '#kernel';
import { buildNpmTarball, buildWheel } from '#testing';
import { CatalogStore } from '../catalog-store.js';
import { npmPublishDocument } from '../npm-publish-document.js';
import { S3Server, s3Address } from './s3-server.js';
import { describeOnS3 } from './test-blobs.js';

describeOnS3('a store whose S3 service goes away', () => {
  let server: S3Server;
  let catalog: CatalogStore;

  const wheelOf = (version: string) =>
    buildWheel({ name: 'kept', version, files: { 'kept/data.bin': randomBytes(300_000) } });

  const publish = (version: string, wheel = wheelOf(version)) =>
    request(catalog.store.server)
      .post('/api/v1/publishers/acme/releases')
      .set('authorization', `Bearer ${catalog.token}`)
      .attach(
        'descriptor',
        Buffer.from(
          `name: kept\nversion: ${version}\nbackend: kept==${version}\nbackend_component: Kept\nfront_end: "@acme/kept@${version}"\nfrontend_component: Kept\n`,
        ),
        'plugin.yaml',
      )
      .attach('artifact', wheel, `kept-${version}-py3-none-any.whl`)
      .attach(
        'artifact',
        buildNpmTarball({ manifest: { name: '@acme/kept', version } }),
        `acme-kept-${version}.tgz`,
      );

  const wheelPath = ({ body }: { body: { artifacts: { filename: string; url: string }[] } }): string =>
    new URL(body.artifacts.find(({ filename }) => filename.endsWith('.whl'))!.url).pathname;

  const sendNpm = (version: string) => {
    const name = '@acme/sent';
    const tarball = buildNpmTarball({ manifest: { name, version } });
    return catalog.send('put', '/npm/@acme%2fsent', npmPublishDocument(tarball, { name, version }));
  };

  const sendPython = (version: string) =>
    request(catalog.store.server)
      .post('/pypi/legacy/')
      .auth('__token__', catalog.token)
      .field(':action', 'file_upload')
      .field('protocol_version', '1')
      .field('name', 'sent')
      .field('version', version)
      .attach('content', buildWheel({ name: 'sent', version }), `sent-${version}-py3-none-any.whl`);

  beforeAll(async () => {
    server = await S3Server.start();
    catalog = await CatalogStore.start({ MORTISE_BLOBS: server.address('away') });
  }, 900_000);
  afterAll(async () => {
    await catalog.store.close();
    await server.stop();
  });

  it('acknowledges no publish, says so, still tells all that it knows, and recovers by itself, again and again', async () => {
    for (let round = 1; round <= 3; round += 1) {
      const version = `1.${round}.0`;
      const published = await publish(version).expect(201);
      const path = wheelPath(published);
      if (round === 2) await server.suspend();
      else await server.kill();

      const lost = wheelOf(`2.${round}.0`);
      for (const refused of [await publish(`2.${round}.0`, lost), await catalog.get(path)]) {
        expect([refused.status, refused.body.code]).toEqual([503, 'blob-store-unavailable']);
        expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      }
      await catalog.get('acme/kept').expect(200);
      await catalog.get('/npm/@acme%2fkept').expect(200);
      await catalog.get('/pypi/simple/kept/').expect(200);
      await catalog.get(`acme/kept/versions/2.${round}.0`).expect(404);
      await catalog.get('/health/ready').expect(200);
      await catalog.publish('needs-no-bytes', version);

      if (round === 2) server.resume();
      else await server.boot();
      await publish(`2.${round}.0`, lost).expect(201);
      await catalog.get(path).expect(200);
    }
  });

  const closings: [string, () => Promise<void>, () => Promise<void>][] = [
    [
      'knows another secret',
      async () => {
        await server.kill();
        await server.boot('another-secret');
      },
      async () => {
        await server.kill();
        await server.boot();
      },
    ],
    [
      'has lost the bucket',
      async () => renameSync(server.placeOf('away'), server.placeOf('aside')),
      async () => renameSync(server.placeOf('aside'), server.placeOf('away')),
    ],
  ];

  it.each(closings)(
    'acknowledges no publish, of whatever kind, while S3 %s, and goes on once that is mended',
    async (what, close, mend) => {
      const [version, next] = what.startsWith('knows') ? ['3.1.0', '3.1.1'] : ['3.2.0', '3.2.1'];
      const path = wheelPath(await publish(version).expect(201));
      await close();
      const refused = [
        await publish(next),
        await sendNpm(version),
        await sendPython(version),
        await catalog.get(path),
        await catalog.get(`/npm/@acme/kept/-/kept-${version}.tgz`),
      ];
      for (const { status, headers, text } of refused) {
        expect([status, text]).toEqual([503, expect.stringMatching(/try again/i)]);
        expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      }
      await catalog.get(`acme/kept/versions/${version}`).expect(200);
      await catalog.get(`acme/kept/versions/${next}`).expect(404);
      await catalog.get('/npm/@acme%2fkept').expect(200);
      await catalog.get('/pypi/simple/kept/').expect(200);
      await catalog.get('/npm/@acme%2fsent').expect(version === '3.1.0' ? 404 : 200);
      await mend();
      await sendNpm(version).expect(201);
      await sendPython(version).expect(200);
      await catalog.get(path).expect(200);
    },
  );
});

/** What is wrong on the way to S3, from now on. */
type Trouble = 'none' | 'slow' | 'slow-down' | 'cut-off';

const slowMs = 30_000;

/** Stands before an S3 service, and does to what passes what `trouble` says. */
function troubled(service: string, trouble: () => Trouble) {
  const { hostname, port } = new URL(service);
  const pass = (asked: IncomingMessage, answer: ServerResponse): void => {
    const { method, url, headers } = asked;
    const onward = ask({ hostname, port, method, path: url, headers }, (given) => {
      answer.writeHead(given.statusCode!, given.headers);
      if (trouble() !== 'cut-off' || method !== 'GET') return void given.pipe(answer);
      const most = Number(given.headers['content-length']) >> 1;
      given.once('data', (chunk: Buffer) => answer.write(chunk.subarray(0, most), () => answer.destroy()));
    });
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  };
  return createServer((asked, answer) => {
    if (trouble() === 'slow') return void pause(slowMs).then(() => pass(asked, answer));
    if (trouble() !== 'slow-down') return pass(asked, answer);
    asked.resume();
    answer.writeHead(503, { 'content-type': 'application/xml' });
    answer.end('<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>');
  });
}

describeOnS3('a store whose S3 service is there, and in trouble', () => {
  let server: S3Server;
  let catalog: CatalogStore;
  let trouble: Trouble = 'none';
  let proxy: ReturnType<typeof troubled>;

  beforeAll(async () => {
    server = await S3Server.start();
    proxy = troubled(server.endpoint, () => trouble).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const endpoint = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    catalog = await CatalogStore.start({ MORTISE_BLOBS: s3Address(endpoint, 'troubled') });
  }, 900_000);
  afterAll(async () => {
    await catalog.store.close();
    proxy.closeAllConnections();
    proxy.close();
    await server.stop();
  });

  const files = new Map<string, Buffer>();
  /** Of a wheel that comes in one piece to S3, or in several. */
  const publish = (version: string, bytes: number) => {
    const wheel = buildWheel({ name: 'slow', version, files: { 'slow/data.bin': randomBytes(bytes) } });
    files.set(version, wheel);
    return request(catalog.store.server)
      .post('/api/v1/publishers/acme/releases')
      .set('authorization', `Bearer ${catalog.token}`)
      .attach(
        'descriptor',
        Buffer.from(`name: slow\nversion: ${version}\nbackend: slow==${version}\nbackend_component: Slow\n`),
        'plugin.yaml',
      )
      .attach('artifact', wheel, `slow-${version}-py3-none-any.whl`);
  };
  /** The digest of what was served; or how whoever asked sees that it was not. */
  const fetched = async (version: string): Promise<string> => {
    const sha256 = sha256Hex(files.get(version)!);
    const path = `/api/v1/artifacts/${sha256}/slow-${version}-py3-none-any.whl`;
    try {
      const answer = await catalog.get(path).buffer(true).responseType('blob');
      return answer.status === 200 ? sha256Hex(answer.body as Buffer) : String(answer.status);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? String(error);
    }
  };

  it.each<[Trouble, string]>([
    ['slow', '1'],
    ['slow-down', '2'],
    ['cut-off', '3'],
  ])(
    'acknowledges nothing that isn’t there, and lets nobody take a part for the whole, while it is %s; then it goes on',
    async (kind, major) => {
      const [small, large] = [`${major}.0.0`, `${major}.1.0`];
      await publish(small, 300_000).expect(201);
      await publish(large, 7_000_000).expect(201);
      trouble = kind;
      const during = [`${major}.2.0`, `${major}.3.0`];
      const [answers, failures] = await Promise.all([
        Promise.all([publish(during[0]!, 300_000), publish(during[1]!, 7_000_000)]),
        Promise.all([small, large].map(fetched)),
      ]);
      for (const failure of failures) expect(failure).toMatch(/^(?:503|ECONNRESET)$/);
      trouble = 'none';
      for (const [at, { status, body, headers }] of answers.entries()) {
        if (status === 201) {
          expect(await fetched(during[at]!)).toBe(sha256Hex(files.get(during[at]!)!));
          continue;
        }
        expect([status, body.code]).toEqual([503, 'blob-store-unavailable']);
        expect(Number(headers['retry-after'])).toBeGreaterThan(0);
        await catalog.get(`acme/slow/versions/${during[at]}`).expect(404);
      }
      for (const version of [small, large])
        expect(await fetched(version)).toBe(sha256Hex(files.get(version)!));
      await publish(`${major}.4.0`, 7_000_000).expect(201);
      expect(await fetched(`${major}.4.0`)).toBe(sha256Hex(files.get(`${major}.4.0`)!));
    },
    400_000,
  );
});
