import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { sha256Hex } from '#kernel';
import { buildSdist, buildWheel } from '#testing';
import { CatalogStore } from './catalog-store.js';

const json = 'application/vnd.pypi.simple.v1+json';
const html = 'application/vnd.pypi.simple.v1+html';
const filename = (version: string) => `Zephyr_Tool-${version}-py3-none-any.whl`;
const wheelOf = (version: string) => buildWheel({ name: 'Zephyr_Tool', version });

const binary = (response: request.Response, done: (error: Error | null, body: Buffer) => void): void => {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('end', () => done(null, Buffer.concat(chunks)));
};

let catalog: CatalogStore;
beforeAll(async () => {
  catalog = await CatalogStore.start();
  for (const version of ['1.0.0', '1.1.0', '1.10.0']) await publish(version);
});
afterAll(() => catalog.store.close());

/** Publishes a release of the plugin `tool` with a wheel and an sdist of the version. */
async function publish(version: string): Promise<void> {
  const descriptor = `name: tool\nversion: ${version}\nbackend: zephyr-tool==${version}\nbackend_component: Plugin\n`;
  await request(catalog.store.server)
    .post('/api/v1/publishers/acme/releases')
    .set('authorization', `Bearer ${catalog.token}`)
    .attach('descriptor', Buffer.from(descriptor), 'plugin.yaml')
    .attach('artifact', wheelOf(version), filename(version))
    .attach('artifact', buildSdist({ version }), `zephyr-tool-${version}.tar.gz`)
    .expect(201);
}

const page = (path: string, accept?: string) => {
  const call = request(catalog.store.server).get(path);
  return accept === undefined ? call : call.set('accept', accept);
};
const project = async () => JSON.parse((await page('/pypi/simple/zephyr-tool/', json)).text);
const bytesAt = (url: string) =>
  request(catalog.store.server)
    .get(new URL(url).pathname)
    .buffer(true)
    .parse(binary as never);

describe('a project of the Python index', () => {
  it('has in JSON every version and file, with what installers need', async () => {
    const answer = await page('/pypi/simple/zephyr-tool/', json);
    expect([answer.status, answer.headers['content-type'], answer.headers['vary']]).toEqual([
      200,
      json,
      'accept',
    ]);
    expect(answer.headers['cache-control']).toBe('no-cache');
    const body = JSON.parse(answer.text);
    expect(body).toMatchObject({
      meta: { 'api-version': '1.4' },
      name: 'zephyr-tool',
      versions: ['1.0.0', '1.1.0', '1.10.0'],
      'project-status': { status: 'active' },
    });
    const wheel = body.files.find((file: { filename: string }) => file.filename === filename('1.0.0'));
    const metadata = 'Metadata-Version: 2.1\nName: Zephyr_Tool\nVersion: 1.0.0\nRequires-Python: >=3.8\n\n';
    expect(wheel).toEqual({
      filename: filename('1.0.0'),
      url: expect.stringMatching(
        /^http:.*\/pypi\/files\/zephyr-tool\/Zephyr_Tool-1\.0\.0-py3-none-any\.whl$/,
      ),
      hashes: { sha256: sha256Hex(wheelOf('1.0.0')) },
      size: wheelOf('1.0.0').length,
      'upload-time': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      'requires-python': '>=3.8',
      // pip 22.2 to 23.0 ends with a TypeError where `dist-info-metadata` is there (PEP 714).
      'core-metadata': { sha256: sha256Hex(metadata) },
    });
  });

  it('has the same files in HTML, for each who takes that', async () => {
    for (const [accept, type] of [
      [undefined, 'text/html; charset=utf-8'],
      ['*/*', 'text/html; charset=utf-8'],
      ['text/html', 'text/html; charset=utf-8'],
      [html, html],
    ] as const) {
      const answer = await page('/pypi/simple/zephyr-tool/', accept);
      expect([answer.status, answer.headers['content-type'], answer.headers['vary']]).toEqual([
        200,
        type,
        'accept',
      ]);
      for (const file of (await project()).files) {
        expect(answer.text).toContain(`href="${file.url}#sha256=${file.hashes.sha256}"`);
      }
    }
  });

  it('is not sent again to whoever has the form asked for', async () => {
    for (const accept of [json, 'text/html']) {
      const { headers } = await page('/pypi/simple/zephyr-tool/', accept);
      const again = await page('/pypi/simple/zephyr-tool/', accept).set(
        'if-none-match',
        headers['etag'] ?? '',
      );
      expect([again.status, again.text, again.headers['vary']]).toEqual([304, '', 'accept']);
    }
    const { headers } = await page('/pypi/simple/zephyr-tool/', 'text/html');
    const other = await page('/pypi/simple/zephyr-tool/', json).set('if-none-match', headers['etag'] ?? '');
    expect(other.status).toBe(200);
  });

  it('is refused to whoever takes no form of it', async () => {
    const answer = await page('/pypi/simple/zephyr-tool/', 'application/xml');
    expect([answer.status, answer.body.code]).toEqual([406, 'not-acceptable']);
  });

  it('is found by its one address, to which every other spelling leads', async () => {
    for (const [path, location] of [
      ['/pypi/simple', 'simple/'],
      ['/pypi/simple?a=b', 'simple/?a=b'],
      ['/pypi/simple/zephyr-tool', 'zephyr-tool/'],
      ['/pypi/simple/Zephyr_Tool/', '../zephyr-tool/'],
      ['/pypi/simple/ZEPHYR__tool/?x=1', '../zephyr-tool/?x=1'],
      ['/pypi/simple/Zephyr.Tool', 'zephyr-tool/'],
    ]) {
      const answer = await page(path ?? '');
      expect([path, answer.status, answer.headers['location']]).toEqual([path, 301, location]);
    }
  });

  it('is never a way to somewhere else', async () => {
    for (const path of [
      '//evil.example/',
      '/evil.example/a',
      '..%2f..%2fapi',
      '%5c%5cevil.example',
      '-evil-/',
      '\u00e4/',
    ]) {
      const answer = await page(
        `/pypi/simple/${path.startsWith('/') ? path : encodeURI(path).replaceAll('%25', '%')}`,
      );
      expect([path, answer.status]).toEqual([path, 404]);
    }
  });

  it('answers HEAD without a body', async () => {
    const answer = await request(catalog.store.server).head('/pypi/simple/zephyr-tool/');
    expect([answer.status, answer.text]).toEqual([200, undefined]);
  });

  it('that nobody has is told so', async () => {
    const answer = await page('/pypi/simple/nobody-has-it/');
    expect([answer.status, answer.body.code]).toEqual([404, 'package-not-found']);
  });
});

describe('the list of projects', () => {
  it('names what everybody may see, at once', async () => {
    const names = async () => JSON.parse((await page('/pypi/simple/', json)).text).projects;
    expect(await names()).toEqual([{ name: 'zephyr-tool' }]);
    expect((await page('/pypi/simple/')).text).toContain('<a href="zephyr-tool/">zephyr-tool</a>');
  });
});

describe('a file', () => {
  it('is sent whole, in part or not at all, for good', async () => {
    const [file] = (await project()).files;
    const whole = await bytesAt(file.url);
    expect(whole.headers).toMatchObject({
      'accept-ranges': 'bytes',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-length': String(file.size),
    });
    expect(sha256Hex(whole.body)).toBe(file.hashes.sha256);
    const part = await bytesAt(file.url).set('range', 'bytes=2-4');
    expect([part.status, part.body]).toEqual([206, whole.body.subarray(2, 5)]);
    expect((await bytesAt(file.url).set('if-none-match', whole.headers['etag'] ?? '')).status).toBe(304);
    const head = await request(catalog.store.server).head(new URL(file.url).pathname);
    expect([head.status, head.headers['content-length']]).toEqual([200, String(file.size)]);
  });

  it('that is a wheel has its METADATA beside it, with the digest that the page tells', async () => {
    for (const file of (await project()).files) {
      const answer = await bytesAt(`${file.url}.metadata`);
      if (file['core-metadata'] === undefined) expect(answer.status).toBe(404);
      else expect([answer.status, sha256Hex(answer.body)]).toEqual([200, file['core-metadata'].sha256]);
    }
  });

  it('that the project does not have is told so', async () => {
    for (const path of [
      'zephyr-tool/zephyr_tool-9.9.9-py3-none-any.whl',
      'other/x.whl',
      '%2e%2e/x.whl',
      'zephyr-tool/a%2fb',
    ]) {
      const answer = await page(`/pypi/files/${path}`);
      expect([path, answer.status]).toEqual([path, 404]);
    }
  });
});

describe('what was withdrawn', () => {
  it('is marked as yanked with the reason, and still handed out', async () => {
    const yank = 'acme/tool/versions/1.0.0/yank';
    await catalog.send('post', yank, { reason: 'It <loses> "data"' }).expect(204);
    const yanked = (await project()).files.filter((file: { yanked?: string }) => file.yanked !== undefined);
    expect(yanked.map((file: { yanked: string }) => file.yanked)).toEqual(Array(2).fill('It <loses> "data"'));
    const shown = (await page('/pypi/simple/zephyr-tool/')).text;
    expect(shown).toContain('data-yanked="It &lt;loses&gt; &quot;data&quot;"');
    expect((await bytesAt(yanked[0].url)).status).toBe(200);
    await catalog.send('delete', yank).expect(204);
    expect(JSON.stringify(await project())).not.toContain('yanked');
  });

  it('has no files while it is quarantined, and its addresses refuse with the reason', async () => {
    const before = (await project()).files;
    const reason = 'It <steals> keys.';
    const quarantine = (version: string) =>
      catalog
        .send('put', `acme/tool/versions/${version}/quarantine`, { reason }, catalog.moderator)
        .expect(200);
    await quarantine('1.1.0');
    const some = await project();
    expect(some.versions).toEqual(['1.0.0', '1.1.0', '1.10.0']);
    const told = expect.stringContaining(reason);
    expect(some._quarantined).toEqual({ '1.1.0': told });
    expect(some['project-status']).toEqual({ status: 'active' });
    expect(some.files).toHaveLength(4);
    expect((await page('/pypi/simple/zephyr-tool/')).text).toContain('It &lt;steals&gt; keys.');
    const gone = before.filter((file: { filename: string }) => file.filename.includes('1.1.0'));
    for (const { url } of gone) {
      for (const address of [url, `${url}.metadata`]) {
        const answer = await page(new URL(address).pathname);
        if (address.includes('.tar.gz.metadata')) continue;
        expect([address, answer.status, answer.body.reason]).toEqual([address, 403, told]);
      }
    }
    await quarantine('1.0.0');
    await quarantine('1.10.0');
    expect(await project()).toMatchObject({
      files: [],
      'project-status': { status: 'quarantined', reason: told },
    });
    expect((await page('/pypi/simple/zephyr-tool/')).text).toContain(
      '<meta name="pypi:project-status" content="quarantined">',
    );
  });
});
