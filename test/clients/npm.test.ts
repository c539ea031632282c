import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { ClientName } from './client-list.js';
import { Desk } from './desk.js';
import { describeWith } from './installed-clients.js';
import { StartedStore } from './started-store.js';

const npms = ['npm', 'npm-6', 'npm-7', 'npm-8', 'npm-9', 'npm-10', 'npm-12'] as const satisfies ClientName[];
const mainFile = 'module.exports = "hello";\n';

for (const npm of npms) {
  describeWith([npm], 'npm publishes to the store and installs from it', () => {
    let store: StartedStore;
    let desk: Desk;
    let token: string;

    beforeAll(async () => {
      store = await StartedStore.start();
      token = await store.publisher('acme');
      desk = new Desk();
      desk.useNpm(store.npm, token);
    });

    afterAll(async () => {
      desk.clear();
      await store.close();
    });

    const must = (words: string[], folder = '.') => desk.must(npm, words, { in: folder });
    const json = async (words: string[]) => JSON.parse(await must([...words, '--json'])) as unknown;
    /** npm 12 shows a list even of one. */
    const viewed = async (...words: string[]) => {
      const shown = await json(['view', ...words]);
      return Array.isArray(shown) && shown.length === 1 ? (shown[0] as unknown) : shown;
    };

    function writePackage(folder: string, name: string, version: string, more: object = {}): void {
      desk.write({
        [`${folder}/package.json`]: {
          name,
          version,
          description: 'Says hello',
          keywords: ['greeting'],
          license: 'MIT',
          repository: { type: 'git', url: 'git+https://example.org/hello.git' },
          ...more,
        },
        [`${folder}/index.js`]: mainFile,
        [`${folder}/README.md`]: '# Hello\n',
      });
    }

    async function publish(name: string, version: string, more: object = {}, flags: string[] = []) {
      writePackage('package', name, version, more);
      await must(['publish', ...flags], 'package');
    }

    const installedVersion = (project: string, name: string) =>
      (
        JSON.parse(readFileSync(desk.path(project, 'node_modules', name, 'package.json'), 'utf8')) as {
          version: string;
        }
      ).version;

    it('publishes unscoped, scoped, and under a tag, and shows what it published', async () => {
      await publish('hello', '1.0.0');
      await publish('hello', '1.1.0');
      await publish('hello', '2.0.0-rc.1', {}, ['--tag', 'next']);
      await publish('@acme/greeter', '1.0.0', { dependencies: { hello: '^1.0.0' } }, ['--access', 'public']);
      expect(await viewed('hello', 'versions')).toEqual(['1.0.0', '1.1.0', '2.0.0-rc.1']);
      expect(await viewed('hello', 'dist-tags')).toEqual({ latest: '1.1.0', next: '2.0.0-rc.1' });
      expect(await viewed('@acme/greeter', 'dependencies')).toEqual({ hello: '^1.0.0' });
      expect(await must(['view', 'hello@next', 'dist.integrity'])).toMatch(/^sha512-/);
    });

    it('is told that a version is taken', async () => {
      writePackage('package', 'hello', '1.0.0', { description: 'Other bytes' });
      const refused = await desk.run(npm, ['publish'], { in: 'package' });
      expect(refused.status).not.toBe(0);
      expect(refused.said).toMatch(/1\.0\.0/);
    });

    it('installs from ranges and tags, and the same again from a lockfile after a restart', async () => {
      desk.write({
        'project/package.json': {
          name: 'project',
          version: '1.0.0',
          dependencies: { '@acme/greeter': '1', hello: 'next' },
        },
      });
      await must(['install'], 'project');
      expect(installedVersion('project', 'hello')).toBe('2.0.0-rc.1');
      expect(installedVersion('project/node_modules/@acme/greeter', 'hello')).toBe('1.1.0');
      await store.restart('kill');
      desk.remove('project/node_modules');
      desk.remove('.npm');
      await must(['ci'], 'project');
      expect(readFileSync(desk.path('project/node_modules/hello/index.js'), 'utf8')).toBe(mainFile);
    });

    it('deprecates and takes it back', async () => {
      await must(['deprecate', 'hello@1.0.0', 'says too little']);
      expect(await must(['view', 'hello@1.0.0', 'deprecated'])).toBe('says too little\n');
      expect(await must(['view', 'hello@1.1.0', 'deprecated'])).toBe('');
      await must(['deprecate', 'hello@1.0.0', '']);
      expect(await must(['view', 'hello@1.0.0', 'deprecated'])).toBe('');
    });

    it('adds, lists and removes tags', async () => {
      await must(['dist-tag', 'add', 'hello@1.0.0', 'old']);
      expect((await must(['dist-tag', 'ls', 'hello'])).trim().split('\n').sort()).toEqual([
        'latest: 1.1.0',
        'next: 2.0.0-rc.1',
        'old: 1.0.0',
      ]);
      await must(['dist-tag', 'rm', 'hello', 'old']);
      expect(await must(['dist-tag', 'ls', 'hello'])).not.toContain('old');
      await must(['dist-tag', 'add', 'hello@1.0.0', 'latest']);
      expect(await must(['view', 'hello', 'version'])).toBe('1.0.0\n');
      await must(['dist-tag', 'add', 'hello@1.1.0', 'latest']);
    });

    it('tells who one is, and that the store is there', async () => {
      expect(await must(['whoami'])).toBe('admin\n');
      await must(['ping']);
      const stranger = new Desk();
      stranger.useNpm(store.npm);
      const nobody = await stranger.run(npm, ['whoami']);
      stranger.clear();
      expect(nobody.status).not.toBe(0);
      expect(nobody.said).toMatch(/ENEEDAUTH|E401/);
    });

    it('lists, adds and removes owners', async () => {
      await store.call('POST', '/api/v1/accounts', { username: 'grace', password: 'a long enough password' });
      expect(await must(['owner', 'ls', 'hello'])).toMatch(/^admin\b/);
      await must(['owner', 'add', 'grace', 'hello']);
      expect(await must(['owner', 'ls', 'hello'])).toMatch(/^grace\b/m);
      await must(['owner', 'rm', 'grace', 'hello']);
      expect(await must(['owner', 'ls', 'hello'])).not.toContain('grace');
    });

    it('searches', async () => {
      const found = (await json(['search', 'greeting'])) as { name: string }[];
      expect(found.map(({ name }) => name).sort()).toEqual(['@acme/greeter', 'hello']);
    });

    it('packs what was published, and audits what it installed', async () => {
      const packed = desk.path('packed');
      desk.write({ 'packed/.keep': '' });
      await must(['pack', 'hello@1.1.0'], 'packed');
      expect(readFileSync(`${packed}/hello-1.1.0.tgz`).length).toBeGreaterThan(100);
      await must(['audit'], 'project');
    });

    it('refuses a stranger who publishes, with a sentence', async () => {
      const stranger = new Desk();
      stranger.useNpm(store.npm, await store.token({ scopes: ['read'] }));
      stranger.write({ 'package/package.json': { name: 'intruder', version: '1.0.0' } });
      const refused = await stranger.run(npm, ['publish'], { in: 'package' });
      stranger.clear();
      expect(refused.status).not.toBe(0);
      expect(refused.said).toMatch(/E403/);
      expect(refused.said).toMatch(/scope/);
    });
  });
}
