import { randomUUID } from 'node:crypto';
import request from 'supertest';
import { sha256Hex } from '#kernel';
import { JobStore } from '#catalog';
import type { JobOutcome } from '#catalog';
import { Database, SqlBlobRemovals } from '#database';
import { BlobStore, NpmKeys, npmRevision, PackageIndex } from '#packages';
import { buildNpmTarball, buildWheel, stagedBytes } from '#testing';
import { CatalogStore } from '../catalog-store.js';
import { FakeRegistries } from '../fake-registries.js';
import { npmPublishDocument } from '../npm-publish-document.js';
import { publishWheel } from '../publish-wheel.js';
import { seedPublisher } from '../seed-publisher.js';
import { testAdmin } from '../start-store.js';
import type { RunningStore } from '../start-store.js';

type Answer = Promise<request.Response>;

/** What lets in those who knew a store, and what lets in nobody any more. */
export interface Credentials {
  readonly session: string;
  readonly token: string;
  readonly host: string;
  readonly plugin: string;
  readonly ended: { readonly session: string; readonly token: string; readonly host: string };
}

const reason = { reason: 'A test asks for it.' };

/** Starts a store, and puts something of each kind into it that a store can have. */
export async function fillWithEverything(
  environment: Record<string, string>,
  folder: string,
): Promise<{ store: RunningStore; known: Credentials }> {
  const upstream = await FakeRegistries.start();
  try {
    const catalog = await CatalogStore.start({ ...environment, ...upstream.environment }, folder);
    const filler = new Filler(catalog, await sessionOf(catalog));
    await filler.people();
    await filler.packages(upstream);
    await filler.releases();
    const { endedHost, ...keys } = await filler.hosts();
    await filler.jobs();
    const ended = { ...(await filler.endedCredentials()), host: endedHost };
    const session = await sessionOf(catalog);
    return { store: catalog.store, known: { session, token: catalog.token, ...keys, ended } };
  } finally {
    await upstream.close();
  }
}

async function sessionOf({ store }: CatalogStore): Promise<string> {
  const answer = await request(store.server).post('/api/v1/sessions').send(testAdmin).expect(201);
  return answer.body.access_token as string;
}

class Filler {
  constructor(
    private readonly catalog: CatalogStore,
    private readonly admin: string,
  ) {}

  async people(): Promise<void> {
    const { username } = await seedPublisher(this.catalog.store, 'guests', {
      plugins: ['guests/one'],
      packages: ['npm:guest'],
      networks: ['127.0.0.0/8'],
    });
    await this.done(
      this.catalog.send('put', `/api/v1/publishers/acme/members/${username}`, { role: 'maintainer' }),
    );
    await this.done(this.asAdmin('put', '/api/v1/publishers/acme/trust', { trust: 'trusted', ...reason }));
    // One that nobody has come back to.
    await this.done(request(this.catalog.store.server).post('/npm/-/v1/login').send({}));
  }

  async packages(upstream: FakeRegistries): Promise<void> {
    upstream.npm('left-pad', ['1.0.0', '1.1.0']);
    upstream.python('far-tool', ['1.0.0', '2.0.0']);
    const pulled = '/pypi/files/far-tool/far_tool-1.0.0-py3-none-any.whl';
    const paths = ['/npm/left-pad', '/npm/left-pad/-/left-pad-1.0.0.tgz', '/npm/nowhere'];
    for (const path of [
      ...paths,
      '/pypi/simple/far-tool/',
      pulled,
      `${pulled.replace('1.0.0', '2.0.0')}.metadata`,
    ])
      await this.catalog.get(path);
    for (const version of ['1.0.0', '2.0.0']) {
      const tarball = buildNpmTarball({ manifest: { name: '@acme/lib', version } });
      await this.done(
        this.catalog.send(
          'put',
          '/npm/@acme%2flib',
          npmPublishDocument(tarball, { name: '@acme/lib', version }),
        ),
      );
      if (version === '1.0.0') await this.catalog.store.app.get(NpmKeys).rotate();
    }
    const deprecated = { versions: { '1.0.0': { deprecated: 'use 2.0.0' }, '2.0.0': {} } };
    await this.done(this.catalog.send('put', '/npm/@acme%2flib', deprecated));
    await this.done(
      this.asAdmin('put', '/api/v1/packages/npm/@acme%2Flib/versions/1.0.0/quarantine', reason),
    );
    await this.done(
      this.catalog
        .send('put', '/npm/-/package/@acme%2flib/dist-tags/next')
        .type('json')
        .send(JSON.stringify('2.0.0')),
    );
    await this.shareLib();
  }

  /** Has somebody maintain the package who is no member of its publisher. */
  private async shareLib(): Promise<void> {
    const { username } = await seedPublisher(this.catalog.store, 'helpers');
    const found = await this.catalog.store.app.get(PackageIndex).find('npm', '@acme/lib');
    const maintainers = [...found!.maintainers, username].map((name) => ({ name, email: '' }));
    const path = `/npm/@acme%2flib/-rev/${npmRevision(found!)}`;
    await this.done(this.catalog.send('put', path, { maintainers }));
  }

  async releases(): Promise<void> {
    const { catalog } = this;
    for (let minor = 0; minor < 60; minor += 1) await catalog.publish('many', `1.${minor}.0`);
    const many = 'acme/many/versions';
    await this.done(catalog.send('post', `${many}/1.3.0/yank`, { reason: 'größer "and" \\ 日本' }));
    await this.done(catalog.send('put', `${many}/1.4.0/deprecation`, { message: 'old' }));
    await this.done(this.asAdmin('put', `/api/v1/plugins/${many}/1.5.0/quarantine`, reason));
    await this.done(
      this.asAdmin('put', `/api/v1/plugins/${many}/1.6.0/trust`, { trust: 'untrusted', ...reason }),
    );
    for (const version of ['1.7.0', '1.8.0'])
      await this.done(catalog.send('put', 'acme/many/channels/beta', { version }));
    // Waits for a moderator's word, unless nobody is asked here.
    const { token } = await seedPublisher(catalog.store, 'strangers');
    await catalog.publish('waiting', '1.0.0', '', 'strangers', token);
    await this.withCode();
    await this.done(this.asAdmin('post', '/api/v1/manifest-keys', {}));
  }

  /** Both sides, in more bytes than fit into one part, with a lock; and somebody fetches it. */
  private async withCode(): Promise<void> {
    const { catalog } = this;
    const yaml =
      'name: moved\nversion: 1.0.0\nbackend: moved==1.0.0\nbackend_component: Moved\nfront_end: "@acme/moved@1.0.0"\nfrontend_component: Moved\ntags: ["größer", "a\\"b"]\n';
    const large = { 'moved/data.bin': Buffer.alloc(700_000, 'not so random') };
    const wheel = buildWheel({ name: 'moved', version: '1.0.0', files: large });
    const filename = 'moved-1.0.0-py3-none-any.whl';
    const sha256 = sha256Hex(wheel);
    const lock = `lock-version = "1.0"\ncreated-by = "a test"\n[[packages]]\nname = "moved"\n[[packages.wheels]]\nname = "${filename}"\nurl = "https://elsewhere.example/${filename}"\nhashes = {sha256 = "${sha256}"}\n`;
    const manifest = { name: '@acme/moved', version: '1.0.0' };
    await this.done(
      request(catalog.store.server)
        .post('/api/v1/publishers/acme/releases')
        .set('authorization', `Bearer ${catalog.token}`)
        .attach('descriptor', Buffer.from(yaml), 'plugin.yaml')
        .attach('artifact', wheel, filename)
        .attach('artifact', Buffer.from(lock), 'pylock.toml')
        .attach('artifact', buildNpmTarball({ manifest }), 'acme-moved-1.0.0.tgz'),
    );
    await this.done(publishWheel(catalog.store.server, catalog.token, 'small', '1.0.0'));
    await this.done(catalog.get(`/pypi/files/moved/${filename}`));
  }

  async hosts(): Promise<{ host: string; plugin: string; endedHost: string }> {
    const { catalog } = this;
    const make = async (name: string) =>
      (await this.done(catalog.send('post', '/api/v1/hosts', { name, kind: 'galaxy', version: '24.1.0' })))
        .body as { id: string; key: string };
    const [host, gone] = [await make('stays'), await make('goes')];
    const asHost = (method: 'post' | 'delete', path: string, body?: object) =>
      this.done(catalog.send(method, `/api/v1/installations${path}`, body, host.key));
    const installed = (await asHost('post', '', { plugin: 'acme/many' })).body as { id: string; key: string };
    const other = (await asHost('post', '', { plugin: 'acme/moved' })).body as { id: string };
    const report = {
      kind: 'failed',
      message: 'no',
      interface: null,
      version: '1.59.0',
      at: new Date().toISOString(),
    };
    await asHost('post', `/${installed.id}/reports`, report);
    await asHost('delete', `/${other.id}`);
    await this.done(catalog.send('delete', `/api/v1/hosts/${gone.id}`));
    return { host: host.key, plugin: installed.key, endedHost: gone.key };
  }

  /** In every state; of a kind that no store does, so that they stay in it. */
  async jobs(): Promise<void> {
    const { app } = this.catalog.store;
    const store = app.get(JobStore);
    const problem = {
      kind: null,
      code: 'internal-error',
      message: 'It broke.',
      details: {},
      retryAfterSeconds: null,
    };
    const outcomes: (JobOutcome | 'runs' | 'waits')[] = [
      { state: 'done', result: { outcome: 'published' } },
      { state: 'failed', problem, isDead: false },
      { state: 'failed', problem, isDead: true },
      'runs',
      'waits',
    ];
    for (const outcome of outcomes) {
      const bytes = stagedBytes(Buffer.from(`of a job: ${JSON.stringify(outcome)}`));
      await app.get(BlobStore).keep(bytes);
      const job = { id: randomUUID(), kind: 'kept', payload: { of: outcome }, accountId: null };
      await store.add({ ...job, publisher: 'acme', at: Date.now(), blobs: [bytes.sha256] }, 1000);
      if (outcome === 'waits') continue;
      const claimed = await store.claim(['kept'], 3_600_000);
      if (outcome !== 'runs') await store.finish(claimed!, outcome);
    }
    const unneeded = stagedBytes(Buffer.from('of nothing'));
    await app.get(BlobStore).keep(unneeded);
    await new SqlBlobRemovals(app.get(Database)).mark([unneeded.sha256]);
  }

  async endedCredentials(): Promise<{ session: string; token: string }> {
    const session = await sessionOf(this.catalog);
    await this.done(this.catalog.send('delete', '/api/v1/sessions', undefined, session));
    const { body } = await this.done(
      this.asAdmin('post', '/api/v1/tokens', { name: 'ended', scopes: ['read'] }),
    );
    await this.done(this.asAdmin('delete', `/api/v1/tokens/${body.id}`));
    return { session, token: body.token as string };
  }

  private asAdmin(method: 'post' | 'put' | 'delete', path: string, body?: object) {
    return this.catalog.send(method, path, body, this.admin);
  }

  private async done(sent: request.Test): Answer {
    const answer = await sent;
    if (answer.status < 300) return answer;
    throw new Error(`${answer.request.method} ${answer.request.url}: ${answer.status} ${answer.text}`);
  }
}
