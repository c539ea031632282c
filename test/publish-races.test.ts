import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { sha256Hex } from '#kernel';
import { buildWheel } from '#testing';
import { StoreSettings } from '../apps/registry/src/platform/settings/store-settings.js';
import { seedPublisher } from './seed-publisher.js';
import { startStore } from './start-store.js';
import type { RunningStore } from './start-store.js';

let store: RunningStore;
let token: string;
let address: string;

beforeAll(async () => {
  store = await startStore();
  ({ token } = await seedPublisher(store));
  await store.app.listen(0, '127.0.0.1');
  address = await store.app.getUrl();
  store.app.get(StoreSettings).listensOn(address);
});

afterAll(() => store.close());

const wheelName = (name: string, version: string) => `${name}-${version}-py3-none-any.whl`;

function wheelOf(name: string, version: string, content: string): Buffer {
  return buildWheel({ name, version, files: { [`${name}/__init__.py`]: content } });
}

async function publish(descriptor: string, filename: string, wheel: Buffer): Promise<request.Response> {
  return request(address)
    .post('/api/v1/publishers/acme/releases')
    .set('authorization', `Bearer ${token}`)
    .attach('artifact', wheel, filename)
    .attach('descriptor', Buffer.from(descriptor), 'plugin.yaml');
}

const descriptor = (name: string, version: string, packageVersion = version) =>
  `name: ${name}\nversion: ${version}\nbackend: {package: ${name}, version: ${packageVersion}}\nbackend_component: Plugin\n`;

const statuses = (answers: readonly request.Response[]) => answers.map(({ status }) => status).sort();
const crowd = Array.from({ length: 50 }, (_, index) => index);

describe('50 publishes at once', () => {
  it('of one version with other bytes each: one wins, and its bytes are the ones served', async () => {
    const wheels = crowd.map((index) => wheelOf('raced', '1.0.0', `number = ${index}\n`));
    const answers = await Promise.all(
      wheels.map((wheel) => publish(descriptor('raced', '1.0.0'), wheelName('raced', '1.0.0'), wheel)),
    );
    expect(statuses(answers)).toEqual([201, ...crowd.slice(1).map(() => 409)]);
    for (const { body, status } of answers) if (status === 409) expect(body.code).toBe('version-taken');
    const winner = answers.findIndex(({ status }) => status === 201);
    const [artifact] = answers[winner]!.body.artifacts;
    const served = Buffer.from(await (await fetch(artifact.url as string)).arrayBuffer());
    expect(sha256Hex(served)).toBe(artifact.sha256);
    expect(served.equals(wheels[winner]!)).toBe(true);
  });

  it('of one version with equal bytes: one is 201, and the rest is told of the same release', async () => {
    const wheel = wheelOf('equal', '1.0.0', 'same = True\n');
    const answers = await Promise.all(
      crowd.map(() => publish(descriptor('equal', '1.0.0'), wheelName('equal', '1.0.0'), wheel)),
    );
    expect(statuses(answers)).toEqual([...crowd.slice(1).map(() => 200), 201]);
    for (const { body } of answers) expect(body).toEqual(answers[0]!.body);
  });

  it('of 50 versions: all are there, and the highest is the latest', async () => {
    const answers = await Promise.all(
      crowd.map((index) => {
        const version = `1.${index}.0`;
        return publish(
          descriptor('many', version),
          wheelName('many', version),
          wheelOf('many', version, version),
        );
      }),
    );
    expect(statuses(answers)).toEqual(crowd.map(() => 201));
    const versions = await request(address).get('/api/v1/plugins/acme/many/versions?limit=100');
    expect(versions.body.items).toHaveLength(50);
    const plugin = await request(address).get('/api/v1/plugins/acme/many');
    expect(JSON.stringify(plugin.body)).toContain('"version":"1.49.0"');
    const latest = await request(address).get('/api/v1/plugins/acme/many/versions/latest');
    expect(latest.body.version).toBe('1.49.0');
  });

  it('of plugins that share one new package: each release has the one file', async () => {
    const wheel = wheelOf('shared', '1.0.0', 'shared = True\n');
    const answers = await Promise.all(
      crowd.map((index) =>
        publish(
          descriptor('shared', '1.0.0').replace('name: shared', `name: sharer-${index}`),
          wheelName('shared', '1.0.0'),
          wheel,
        ),
      ),
    );
    expect(statuses(answers)).toEqual(crowd.map(() => 201));
    for (const { body } of answers) expect(body.artifacts).toHaveLength(1);
  });

  it('of plugins that fight for one package file: all that lose are told so, and leave nothing', async () => {
    const answers = await Promise.all(
      crowd.map((index) =>
        publish(
          descriptor('fought', '1.0.0').replace('name: fought', `name: fighter-${index}`),
          wheelName('fought', '1.0.0'),
          wheelOf('fought', '1.0.0', `number = ${index}\n`),
        ),
      ),
    );
    expect(statuses(answers)).toEqual([201, ...crowd.slice(1).map(() => 409)]);
    for (const { body, status } of answers) if (status === 409) expect(body.code).toBe('file-taken');
    const reads = await Promise.all(
      crowd.map((index) => request(address).get(`/api/v1/plugins/acme/fighter-${index}`)),
    );
    expect(reads.filter(({ status }) => status === 200)).toHaveLength(1);
  });
});
