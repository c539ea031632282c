import { afterAll, beforeAll, expect, it } from '@jest/globals';
import request from 'supertest';
import { randomBytes } from 'node:crypto';
import { renameSync } from 'node:fs';
import { buildNpmTarball, buildWheel } from '#testing';
import { CatalogStore } from '../catalog-store.js';
import { npmPublishDocument } from '../npm-publish-document.js';
import { S3Server } from './s3-server.js';
import { describeOnS3 } from './test-blobs.js';

describeOnS3('a store whose S3 service goes away', () => {
  const waitsMs = 120_000;
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

  it(
    'acknowledges no publish, says so, still tells all that it knows, and recovers by itself, again and again',
    async () => {
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
    },
    waitsMs,
  );

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
    waitsMs,
  );
});
