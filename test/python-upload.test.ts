import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { get as httpGet } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import request from 'supertest';
import { buildSdist, buildWheel, buildZip } from '#testing';
import { CatalogStore } from './catalog-store.js';
import { seedPublisher } from './seed-publisher.js';

const json = 'application/vnd.pypi.simple.v1+json';
const hex = (algorithm: string, bytes: Buffer) => createHash(algorithm).update(bytes).digest('hex');

let catalog: CatalogStore;
beforeAll(async () => {
  catalog = await CatalogStore.start();
});
afterAll(() => catalog.store.close());

interface Sent {
  readonly bytes: Buffer;
  readonly filename: string;
  readonly fields?: Record<string, string>;
  readonly token?: string | null;
  readonly path?: string;
}

const wheel = (version: string, name = 'zephyr_tool'): Sent => ({
  bytes: buildWheel({ name, version }),
  filename: `${name}-${version}-py3-none-any.whl`,
  fields: { name, version, filetype: 'bdist_wheel' },
});

const sdist = (version: string): Sent => ({
  bytes: buildSdist({ version }),
  filename: `zephyr-tool-${version}.tar.gz`,
  fields: { name: 'zephyr-tool', version, filetype: 'sdist' },
});

/** As twine sends it: the credential in Basic, the fields, and the file somewhere among them. */
function upload({ bytes, filename, fields = {}, token = catalog.token, path = '/pypi/legacy/' }: Sent) {
  const call = request(catalog.store.server).post(path);
  if (token !== null) call.auth('__token__', token);
  call.field(':action', 'file_upload').field('protocol_version', '1').attach('content', bytes, filename);
  for (const [name, value] of Object.entries(fields)) call.field(name, value);
  return call;
}

async function project(name: string) {
  const answer = await request(catalog.store.server).get(`/pypi/simple/${name}/`).set('accept', json);
  return JSON.parse(answer.text) as { versions: string[]; files: { filename: string; url: string }[] };
}

describe('an upload', () => {
  it('is in the index when it is answered, a wheel and an sdist at either address', async () => {
    expect((await upload(wheel('1.0.0'))).status).toBe(200);
    expect((await upload({ ...sdist('1.0.0'), path: '/pypi/legacy' })).status).toBe(200);
    const { files } = await project('zephyr-tool');
    expect(files.map(({ filename }) => filename)).toEqual([
      'zephyr-tool-1.0.0.tar.gz',
      'zephyr_tool-1.0.0-py3-none-any.whl',
    ]);
    const list = await request(catalog.store.server).get('/pypi/simple/').set('accept', json);
    expect(JSON.parse(list.text).projects).toContainEqual({ name: 'zephyr-tool' });
  });

  it('that has clients fetch something from elsewhere is refused, with the requirement that does', async () => {
    const metadata =
      'Metadata-Version: 2.1\nName: zephyr_tool\nVersion: 1.0.1\nRequires-Dist: wild @ https://elsewhere.example/wild.zip ; extra == "dev"\n';
    const refused = await upload({ ...wheel('1.0.1'), bytes: buildWheel({ version: '1.0.1', metadata }) });
    expect([refused.status, refused.body.code]).toEqual([400, 'requirement-by-address']);
    expect(refused.body.detail).toContain('wild @ https://elsewhere.example/wild.zip');
    expect((await project('zephyr-tool')).versions).not.toContain('1.0.1');
  });

  it('is taken again with the same bytes, and with others refused in the words that clients know', async () => {
    const again = await upload(wheel('1.0.0'));
    expect([again.status, again.text]).toEqual([200, expect.stringContaining('same bytes')]);
    const other = { ...wheel('1.0.0'), bytes: buildWheel({ version: '1.0.0', files: { 'x.py': '' } }) };
    const refused = await upload(other);
    expect([refused.status, refused.body.code]).toEqual([400, 'file-taken']);
    expect(refused.body.detail).toMatch(/^File already exists/);
    const second = {
      ...sdist('1.0.0'),
      filename: 'zephyr_tool-1.0.0.tar.gz',
      bytes: buildSdist({ version: '1.0.0', entries: [{ name: 'zephyr-tool-1.0.0/x', content: 'x' }] }),
    };
    expect((await upload(second)).body).toMatchObject({
      code: 'file-taken',
      detail: expect.stringMatching(/^File already exists: .*another name/),
    });
  });

  it('may spell name and version as it likes', async () => {
    const sent = { ...wheel('2.0'), fields: { name: 'Zephyr.Tool', version: 'v2.0.0' } };
    expect((await upload(sent)).status).toBe(200);
    expect((await project('zephyr-tool')).versions).toEqual(['1.0.0', '2.0']);
  });

  it('may be of a local version and of an epoch, whose file has an address', async () => {
    for (const version of ['3.0+cu118.ubuntu', '1!0.1']) {
      expect((await upload(wheel(version, 'odd_tool'))).status).toBe(200);
    }
    const { files, versions } = await project('odd-tool');
    expect(versions).toEqual(['3.0+cu118.ubuntu', '1!0.1']);
    for (const { url, filename } of files) {
      const { pathname } = new URL(url);
      for (const path of [pathname, decodeURIComponent(pathname)]) {
        expect([path, (await request(catalog.store.server).get(path)).status]).toEqual([path, 200]);
      }
      expect(decodeURIComponent(pathname)).toMatch(new RegExp(`/${filename.replace(/[+.!]/g, '\\$&')}$`));
    }
  });

  it('is held against every digest that was sent with it', async () => {
    const sent = wheel('4.0.0');
    const right = { sha256_digest: hex('sha256', sent.bytes), md5_digest: hex('md5', sent.bytes) };
    for (const field of ['sha256_digest', 'md5_digest', 'blake2_256_digest']) {
      const fields = { ...sent.fields, ...right, [field]: 'ab'.repeat(32) };
      const answer = await upload({ ...sent, fields });
      expect([field, answer.status, answer.body]).toMatchObject([
        field,
        400,
        { code: 'sent-digest-wrong', detail: expect.stringContaining(field) },
      ]);
    }
    expect((await upload({ ...sent, fields: { ...sent.fields, ...right } })).status).toBe(200);
    // `setup.py upload` calls a BLAKE2b of 64 bytes by the name of the one of 32.
    const setups = { ...right, blake2_256_digest: hex('blake2b512', sent.bytes) };
    expect((await upload({ ...sent, fields: { ...sent.fields, ...setups } })).status).toBe(200);
  });

  it('is refused with what it is, where it is no file of today', async () => {
    const sent = wheel('4.0.0');
    const egg = { ...sent, filename: 'zephyr_tool-4.0.0-py2.7.egg' };
    const refused = await upload({ ...egg, fields: { ...sent.fields, filetype: 'bdist_egg' } });
    expect(refused).toMatchObject({
      status: 400,
      body: { detail: expect.stringMatching(/a wheel \(\*\.whl\)/) },
    });
  });

  it('needs no registration, as `setup.py register` asks for one', async () => {
    const refused = await request(catalog.store.server)
      .post('/pypi/legacy/')
      .auth('__token__', catalog.token)
      .field(':action', 'submit')
      .field('name', 'zephyr-tool');
    expect(refused).toMatchObject({ status: 400, body: { detail: expect.stringMatching(/registered/) } });
  });

  it('says what the package is by the file alone', async () => {
    const fields = { ...wheel('5.0.0').fields, requires_python: '>=2', summary: 'x', classifiers: 'y' };
    expect((await upload({ ...wheel('5.0.0'), fields })).status).toBe(200);
    const { files } = await project('zephyr-tool');
    expect(files.find(({ filename }) => filename.includes('5.0.0'))).toMatchObject({
      'requires-python': '>=3.8',
    });
  });

  it('belongs to the publisher of the name, and to nobody else', async () => {
    const other = await seedPublisher(catalog.store, 'umbrella');
    const answer = await upload({ ...wheel('9.0.0'), token: other.token });
    expect([answer.status, answer.body.code]).toEqual([403, 'not-a-maintainer']);
    const reader = await seedPublisher(catalog.store, 'reader', { scopes: ['read'] });
    expect((await upload({ ...wheel('9.0.0'), token: reader.token })).status).toBe(403);
  });

  it('needs a credential, which is asked for as package clients know it', async () => {
    for (const token of [null, 'mrt_pat_nobody', 'a-password']) {
      const answer = await upload({ ...wheel('9.0.0'), token });
      expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Basic realm="mortise"']);
    }
  });

  it('takes the token as the user too, as an address without a password names it', async () => {
    const read = (user: string) => request(catalog.store.server).get('/pypi/simple/').auth(user, '');
    expect((await read(catalog.token)).status).toBe(200);
    expect((await read('mrt_pat_nobody')).status).toBe(401);
  });
});

describe('a refusal under /pypi/', () => {
  it('is also the reason phrase, in one short line of ASCII', async () => {
    await catalog.store.app.listen(0, '127.0.0.1');
    const { port } = catalog.store.server.address() as AddressInfo;
    const reasonOf = (path: string, auth?: string) =>
      new Promise<string | undefined>((done) => {
        httpGet({ port, path, auth }, (answer) => done(answer.resume().statusMessage));
      });
    expect(await reasonOf('/pypi/simple/nobody/')).toMatch(/^There is no package "nobody" here: /);
    const odd = await reasonOf(`/pypi/files/x/%C3%A4%0d%0aSet-Cookie:%20a${'b'.repeat(400)}`);
    expect(odd).toMatch(/^[\x20-\x7e]{1,300}$/);
    expect(await reasonOf('/api/v1/plugins/a/b')).toBe('Not Found');
    expect(await reasonOf('/pypi/simple/', '__token__:nobody')).toMatch(/one of the store's tokens/);
  });
});

describe('an address under /pypi/ that is nearly right', () => {
  it.each(['/pypi', '/pypi/', '/pypi/simple/', '/pypi/zephyr-tool/'])(
    '%s is answered with where the index is, and where uploads go',
    async (path) => {
      const answer = await upload({ ...wheel('9.0.0'), path });
      expect(answer.status).toBeGreaterThanOrEqual(404);
      expect(answer.body.detail).toContain('uploads go to /pypi/legacy/');
    },
  );
});

describe('a form', () => {
  const refusals: [string, Partial<Sent>, string][] = [
    ['with another action', { fields: { ':action': 'submit' } }, 'upload-form-invalid'],
    ['of another protocol', { fields: { protocol_version: '2' } }, 'upload-form-invalid'],
    ['without a name', { fields: { version: '6.0.0' } }, 'upload-form-invalid'],
    ['with a name that is none', { fields: { name: '../x', version: '6.0.0' } }, 'upload-form-invalid'],
    [
      'with a version that is none',
      { fields: { name: 'zephyr_tool', version: 'six' } },
      'upload-form-invalid',
    ],
    ['of another package', { fields: { name: 'other', version: '6.0.0' } }, 'package-not-named'],
    ['of another version', { fields: { name: 'zephyr_tool', version: '6.0.1' } }, 'package-not-named'],
    ['of another kind', { fields: { ...wheel('6.0.0').fields, filetype: 'sdist' } }, 'upload-form-invalid'],
    [
      'with attestations',
      { fields: { ...wheel('6.0.0').fields, attestations: '[{"version":1}]' } },
      'attestations-not-kept',
    ],
    [
      'whose file has a name of no tool',
      { filename: 'zephyr tool-6.0.0-py3-none-any.whl' },
      'artifact-name-invalid',
    ],
    [
      'whose file is of another version',
      { filename: 'zephyr_tool-6.0.1-py3-none-any.whl' },
      'artifact-name-mismatch',
    ],
    [
      'whose file is an egg',
      { filename: 'zephyr_tool-6.0.0.egg', fields: { name: 'zephyr_tool', version: '6.0.0' } },
      'artifact-kind-unknown',
    ],
  ];

  it.each(refusals)('%s is refused with a sentence', async (_, change, code) => {
    const answer = await upload({ ...wheel('6.0.0'), ...change });
    expect([answer.status, answer.body.code, answer.body.detail]).toEqual([
      400,
      code,
      expect.stringMatching(/\.$/),
    ]);
  });

  it('without a file, with two, or that is no form is refused', async () => {
    const post = () => request(catalog.store.server).post('/pypi/legacy/').auth('__token__', catalog.token);
    const none = await post().field(':action', 'file_upload').field('name', 'x');
    expect([none.status, none.body.code]).toEqual([400, 'upload-form-invalid']);
    const two = await upload(wheel('6.0.0')).attach('content', Buffer.from('x'), 'x.whl');
    expect([two.status, two.body.code]).toEqual([400, 'upload-form-invalid']);
    expect((await post().send({ name: 'x' })).status).toBe(415);
    const broken = await post()
      .set('content-type', 'multipart/form-data; boundary=x')
      .send('--x\r\nnonsense');
    expect([broken.status, broken.body.code]).toEqual([400, 'multipart-malformed']);
  });

  it('takes its fields in any order, and keeps no more of it than it needs', async () => {
    const { bytes, filename, fields = {} } = wheel('7.0.0');
    const call = request(catalog.store.server).post('/pypi/legacy/').auth('__token__', catalog.token);
    call
      .attach('gpg_signature', Buffer.from('-----BEGIN'), `${filename}.asc`)
      .attach('content', bytes, filename);
    call.field('description', 'x'.repeat(1_000_000));
    for (let index = 0; index < 1_000; index++) call.field('classifiers', `Topic :: ${index}`);
    for (const [name, value] of Object.entries(fields)) call.field(name, value);
    expect((await call.field(':action', 'file_upload')).status).toBe(200);
    const large = await upload(wheel('7.0.1')).field('description', 'x'.repeat(9_000_000));
    expect([large.status, large.body.code]).toEqual([413, 'upload-fields-too-large']);
  });

  it('leaves nothing behind in the staging folder', () => {
    const staging = join(catalog.store.folder, 'staging');
    const left = readdirSync(staging, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(left.map(({ name }) => name).filter((name) => /^\d+$/.test(name))).toEqual([]);
  });
});

const nothings = (count: number, folder: string) =>
  Array.from({ length: count }, (_, index) => ({ name: `${folder}/${index}.py`, content: 'pass\n' }));

describe('a hostile file', () => {
  const named = (bytes: Buffer, filename = 'zephyr_tool-8.0.0-py3-none-any.whl'): Sent => ({
    bytes,
    filename,
    fields: { name: 'zephyr_tool', version: '8.0.0' },
  });
  const inWheel = (name: string | Buffer, content: string | Buffer = 'x', mode?: number) =>
    named(
      buildWheel({ version: '8.0.0', members: [{ name, content, ...(mode === undefined ? {} : { mode }) }] }),
    );
  const other = 'Metadata-Version: 2.1\nName: zephyr_tool\nVersion: 8.0.1\n\n';
  const hostile: [string, () => Sent, number, string][] = [
    ['that leads out of its folder', () => inWheel('../../etc/passwd'), 400, 'archive-entry-outside'],
    ['with a link', () => inWheel('link', '/etc/passwd', 0o120777), 400, 'archive-link'],
    ['with two METADATA', () => inWheel('other-1.dist-info/METADATA', other), 400, 'metadata-ambiguous'],
    [
      'with one METADATA twice',
      () => inWheel('zephyr_tool-8.0.0.dist-info/METADATA', other),
      400,
      'archive-duplicate-entry',
    ],
    [
      'whose METADATA says another version',
      () => named(buildWheel({ version: '8.0.0', metadata: other })),
      400,
      'artifact-name-mismatch',
    ],
    ['that is a bomb', () => inWheel('zeros', Buffer.alloc(64 * 1024 * 1024)), 413, 'archive-bomb'],
    [
      'that is an sdist named as a wheel',
      () => named(buildSdist({ version: '8.0.0' })),
      400,
      'artifact-name-mismatch',
    ],
    [
      'that is a wheel named as an sdist',
      () => named(buildWheel({ version: '8.0.0' }), 'zephyr_tool-8.0.0.tar.gz'),
      400,
      'artifact-name-mismatch',
    ],
    [
      'of 10,000 entries with next to nothing',
      () => named(buildWheel({ version: '8.0.0', members: nothings(10_000, 'a') })),
      413,
      'archive-bomb',
    ],
    [
      'whose sdist has 10,000 entries with next to nothing',
      () =>
        named(
          buildSdist({ version: '8.0.0', entries: nothings(10_000, 'zephyr-tool-8.0.0') }),
          'zephyr_tool-8.0.0.tar.gz',
        ),
      413,
      'archive-bomb',
    ],
    [
      'that is no wheel at all',
      () => named(buildZip([{ name: 'a', content: 'a' }])),
      400,
      'metadata-missing',
    ],
    [
      'whose sdist leads out of its folder',
      () =>
        named(
          buildSdist({ version: '8.0.0', entries: [{ name: 'zephyr-tool-8.0.0/../../x', content: 'x' }] }),
          'zephyr_tool-8.0.0.tar.gz',
        ),
      400,
      'archive-entry-outside',
    ],
  ];

  it.each(hostile)(
    '%s is refused with a sentence, and its version is still free',
    async (_, build, status, code) => {
      const answer = await upload(build());
      expect([answer.status, answer.body.code, answer.body.detail]).toEqual([
        status,
        code,
        expect.stringMatching(/\.$/),
      ]);
      expect((await project('zephyr-tool')).versions).not.toContain('8.0.0');
    },
  );
});

describe('a store for members only', () => {
  it('shows its index and its files to those who may read, as pip asks', async () => {
    const closed = await CatalogStore.start({ MORTISE_READ: 'members' });
    try {
      const { bytes, filename, fields = {} } = wheel('1.0.0');
      const call = request(closed.store.server).post('/pypi/legacy/').auth('__token__', closed.token);
      for (const [name, value] of Object.entries({ ...fields, ':action': 'file_upload' }))
        call.field(name, value);
      await call.attach('content', bytes, filename).expect(200);
      for (const path of [
        'simple/',
        'simple/zephyr-tool/',
        `files/zephyr-tool/${filename}`,
        `files/zephyr-tool/${filename}.metadata`,
      ]) {
        const anonymous = await request(closed.store.server).get(`/pypi/${path}`);
        expect([path, anonymous.status, anonymous.headers['www-authenticate']]).toEqual([
          path,
          401,
          'Basic realm="mortise"',
        ]);
        const member = await request(closed.store.server)
          .get(`/pypi/${path}`)
          .auth('__token__', closed.token);
        expect([path, member.status]).toEqual([path, 200]);
        expect(member.headers['cache-control']).toMatch(/^private/);
      }
    } finally {
      await closed.store.close();
    }
  });
});
