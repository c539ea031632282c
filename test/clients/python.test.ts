import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { sha256Hex } from '#kernel';
import { buildSdist, buildWheel } from '#testing';
import type { ClientName } from './client-list.js';
import { Desk } from './desk.js';
import { describeWith } from './installed-clients.js';
import { StartedStore } from './started-store.js';

const name = 'Greeting.Py-pkg';
const normalized = 'greeting-py-pkg';
const module = 'greeting_py_pkg';
const wheelName = (version: string) => `${module}-${version}-py3-none-any.whl`;
const sdistName = (version: string) => `${module}-${version}.tar.gz`;

const metadata = (version: string, more = '') =>
  `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${more}\nHello.\n`;

function wheel(version: string, more = ''): Buffer {
  const files = { [`${module}/__init__.py`]: `WORD = "${version}"\n` };
  return buildWheel({ name: module, version, files, metadata: metadata(version, more) });
}

/** A wheel and an sdist, by their paths. */
const distributions = (version: string): Record<string, Buffer> => ({
  [`dist/${wheelName(version)}`]: wheel(version),
  [`dist/${sdistName(version)}`]: buildSdist({ name: module, version }),
});

/** Makes a virtual environment; whatever installs into it comes from outside. */
async function makeVenv(desk: Desk, folder: string): Promise<void> {
  const made = await desk.runProgram('python3', ['-m', 'venv', '--without-pip', folder]);
  if (made.status !== 0) throw new Error(made.said);
}

async function wordIn(desk: Desk, venv: string): Promise<string> {
  const ran = await desk.runProgram(desk.path(venv, 'bin/python'), [
    '-c',
    `import ${module} as m; print(m.WORD)`,
  ]);
  return ran.out.trim();
}

for (const twine of ['twine', 'twine-5'] as const) {
  describeWith([twine], 'twine uploads to the store', () => {
    let store: StartedStore;
    let desk: Desk;
    let upload: (files: string[], more?: object) => ReturnType<Desk['run']>;

    beforeAll(async () => {
      store = await StartedStore.start();
      const token = await store.publisher('acme');
      desk = new Desk();
      upload = (files) =>
        desk.run(
          twine,
          [
            'upload',
            '--non-interactive',
            '--disable-progress-bar',
            '--repository-url',
            `${store.pypi}legacy/`,
            ...files,
          ],
          {
            environment: { TWINE_USERNAME: '__token__', TWINE_PASSWORD: token },
          },
        );
    });

    afterAll(async () => {
      desk.clear();
      await store.close();
    });

    it('a wheel and an sdist, and the same again', async () => {
      const files = distributions('1.0.0');
      desk.write(files);
      expect(await upload(Object.keys(files))).toMatchObject({ status: 0 });
      expect(await upload(Object.keys(files))).toMatchObject({ status: 0 });
      const page = (await (
        await fetch(`${store.pypi}simple/${normalized}/`, {
          headers: { accept: 'application/vnd.pypi.simple.v1+json' },
        })
      ).json()) as { files: { filename: string; hashes: { sha256: string } }[] };
      expect(
        Object.fromEntries(page.files.map((file) => [`dist/${file.filename}`, file.hashes.sha256])),
      ).toEqual(Object.fromEntries(Object.entries(files).map(([file, bytes]) => [file, sha256Hex(bytes)])));
    });

    it('and is told that a file is there with other bytes', async () => {
      desk.write({ [`dist/${wheelName('1.0.0')}`]: wheel('1.0.0', 'Summary: Other bytes\n') });
      const refused = await upload([`dist/${wheelName('1.0.0')}`]);
      expect(refused.status).not.toBe(0);
      expect(refused.said).toMatch(/File already exists/);
    });

    it('and is told why without a good token', async () => {
      const words = ['upload', '--non-interactive', '--repository-url', `${store.pypi}legacy/`];
      const refused = await desk.run(twine, [...words, `dist/${wheelName('1.0.0')}`], {
        environment: { TWINE_USERNAME: '__token__', TWINE_PASSWORD: 'mrt_pat_wrong' },
      });
      expect(refused.status).not.toBe(0);
      expect(refused.said).toMatch(/401/);
    });
  });
}

interface Installer {
  readonly client: ClientName;
  readonly install: (venv: string, index: string, wishes: readonly string[]) => readonly string[];
  readonly download: ((index: string, wishes: readonly string[]) => readonly string[]) | null;
}

const pip = (client: ClientName): Installer => ({
  client,
  install: (venv, index, wishes) => [
    '--python',
    `${venv}/bin/python`,
    'install',
    '--index-url',
    index,
    ...wishes,
  ],
  download: (index, wishes) => ['download', '--index-url', index, '--dest', 'downloaded', ...wishes],
});

const installers: readonly Installer[] = [
  pip('pip'),
  pip('pip-22'),
  pip('pip-26'),
  {
    client: 'uv',
    install: (venv, index, wishes) => [
      'pip',
      'install',
      '--python',
      `${venv}/bin/python`,
      '--default-index',
      index,
      ...wishes,
    ],
    download: null,
  },
];

for (const { client, install, download } of installers) {
  describeWith([client, 'uv'], 'the store is an index for Python packages', () => {
    let store: StartedStore;
    let desk: Desk;
    let token: string;
    let venvs = 0;

    beforeAll(async () => {
      store = await StartedStore.start();
      token = await store.publisher('acme');
      desk = new Desk();
      const files = { ...distributions('1.0.0'), ...distributions('1.1.0'), ...distributions('2.0.0rc1') };
      desk.write(files);
      desk.write({
        'dist/caller-1.0.0-py3-none-any.whl': buildWheel({
          name: 'caller',
          version: '1.0.0',
          metadata: `Metadata-Version: 2.1\nName: caller\nVersion: 1.0.0\nRequires-Dist: ${normalized}>=1\n`,
        }),
      });
      await publish(Object.keys(files));
      await publish(['dist/caller-1.0.0-py3-none-any.whl']);
    });

    afterAll(async () => {
      desk.clear();
      await store.close();
    });

    const publish = (files: string[]) =>
      desk.must('uv', ['publish', '--publish-url', `${store.pypi}legacy/`, '--token', token, ...files]);

    const index = () => `${store.pypi}simple/`;

    /** Installs into a fresh environment. */
    async function installed(
      wishes: string[],
      from = index(),
    ): Promise<{ status: number | null; said: string; word: string }> {
      const venv = `venv-${(venvs += 1)}`;
      await makeVenv(desk, venv);
      const ran = await desk.run(client, install(desk.path(venv), from, wishes));
      return { ...ran, word: await wordIn(desk, venv) };
    }

    it('installs the newest stable version, whatever the spelling of the name', async () => {
      for (const spelling of [name, module.toUpperCase()]) {
        expect(await installed([spelling])).toMatchObject({ status: 0, word: '1.1.0' });
      }
    });

    it('installs an exact version without a cache, a pre-release when asked, and what a package needs', async () => {
      expect(await installed(['--no-cache-dir', `${normalized}==1.0.0`])).toMatchObject({
        status: 0,
        word: '1.0.0',
      });
      expect(await installed([`${normalized}==2.0.0rc1`])).toMatchObject({ status: 0, word: '2.0.0rc1' });
      expect(await installed(['caller'])).toMatchObject({ status: 0, word: '1.1.0' });
    });

    it('keeps to the hashes that are asked for', async () => {
      const good = sha256Hex(readFileSync(desk.path('dist', wheelName('1.0.0'))));
      desk.write({
        'good.txt': `${normalized}==1.0.0 --hash=sha256:${good}\n`,
        'bad.txt': `${normalized}==1.0.0 --hash=sha256:${'0'.repeat(64)}\n`,
      });
      const words = (file: string) => ['--require-hashes', '-r', desk.path(file)];
      expect(await installed(words('good.txt'))).toMatchObject({ status: 0, word: '1.0.0' });
      expect((await installed(words('bad.txt'))).status).not.toBe(0);
    });

    if (download !== null) {
      it('downloads what it is asked for', async () => {
        await desk.must(client, download(index(), [`${normalized}==1.1.0`, '--no-deps']));
        expect(existsSync(desk.path('downloaded', wheelName('1.1.0')))).toBe(true);
      });
    }

    it('lets members of a closed store in with a token, and nobody else, after a restart', async () => {
      await store.restart('stop', { MORTISE_READ: 'members' });
      const { host } = new URL(store.address);
      const withToken = `http://__token__:${token}@${host}/pypi/simple/`;
      expect(await installed(['--no-cache-dir', `${normalized}==1.0.0`], withToken)).toMatchObject({
        status: 0,
        word: '1.0.0',
      });
      expect((await installed(['--no-cache-dir', `${normalized}==1.0.0`])).status).not.toBe(0);
    });
  });
}
