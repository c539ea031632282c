import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { buildWheel } from '#testing';
import { CatalogStore } from './catalog-store.js';
import { seedPublisher } from './seed-publisher.js';

let catalog: CatalogStore;
let umbrella: string;

beforeAll(async () => {
  catalog = await CatalogStore.start({ MORTISE_REVIEW: 'required' });
  ({ token: umbrella } = await seedPublisher(catalog.store, 'umbrella'));
});

afterAll(() => catalog.store.close());

const wheelOf = (content: string) => buildWheel({ files: { 'zephyr_tool/__init__.py': content } });

async function publish(
  [publisher, token]: readonly [string, string],
  version: string,
  files: Readonly<Record<string, Buffer>>,
) {
  const yaml = `name: tool\nversion: ${version}\nbackend: zephyr-tool==1.2.0\nbackend_component: Plugin\n`;
  const form = request(catalog.store.server)
    .post(`/api/v1/publishers/${publisher}/releases`)
    .set('authorization', `Bearer ${token}`)
    .attach('descriptor', Buffer.from(yaml), 'plugin.yaml');
  for (const [file, bytes] of Object.entries(files)) form.attach('artifact', bytes, file);
  const answer = await form;
  expect([answer.status, answer.body.code]).toEqual([201, undefined]);
  return answer.body as { artifacts: { filename: string; url: string }[] };
}

async function mint(token: string, wish: object): Promise<string> {
  const answer = await catalog.send('post', '/api/v1/tokens', { name: 'narrow', ...wish }, token);
  expect(answer.status).toBe(201);
  return answer.body.token as string;
}

describe('what no moderator has approved', () => {
  it('is shown by no door to a token that was narrowed to something else', async () => {
    const { artifacts } = await publish(['acme', catalog.token], '1.0.0', {
      'zephyr_tool-1.2.0-py3-none-any.whl': wheelOf('first'),
    });
    const scopes = ['read', 'publish', 'manage'];
    const narrow = [
      await mint(catalog.token, { scopes, plugins: ['acme/other-*'] }),
      await mint(catalog.token, { scopes, publisher: 'umbrella' }),
      await mint(catalog.moderator, { scopes: ['read', 'moderate'], publisher: 'umbrella' }),
      await mint(catalog.moderator, { scopes: ['read', 'moderate'], plugins: ['umbrella/*'] }),
      await mint(catalog.moderator, { scopes: ['publish'] }),
    ];
    const version = '/api/v1/plugins/acme/tool/versions/1.0.0';
    const file = new URL(artifacts[0]?.url ?? '').pathname;
    const doors = ['', '/descriptor', '/manifest', '/manifest.jws'].map((door) => version + door);
    for (const token of narrow) {
      for (const door of [...doors, file]) {
        expect([door, (await catalog.get(door, token)).status]).toEqual([door, 404]);
      }
    }
    for (const token of [catalog.token, catalog.moderator]) {
      for (const door of [...doors, file]) {
        expect([door, (await catalog.get(door, token)).status]).toEqual([door, 200]);
      }
    }
  });

  it('adds nothing to a release that was approved, nor to what others pin', async () => {
    const review = 'acme/tool/versions/1.0.0/review';
    await catalog.send('put', review, { review: 'approved', reason: 'Read.' }, catalog.moderator);
    const manifest = async () => (await catalog.get('acme/tool/versions/1.0.0/manifest')).body as unknown;
    const before = await manifest();
    await publish(['acme', catalog.token], '1.1.0', {
      'zephyr_tool-1.2.0-cp312-cp312-linux_x86_64.whl': wheelOf('never read'),
    });
    expect(await manifest()).toEqual(before);
    const other = await publish(['umbrella', umbrella], '1.0.0', {});
    expect(other.artifacts.map(({ filename }) => filename)).toEqual(['zephyr_tool-1.2.0-py3-none-any.whl']);
  });

  it('takes no channel away from those who follow it, and gets it when it is approved', async () => {
    const importVersions = async (...versions: string[]) => {
      const listed = versions.map(
        (version) => `  - version: "${version}"\n    backend_component_name: a.B\n`,
      );
      const entry = `slug: entry\nname: Entry\nstatus: LIVE\ndefault_version: "${versions.at(-1)}"\nversions:\n${listed.join('')}`;
      const answer = await request(catalog.store.server)
        .post('/api/v1/publishers/acme/imports')
        .set('authorization', `Bearer ${catalog.token}`)
        .set('content-type', 'application/yaml')
        .send(entry);
      expect(answer.status).toBe(200);
    };
    const approve = (version: string) =>
      catalog.send(
        'put',
        `acme/entry/versions/${version}/review`,
        { review: 'approved', reason: 'Read.' },
        catalog.moderator,
      );
    const followed = async () => (await catalog.get('acme/entry/versions/default')).body.version as unknown;
    await importVersions('v1');
    await approve('0.0.1');
    expect(await followed()).toBe('0.0.1');
    await importVersions('v1', 'v2');
    expect(await followed()).toBe('0.0.1');
    await approve('0.0.2');
    expect(await followed()).toBe('0.0.2');
    const again = { review: 'rejected', reason: 'Read again.' };
    await catalog.send('put', 'acme/entry/versions/0.0.1/review', again, catalog.moderator);
    await approve('0.0.1');
    expect(await followed()).toBe('0.0.2');
  });
});
