import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { buildNpmTarball, buildWheel } from '#testing';
import { CatalogStore } from './catalog-store.js';

const files = {
  'dist/index.js': 'export const Panel = class extends HTMLElement {};\n',
  'dist/chunk.mjs': 'export default 1;\n',
  'dist/old.cjs': 'module.exports = 1;\n',
  'dist/style.css': 'a{color:red}',
  'dist/index.js.map': '{}',
  'dist/data.json': '{"a":1}',
  'dist/code.wasm': Buffer.from([0, 0x61, 0x73, 0x6d]),
  'dist/font.woff2': randomBytes(100),
  'dist/logo.svg': '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
  'dist/page.html': '<script>alert(1)</script>',
  'dist/page.xhtml': '<html/>',
  'dist/types.d.ts': 'export {};',
  'dist/no-ending': 'x',
  'dist/100% #1? ünï & co.js': 'export {};',
  'dist/empty.js': '',
  'dist/large.bin': randomBytes(300_000),
};

const panel = `front_end: "@acme/zephyr-tool"\nfrontend_component: Panel\n`;

let catalog: CatalogStore;
let address: string;

async function publish(name: string, version = '1.0.0', tarball?: Buffer): Promise<void> {
  const yaml = `name: ${name}\nversion: ${version}\nbackend: {package: zephyr-tool, version: 1.2.0}\nbackend_component: Plugin\n${panel}`;
  const form = request(catalog.store.server)
    .post('/api/v1/publishers/acme/releases')
    .set('authorization', `Bearer ${catalog.token}`)
    .attach('descriptor', Buffer.from(yaml), 'plugin.yaml');
  if (tarball) {
    form.attach('artifact', buildWheel(), 'zephyr_tool-1.2.0-py3-none-any.whl');
    form.attach('artifact', tarball, 'acme-zephyr-tool-1.2.0.tgz');
  }
  const answer = await form;
  expect([answer.status, answer.text.slice(0, 300)]).toEqual([201, expect.anything()]);
}

const moderate = (method: 'put' | 'delete', path: string, body?: object) =>
  catalog.send(method, path, body, catalog.moderator);

const trust = async (plugin: string, word: 'trusted' | 'untrusted', version = '1.0.0') => {
  const path = `acme/${plugin}/versions/${version}/trust`;
  expect((await moderate('put', path, { trust: word, reason: 'Read.' })).status).toBe(204);
};

const at = (path: string, plugin = 'tool', version = '1.0.0') =>
  `/web/acme/${plugin}/${version}/@acme/zephyr-tool/${path}`;
const get = (path: string) => request(catalog.store.server).get(path).buffer(true);

beforeAll(async () => {
  catalog = await CatalogStore.start();
  await catalog.store.app.listen(0, '127.0.0.1');
  address = `http://127.0.0.1:${(catalog.store.server.address() as AddressInfo).port}`;
  await publish('tool', '1.0.0', buildNpmTarball({ files }));
  await trust('tool', 'trusted');
});

afterAll(() => catalog.store.close());

describe('the front end of a trusted release', () => {
  it('is served file by file where the manifest says, with the integrity that it says', async () => {
    const manifest = (await catalog.get('acme/tool/versions/1.0.0/manifest')).body;
    const { base_url, files: listed } = manifest.interfaces.default.frontend;
    expect(new URL(base_url as string).pathname).toBe(at(''));
    expect(listed).toHaveLength(Object.keys(files).length + 1);
    for (const { path, size, integrity } of listed as { path: string; size: number; integrity: string }[]) {
      const encoded = path.split('/').map(encodeURIComponent).join('/');
      const answer = await fetch(new URL(encoded, `${address}${at('')}`));
      expect([path, answer.status]).toEqual([path, 200]);
      const bytes = Buffer.from(await answer.arrayBuffer());
      expect(bytes.length).toBe(size);
      expect(`sha384-${createHash('sha384').update(bytes).digest('base64')}`).toBe(integrity);
      if (path in files) expect(bytes.equals(Buffer.from(files[path as keyof typeof files]))).toBe(true);
    }
  });

  it.each([
    ['dist/index.js', 'text/javascript; charset=utf-8'],
    ['dist/chunk.mjs', 'text/javascript; charset=utf-8'],
    ['dist/old.cjs', 'text/javascript; charset=utf-8'],
    ['dist/style.css', 'text/css; charset=utf-8'],
    ['dist/index.js.map', 'application/json; charset=utf-8'],
    ['dist/data.json', 'application/json; charset=utf-8'],
    ['dist/code.wasm', 'application/wasm'],
    ['dist/font.woff2', 'font/woff2'],
    ['dist/logo.svg', 'image/svg+xml'],
    ['dist/page.html', 'text/html; charset=utf-8'],
    ['dist/page.xhtml', 'application/xhtml+xml'],
    ['dist/types.d.ts', 'text/plain; charset=utf-8'],
    ['dist/no-ending', 'application/octet-stream'],
  ])(
    'is of its own media type (%s), may be kept for good, and can be no page of the store',
    async (path, type) => {
      const { headers } = await get(at(path));
      expect(headers).toMatchObject({
        'content-type': type,
        'x-content-type-options': 'nosniff',
        'cache-control': 'public, max-age=31536000, immutable',
        'access-control-allow-origin': '*',
        'cross-origin-resource-policy': 'cross-origin',
      });
      const policy = (headers['content-security-policy'] ?? '').split('; ');
      expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", 'sandbox']));
    },
  );

  it('answers HEAD, conditions, ranges and preflights', async () => {
    const path = at('dist/large.bin');
    const whole = await get(path);
    expect((whole.body as Buffer).equals(files['dist/large.bin'])).toBe(true);
    const etag = whole.headers['etag'] ?? '';
    expect(etag).toMatch(/^"sha384-/);
    const head = await request(catalog.store.server).head(path);
    expect([head.status, head.headers['content-length'], head.headers['etag']]).toEqual([
      200,
      '300000',
      etag,
    ]);
    expect((await get(path).set('if-none-match', etag)).status).toBe(304);
    const part = await get(path).set('range', 'bytes=100-199');
    expect([part.status, part.headers['content-range']]).toEqual([206, 'bytes 100-199/300000']);
    expect((part.body as Buffer).equals(files['dist/large.bin'].subarray(100, 200))).toBe(true);
    expect((await get(path).set('range', 'bytes=300000-')).status).toBe(416);
    const preflight = await request(catalog.store.server).options(path).set('origin', 'https://host.example');
    expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([204, '*']);
    expect(preflight.headers['access-control-allow-headers']).toContain('Authorization');
    expect((await request(catalog.store.server).post(path)).status).toBe(405);
  });

  it('takes any spelling of the plugin and of the scope, and only what is exactly a version', async () => {
    for (const path of [
      '/web/Acme/TOOL/1.0.0/@acme/zephyr-tool/dist/index.js',
      '/web/acme/tool/1.0.0/%40acme%2fzephyr-tool/dist/index.js',
      '/web/acme/tool/1.0.0/@acme/zephyr-tool/dist%2Findex.js',
    ])
      expect([path, (await get(path)).status]).toEqual([path, 200]);
    for (const version of ['latest', 'beta', '^1.0.0', '1.0', 'v1.0.0', '1.0.0%20'])
      expect([version, (await get(at('dist/index.js', 'tool', version))).body.code]).toEqual([
        version,
        'frontend-not-found',
      ]);
  });

  it('is found by no other path', async () => {
    const { port } = new URL(address);
    for (const path of [
      at('dist'),
      at('dist/'),
      at(''),
      at('').slice(0, -1),
      at('dist/index.js/'),
      at('dist//index.js'),
      at('dist/./index.js'),
      at('dist/../dist/index.js'),
      at('dist/%2e%2e/dist/index.js'),
      at('..%2f..%2f..%2fmortise.sqlite'),
      at('dist/index.js%00'),
      at('DIST/index.js'),
      at('package/dist/index.js'),
      '/web/acme/tool/1.0.0/@acme/other/dist/index.js',
      '/web/acme/tool/1.0.0/zephyr-tool/dist/index.js',
      '/web/acme/other/1.0.0/@acme/zephyr-tool/dist/index.js',
      '/web/acme/tool/1.0.0/@acme',
      '/web/acme/tool/1.0.0/',
      '/web/acme/tool/1.0.0',
      '/web/',
    ]) {
      // Written to the socket as it stands: clients put such paths right by themselves.
      const answer = await rawGet(Number(port), path);
      expect([path, answer.slice(0, 12)]).toEqual([path, 'HTTP/1.1 404']);
    }
  });

  it('can be no service worker', async () => {
    const answer = await get(at('dist/index.js')).set('service-worker', 'script');
    expect([answer.status, answer.body.code]).toEqual([403, 'service-worker']);
    expect(answer.headers['cache-control']).toBe('no-store');
  });
});

describe('the front end of a release', () => {
  it('is refused while nobody trusts it, and at once when trust is taken back', async () => {
    await publish('young');
    const path = at('dist/index.js', 'young');
    const refused = await get(path);
    expect([refused.status, refused.body.code]).toEqual([403, 'not-trusted']);
    expect(refused.body.detail).toContain('moderator');
    expect(refused.headers['access-control-allow-origin']).toBe('*');
    await trust('young', 'trusted');
    expect((await get(path)).status).toBe(200);
    await trust('young', 'untrusted');
    expect((await get(path)).status).toBe(403);
    const publisher = '/api/v1/publishers/acme/trust';
    const admin = await request(catalog.store.server)
      .post('/api/v1/sessions')
      .send({ username: 'admin', password: 'correct horse battery' });
    const session = admin.body.access_token as string;
    await publish('younger');
    const inherited = at('dist/index.js', 'younger');
    expect((await get(inherited)).status).toBe(403);
    const word = { reason: 'Known.' };
    expect((await catalog.send('put', publisher, { trust: 'trusted', ...word }, session)).status).toBe(204);
    expect((await get(inherited)).status).toBe(200);
    expect((await catalog.send('put', publisher, { trust: 'untrusted', ...word }, session)).status).toBe(204);
    expect((await get(inherited)).status).toBe(403);
  });

  it('is refused with the reason while it or its package is quarantined, and served though yanked', async () => {
    await publish('shaky');
    await trust('shaky', 'trusted');
    const path = at('dist/index.js', 'shaky');
    expect((await get(path)).status).toBe(200);
    const yank = 'acme/shaky/versions/1.0.0/yank';
    expect((await catalog.send('post', yank, { reason: 'Old.' })).status).toBe(204);
    expect((await get(path)).status).toBe(200);
    const reason = 'It steals keys.';
    const quarantines = [
      '/api/v1/plugins/acme/shaky/versions/1.0.0/quarantine',
      `/api/v1/packages/npm/${encodeURIComponent('@acme/zephyr-tool')}/versions/1.2.0/quarantine`,
    ];
    for (const quarantine of quarantines) {
      expect((await moderate('put', quarantine, { reason })).status).toBe(200);
      const refused = await get(path).set('if-none-match', '*');
      expect([refused.status, refused.body.code]).toEqual([403, 'quarantined']);
      expect(refused.body.detail).toContain(reason);
      expect((await moderate('delete', quarantine)).status).toBeLessThan(300);
      expect((await get(path)).status).toBe(200);
    }
  });

  it('that waits for review is there for its publisher only, and kept by no proxy', async () => {
    const reviewed = await CatalogStore.start({ MORTISE_REVIEW: 'required' });
    const before = catalog;
    catalog = reviewed;
    try {
      await publish('tool', '1.0.0', buildNpmTarball({ files }));
      await trust('tool', 'trusted');
      const path = at('dist/index.js');
      expect((await get(path)).body.code).toBe('frontend-not-found');
      const own = await get(path).set('authorization', `Bearer ${reviewed.token}`);
      expect([own.status, own.headers['cache-control']]).toEqual([
        200,
        'private, max-age=31536000, immutable',
      ]);
      expect((await get(path)).status).toBe(404);
    } finally {
      catalog = before;
      await reviewed.store.close();
    }
  });

  it('is for members only where reading is', async () => {
    const closed = await CatalogStore.start({ MORTISE_READ: 'members' });
    const before = catalog;
    catalog = closed;
    try {
      await publish('tool', '1.0.0', buildNpmTarball({ files }));
      await trust('tool', 'trusted');
      const path = at('dist/index.js');
      expect((await get(path)).status).toBe(401);
      const member = await get(path).set('authorization', `Bearer ${closed.token}`);
      expect([member.status, member.headers['cache-control']]).toEqual([
        200,
        'private, max-age=31536000, immutable',
      ]);
    } finally {
      catalog = before;
      await closed.store.close();
    }
  });
});

async function rawGet(port: number, path: string): Promise<string> {
  const { connect } = await import('node:net');
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
    socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  });
}
