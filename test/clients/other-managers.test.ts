import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { ClientName } from './client-list.js';
import { Desk } from './desk.js';
import { describeWith } from './installed-clients.js';
import { StartedStore } from './started-store.js';

interface Manager {
  readonly client: ClientName;
  /** Files for every folder in which it runs. */
  readonly configuration: (registry: string, token: string) => Readonly<Record<string, string>>;
  /** What it wants done in a package before it publishes. */
  readonly prepare?: readonly string[];
  readonly publish: readonly string[];
  readonly install: readonly string[];
  readonly installLocked: readonly string[];
  readonly view: readonly string[];
}

const npmrc = (registry: string, token: string, more: readonly string[] = []) =>
  [`registry=${registry}`, `${registry.replace(/^http:/, '')}:_authToken=${token}`, ...more, ''].join('\n');

const managers: readonly Manager[] = [
  {
    client: 'pnpm-7',
    configuration: (registry, token) => ({ '.npmrc': npmrc(registry, token) }),
    publish: ['publish', '--no-git-checks'],
    install: ['install'],
    installLocked: ['install', '--frozen-lockfile'],
    view: ['view', 'hello', 'version'],
  },
  {
    client: 'pnpm-12',
    configuration: (registry, token) => ({
      '.npmrc': npmrc(registry, token),
      // It passes over what was published within a day unless it is told otherwise.
      'pnpm-workspace.yaml': 'minimumReleaseAge: 0\n',
    }),
    publish: ['publish', '--no-git-checks'],
    install: ['install'],
    installLocked: ['install', '--frozen-lockfile'],
    view: ['view', 'hello', 'version'],
  },
  {
    client: 'yarn-1',
    configuration: (registry, token) => ({ '.npmrc': npmrc(registry, token) }),
    publish: ['publish', '--non-interactive'],
    install: ['install', '--non-interactive'],
    installLocked: ['install', '--frozen-lockfile', '--non-interactive'],
    view: ['info', 'hello', 'version'],
  },
  {
    client: 'yarn-4',
    configuration: (registry, token) => ({
      '.yarnrc.yml': [
        `npmRegistryServer: "${registry.replace(/\/$/, '')}"`,
        `npmAuthToken: "${token}"`,
        'unsafeHttpWhitelist: ["127.0.0.1"]',
        'nodeLinker: node-modules',
        'enableTelemetry: false',
        'npmMinimalAgeGate: 0',
        '',
      ].join('\n'),
      'yarn.lock': '',
    }),
    prepare: ['install', '--no-immutable'],
    publish: ['npm', 'publish'],
    install: ['install', '--no-immutable'],
    installLocked: ['install', '--immutable'],
    view: ['npm', 'info', 'hello', '--fields', 'version'],
  },
  {
    client: 'bun',
    configuration: (registry, token) => ({ '.npmrc': npmrc(registry, token) }),
    publish: ['publish'],
    install: ['install'],
    installLocked: ['install', '--frozen-lockfile'],
    view: ['pm', 'view', 'hello', 'version'],
  },
];

for (const manager of managers) {
  const { client, configuration, prepare, publish, install, installLocked, view } = manager;
  describeWith([client], 'a package manager beside npm publishes to the store and installs from it', () => {
    let store: StartedStore;
    let desk: Desk;
    let files: Readonly<Record<string, string>>;

    beforeAll(async () => {
      store = await StartedStore.start();
      files = configuration(store.npm, await store.publisher('acme'));
      desk = new Desk();
    });

    afterAll(async () => {
      desk.clear();
      await store.close();
    });

    function makeFolder(folder: string, manifest: object): void {
      for (const [name, text] of Object.entries(files)) desk.write({ [`${folder}/${name}`]: text });
      desk.write({ [`${folder}/package.json`]: manifest, [`${folder}/index.js`]: 'exports.hello = 1;\n' });
    }

    async function publishPackage(folder: string, manifest: object): Promise<void> {
      makeFolder(folder, manifest);
      if (prepare) await desk.must(client, prepare, { in: folder });
      await desk.must(client, publish, { in: folder });
    }

    it('publishes unscoped and scoped, and shows what it published', async () => {
      await publishPackage('one', { name: 'hello', version: '1.0.0', license: 'MIT' });
      await publishPackage('two', {
        name: '@acme/greeter',
        version: '1.0.0',
        license: 'MIT',
        dependencies: { hello: '^1.0.0' },
      });
      expect(await desk.must(client, view, { in: 'one' })).toContain('1.0.0');
    });

    it('is refused a version that is taken', async () => {
      desk.write({ 'one/index.js': 'exports.hello = 2;\n' });
      const refused = await desk.run(client, publish, { in: 'one' });
      expect(refused.status).not.toBe(0);
    });

    it('installs, and the same again from its lockfile after a restart', async () => {
      makeFolder('project', {
        name: 'project',
        version: '1.0.0',
        private: true,
        dependencies: { '@acme/greeter': '^1.0.0', hello: '1.0.0' },
      });
      await desk.must(client, install, { in: 'project' });
      await store.restart('kill');
      for (const folder of [
        'project/node_modules',
        '.cache',
        '.local',
        '.bun',
        '.yarn',
        '.npm',
        '.pnpm-store',
      ]) {
        desk.remove(folder);
      }
      await desk.must(client, installLocked, { in: 'project' });
      const manifest = readFileSync(desk.path('project/node_modules/@acme/greeter/package.json'), 'utf8');
      expect(JSON.parse(manifest)).toMatchObject({ version: '1.0.0', dependencies: { hello: '^1.0.0' } });
      expect(readFileSync(desk.path('project/node_modules/hello/index.js'), 'utf8')).toContain('hello = 1');
    });
  });
}
