import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { parse } from 'smol-toml';
import { sha256Hex } from '#kernel';
import { buildWheel, eventually } from '#testing';
import { CatalogStore } from './catalog-store.js';
import { FakeUpstream } from './fake-upstream.js';

let catalog: CatalogStore;
const upstream = new FakeUpstream();

const wheel = (name: string, version: string) => {
  const bytes = buildWheel({ name: name.replaceAll('-', '_'), version });
  const filename = `${name.replaceAll('-', '_')}-${version}-py3-none-any.whl`;
  return { version, filename, bytes, sha256: sha256Hex(bytes) };
};
const own = wheel('locked-back', '1.0.0');
const dependency = wheel('far-dependency', '2.0.0');

const entry = (name: string, { filename, sha256 }: { filename: string; sha256: string }) =>
  `[[packages]]\nname = "${name}"\nindex = "https://elsewhere.example/simple"\n[[packages.wheels]]\nname = "${filename}"\nurl = "https://elsewhere.example/${filename}"\nhashes = {sha256 = "${sha256}"}\n`;
const head = 'lock-version = "1.0"\ncreated-by = "a test"\n';

beforeAll(async () => {
  catalog = await CatalogStore.start();
  upstream.serve(catalog.store);
  upstream.offer('python', 'far-dependency', dependency);
});

afterAll(() => catalog.store.close());

function publish(version: string, lock: string, query = '') {
  const yaml = `name: locked\nversion: ${version}\nbackend: locked-back==1.0.0\nbackend_component: Plugin\n`;
  return request(catalog.store.server)
    .post(`/api/v1/publishers/acme/releases${query}`)
    .set('authorization', `Bearer ${catalog.token}`)
    .attach('descriptor', Buffer.from(yaml), 'plugin.yaml')
    .attach('artifact', own.bytes, own.filename)
    .attach('artifact', Buffer.from(lock), 'pylock.toml');
}

interface ServedLock {
  packages: { name: string; index?: string; wheels: { url: string; hashes: { sha256: string } }[] }[];
}

describe('a lock', () => {
  it('has every file that it names in the store, and hosts get it with the store’s addresses', async () => {
    const lock = head + entry('locked-back', own) + entry('Far.Dependency', dependency);
    const dry = await publish('1.0.0', lock, '?dry_run=true');
    expect(dry.status).toBe(200);
    const answer = await publish('1.0.0', lock);
    expect(answer.body.artifacts?.map(({ filename }: { filename: string }) => filename)).toEqual([
      dependency.filename,
      own.filename,
      'pylock.toml',
    ]);
    expect(answer.status).toBe(201);
    const manifest = await catalog.get('acme/locked/versions/1.0.0/manifest');
    expect(manifest.body.interfaces.default.backend.artifacts).toHaveLength(1);
    const { lock: pointer } = manifest.body as { lock: { url: string; size: number; sha256: string } };
    const served = await catalog.get(new URL(pointer.url).pathname).responseType('blob');
    expect(served.headers['content-type']).toBe('application/toml');
    const bytes = Buffer.from(served.body as Buffer);
    expect(sha256Hex(bytes)).toBe(pointer.sha256);
    expect(bytes).toHaveLength(pointer.size);
    const { packages } = parse(bytes.toString()) as unknown as ServedLock;
    expect(bytes.toString()).not.toContain('elsewhere');
    for (const { url, hashes } of packages.flatMap(({ wheels }) => wheels)) {
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1[^/]*\/api\/v1\/artifacts\//);
      const file = await catalog.get(new URL(url).pathname).responseType('blob');
      expect(sha256Hex(file.body as Buffer)).toBe(hashes.sha256);
    }
    const original = (answer.body.artifacts as { kind: string; url: string }[]).find(
      ({ kind }) => kind === 'lock',
    );
    const kept = await catalog.get(new URL(original?.url ?? '').pathname).responseType('blob');
    expect(Buffer.from(kept.body as Buffer).toString()).toBe(lock);
    await eventually(async () => (await catalog.get('/api/v1/plugins?has=lock')).body.total === 1);
  });

  it('is refused with all that can’t be had, by name', async () => {
    const other = { ...dependency, sha256: 'a'.repeat(64) };
    const unknown = wheel('no-such-thing', '1.0.0');
    const answer = await publish(
      '2.0.0',
      head + entry('far-dependency', other) + entry('no-such-thing', unknown),
    );
    expect([answer.status, answer.body.code]).toEqual([422, 'lock-not-satisfied']);
    expect(answer.body.problems.map(({ filename }: { filename: string }) => filename)).toEqual([
      dependency.filename,
      unknown.filename,
    ]);
  });

  it.each([
    [
      'a repository',
      '[[packages]]\nname = "x"\n[packages.vcs]\ntype = "git"\nurl = "https://elsewhere.example/x"\n',
    ],
    ['a folder', '[[packages]]\nname = "x"\n[packages.directory]\npath = "."\n'],
    ['no digest', '[[packages]]\nname = "x"\n[[packages.wheels]]\nurl = "https://elsewhere.example/x.whl"\n'],
    ['no packages', 'x = 1\n'],
    ['no TOML', '= =\n'],
    ['another prototype', '[__proto__]\nx = 1\n'],
  ])('is refused where it holds %s', async (_, text) => {
    const answer = await publish('3.0.0', head + text);
    expect([answer.status, answer.body.code]).toEqual([400, 'lock-invalid']);
  });
});
