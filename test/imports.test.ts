import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { buildTar, buildTarGz } from '#testing';
import { seedPublisher } from './seed-publisher.js';
import { startStore } from './start-store.js';
import type { RunningStore } from './start-store.js';

let store: RunningStore;
let token: string;

beforeAll(async () => {
  store = await startStore();
  ({ token } = await seedPublisher(store));
});

afterAll(() => store.close());

const post = (path: string) =>
  request(store.server).post(`/api/v1/publishers/acme/${path}`).set('authorization', `Bearer ${token}`);

const importAs = (type: string, body: string | Buffer) =>
  post('imports').set('content-type', type).send(body);

const form = '{default: {form: [{type: integer, name: days, label: Days}]}}';
const native = (name: string, version = '1.0.0') =>
  `name: ${name}\nversion: ${version}\ninterfaces: ${form}\n`;

const entry = (slug: string, versions: readonly string[], chosen = versions[0]) => `slug: ${slug}
name: An appliance
status: LIVE
summary: Starts a machine
default_version: ${chosen}
versions:
${versions.map((label) => `- version: ${label}\n  frontend_component_path: a.js\n  frontend_component_name: a\n  backend_component_name: b\n`).join('')}`;

const outcomes = (body: { items: { outcome: string }[] }) => body.items.map(({ outcome }) => outcome);

describe('an import', () => {
  it('gives labels that are no SemVer the next free 0.0.N, and remembers them', async () => {
    const first = await importAs(
      'application/yaml',
      entry('machine', ['Beta 10', 'Beta 9', '1.0.0', '0.0.1']),
    );
    expect(first.status).toBe(200);
    expect(outcomes(first.body)).toEqual(['published', 'published', 'published', 'published']);
    const byLabel = Object.fromEntries(
      first.body.items.map(({ release }: { release: { version: string; version_label: string | null } }) => [
        release.version_label ?? release.version,
        release.version,
      ]),
    );
    expect(byLabel).toEqual({ '0.0.1': '0.0.1', '1.0.0': '1.0.0', 'Beta 9': '0.0.2', 'Beta 10': '0.0.3' });
    const again = await importAs(
      'application/yaml',
      entry('machine', ['Beta 10', 'Beta 9', '1.0.0', '0.0.1']),
    );
    expect(outcomes(again.body)).toEqual(['unchanged', 'unchanged', 'unchanged', 'unchanged']);
    const grown = await importAs(
      'application/yaml',
      entry('machine', ['Alpha', 'Beta 10', 'Beta 9', '1.0.0', '0.0.1']),
    );
    expect(outcomes(grown.body).sort()).toEqual([
      'published',
      'unchanged',
      'unchanged',
      'unchanged',
      'unchanged',
    ]);
  });

  it('points the channel to the version that the entry now calls its default', async () => {
    const chosen = async () => {
      const answer = await request(store.server).get('/api/v1/plugins/acme/moved/channels');
      return answer.body.items.find(({ name }: { name: string }) => name === 'default').version as string;
    };
    await importAs('application/yaml', entry('moved', ['1.0.0', '1.1.0'], '1.1.0'));
    expect(await chosen()).toBe('1.1.0');
    const back = await importAs('application/yaml', entry('moved', ['1.0.0', '1.1.0'], '1.0.0'));
    expect(outcomes(back.body)).toEqual(['unchanged', 'unchanged']);
    expect(await chosen()).toBe('1.0.0');
  });

  it('takes several files, and refuses those that are wrong without stopping at them', async () => {
    const answer = await post('imports')
      .attach('descriptor', Buffer.from(native('one')), 'one.yaml')
      .attach('descriptor', Buffer.from('name: [broken'), 'broken.yaml')
      .attach('descriptor', Buffer.from(native('two')), 'two.yaml');
    expect(answer.status).toBe(200);
    expect(
      answer.body.items.map((item: { entry: string; outcome: string }) => [item.entry, item.outcome]),
    ).toEqual([
      ['one.yaml', 'published'],
      ['broken.yaml', 'refused'],
      ['two.yaml', 'published'],
    ]);
    expect(answer.body.items[1].problems.length).toBeGreaterThan(0);
  });

  it('takes a tar, gzip or not', async () => {
    const files = [
      { name: 'a/', type: '5' },
      { name: 'a/plugin.yaml', content: native('in-tar') },
      { name: 'a/README.md', content: 'Read me' },
    ];
    const plain = await importAs('application/x-tar', buildTar(files));
    expect(outcomes(plain.body)).toEqual(['published', 'refused']);
    const packed = await importAs('application/gzip', buildTarGz(files));
    expect(outcomes(packed.body)).toEqual(['unchanged', 'refused']);
  });

  it('refuses a hostile tar whole, and publishes nothing of it', async () => {
    const hostile = buildTar([
      { name: 'plugin.yaml', content: native('hostile') },
      { name: '../../escape.yaml', content: native('escaped') },
    ]);
    const answer = await importAs('application/x-tar', hostile);
    expect(answer.status).toBe(400);
    const fresh = await importAs('application/yaml', native('hostile'));
    expect(outcomes(fresh.body)).toEqual(['published']);
  });

  it('refuses what is neither', async () => {
    expect((await importAs('application/json', '{}')).status).toBe(415);
    expect((await importAs('application/x-tar', Buffer.alloc(10_240))).body.code).toBe('nothing-to-import');
  });
});

describe('a descriptor with several versions', () => {
  it('is refused where one release is due, with the way to go', async () => {
    const answer = await post('releases')
      .set('content-type', 'application/yaml')
      .send(entry('several', ['A', 'B']));
    expect([answer.status, answer.body.code]).toEqual([400, 'several-releases']);
    expect(answer.body.detail).toContain('/imports');
    const single = await post('releases')
      .set('content-type', 'application/yaml')
      .send(entry('single', ['GVL 5']));
    expect([single.status, single.body.version, single.body.version_label]).toEqual([201, '0.0.1', 'GVL 5']);
  });

  it('gives labels that come at once a version each', async () => {
    const answers = await Promise.all(
      ['A', 'B', 'C', 'D', 'E', 'F'].map((label) =>
        post('releases')
          .set('content-type', 'application/yaml')
          .send(entry('crowd', [label])),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map(({ body }) => body.version as string)).size).toBe(6);
  });
});

describe('validating', () => {
  const validate = (body: string | Buffer, type = 'application/yaml') =>
    request(store.server).post('/api/v1/descriptors/validate').set('content-type', type).send(body);

  it('answers 200 for any text, with the descriptor or with all that is wrong', async () => {
    const good = await validate(native('fine'));
    expect(good.status).toBe(200);
    expect(good.body).toMatchObject({ valid: true, descriptor: { name: 'fine', version: '1.0.0' } });
    for (const text of ['', '[', 'a: b', '\u0000', '&a [*a, *a]', native('fine', '1.10')]) {
      const answer = await validate(text, 'text/plain');
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({ valid: false, descriptor: null });
      expect(answer.body.problems.length).toBeGreaterThan(0);
    }
  });

  it('refuses more than a mebibyte, and other types', async () => {
    expect((await validate(Buffer.alloc(1024 * 1024 + 1, 'a'))).status).toBe(413);
    expect((await validate('{}', 'application/json')).status).toBe(415);
    expect((await validate('<a/>', 'application/xml')).status).toBe(415);
  });
});
