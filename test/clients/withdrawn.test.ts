import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { sha256Hex } from '#kernel';
import { buildNpmTarball, buildWheel } from '#testing';
import { npmPublishDocument } from '../npm-publish-document.js';
import { Desk } from './desk.js';
import { describeWith } from './installed-clients.js';
import { StartedStore } from './started-store.js';

const reason = 'It sends keys to a stranger';

/** Publishes a version over npm's door. */
async function publishNpm(store: StartedStore, token: string, name: string, version: string): Promise<void> {
  const tarball = buildNpmTarball({ manifest: { name, version }, files: { 'index.js': '' } });
  const answer = await fetch(store.npm + name, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(npmPublishDocument(tarball, { name, version })),
  });
  expect(answer.status).toBe(201);
}

const wheelName = (name: string, version: string) => `${name}-${version}-py3-none-any.whl`;

async function publishWheel(desk: Desk, store: StartedStore, token: string, name: string, version: string) {
  const file = `dist/${wheelName(name, version)}`;
  desk.write({ [file]: buildWheel({ name, version, files: { [`${name}.py`]: `WORD = "${version}"\n` } }) });
  await desk.must('uv', ['publish', '--publish-url', `${store.pypi}legacy/`, '--token', token, file]);
}

describeWith(['npm', 'npm-12', 'pip', 'pip-26', 'uv'], 'what is quarantined reaches no client', () => {
  let store: StartedStore;
  let desk: Desk;
  let token: string;

  beforeAll(async () => {
    store = await StartedStore.start();
    token = await store.publisher('acme');
    desk = new Desk();
    desk.useNpm(store.npm, token);
    for (const version of ['1.0.0', '1.1.0']) {
      await publishNpm(store, token, 'greeter', version);
      await publishWheel(desk, store, token, 'greeter', version);
    }
    desk.write({
      'locked/package.json': { name: 'locked', version: '1.0.0', dependencies: { greeter: '1.1.0' } },
    });
    await desk.must('npm', ['install'], { in: 'locked' });
    for (const side of ['npm', 'python']) {
      await store.call('PUT', `/api/v1/packages/${side}/greeter/versions/1.1.0/quarantine`, { reason });
    }
    desk.remove('.npm');
    desk.remove('locked/node_modules');
  });

  afterAll(async () => {
    desk.clear();
    await store.close();
  });

  for (const npm of ['npm', 'npm-12'] as const) {
    it(`${npm}: an exact version fails with the reason, a range falls back, a lockfile is refused`, async () => {
      desk.write({ [`exact-${npm}/package.json`]: { name: 'exact', version: '1.0.0' } });
      const exact = await desk.run(npm, ['install', 'greeter@1.1.0'], { in: `exact-${npm}` });
      expect(exact.status).not.toBe(0);
      expect(exact.said).toContain('E403');
      expect(exact.said).toContain(reason);
      await desk.must(npm, ['install', 'greeter@^1.0.0'], { in: `exact-${npm}` });
      const manifest = readFileSync(desk.path(`exact-${npm}/node_modules/greeter/package.json`), 'utf8');
      expect(JSON.parse(manifest)).toMatchObject({ version: '1.0.0' });
      const locked = await desk.run(npm, ['ci'], { in: 'locked' });
      expect(locked.status).not.toBe(0);
      expect(locked.said).toContain('E403');
    });
  }

  for (const client of ['pip', 'pip-26', 'uv'] as const) {
    it(`${client}: an exact version is not found, a range falls back`, async () => {
      const venv = `venv-${client}`;
      const made = await desk.runProgram('python3', ['-m', 'venv', '--without-pip', venv]);
      expect(made.status).toBe(0);
      const install = (wish: string) =>
        client === 'uv'
          ? [
              'pip',
              'install',
              '--python',
              `${venv}/bin/python`,
              '--default-index',
              `${store.pypi}simple/`,
              wish,
            ]
          : ['--python', `${venv}/bin/python`, 'install', '--index-url', `${store.pypi}simple/`, wish];
      expect((await desk.run(client, install('greeter==1.1.0'))).status).not.toBe(0);
      await desk.must(client, install('greeter>=1'));
      const ran = await desk.runProgram(desk.path(venv, 'bin/python'), [
        '-c',
        'import greeter; print(greeter.WORD)',
      ]);
      expect(ran.out).toBe('1.0.0\n');
    });
  }
});

describeWith(['npm', 'pip-26', 'uv'], 'a name that the store owns never comes from upstream', () => {
  let upstream: Server;
  const asked: string[] = [];
  let store: StartedStore;
  let desk: Desk;
  let token: string;

  beforeAll(async () => {
    // An upstream that has a higher version of whatever it is asked for, and keeps what it was asked for.
    upstream = createServer((request, response) => {
      asked.push(request.url ?? '');
      const base = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
      answerAsUpstream(base, request.url ?? '', (type, body) => {
        response.writeHead(body === null ? 404 : 200, { 'content-type': type }).end(body ?? '{}');
      });
    }).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    const address = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
    store = await StartedStore.start();
    token = await store.publisher('acme');
    desk = new Desk();
    desk.useNpm(store.npm, token);
    await publishNpm(store, token, 'ours', '1.0.0');
    await publishWheel(desk, store, token, 'ours', '1.0.0');
    await store.restart('stop', {
      MORTISE_UPSTREAM_NPM: `${address}/npm/`,
      MORTISE_UPSTREAM_PYTHON: `${address}/simple/`,
    });
  });

  afterAll(async () => {
    desk.clear();
    await store.close();
    upstream.close();
  });

  it('to npm, where a name that it does not own does', async () => {
    desk.write({ 'project/package.json': { name: 'project', version: '1.0.0' } });
    await desk.must('npm', ['install', 'ours@>=1', 'theirs@>=1'], { in: 'project' });
    const version = (name: string) =>
      (
        JSON.parse(readFileSync(desk.path(`project/node_modules/${name}/package.json`), 'utf8')) as {
          version: string;
        }
      ).version;
    expect([version('ours'), version('theirs')]).toEqual(['1.0.0', '99.0.0']);
    const exact = await desk.run('npm', ['view', 'ours@99.0.0', 'version']);
    expect(exact.out.trim()).toBe('');
    expect(asked.filter((url) => url.includes('ours'))).toEqual([]);
  });

  it('to pip, where a name that it does not own does', async () => {
    expect((await desk.runProgram('python3', ['-m', 'venv', '--without-pip', 'venv'])).status).toBe(0);
    const install = ['--python', 'venv/bin/python', 'install', '--index-url', `${store.pypi}simple/`];
    await desk.must('pip-26', [...install, 'ours>=1', 'theirs>=1']);
    const words = 'import ours, theirs; print(ours.WORD, theirs.WORD)';
    const ran = await desk.runProgram(desk.path('venv/bin/python'), ['-c', words]);
    expect(ran.out).toBe('1.0.0 99.0.0\n');
    expect((await desk.run('pip-26', [...install, 'ours==99.0.0'])).status).not.toBe(0);
    expect(asked.filter((url) => url.includes('ours'))).toEqual([]);
  });
});

const upstreamVersion = '99.0.0';

/** Whatever the name, there is version 99.0.0 of it. */
function answerAsUpstream(
  base: string,
  url: string,
  send: (type: string, body: string | Buffer | null) => void,
): void {
  const npmFile = /^\/npm\/(\w+)\/-\//.exec(url)?.[1];
  const npmName = /^\/npm\/(\w+)$/.exec(url)?.[1];
  const page = /^\/simple\/(\w+)\/$/.exec(url)?.[1];
  const wheel = /^\/files\/(\w+)-/.exec(url)?.[1];
  if (npmFile !== undefined) send('application/octet-stream', upstreamTarball(npmFile));
  else if (npmName !== undefined) {
    const document = npmPublishDocument(upstreamTarball(npmName), {
      name: npmName,
      version: upstreamVersion,
    });
    const { versions } = document;
    versions[upstreamVersion]!.dist.tarball = `${base}/npm/${npmName}/-/${npmName}-${upstreamVersion}.tgz`;
    send('application/json', JSON.stringify({ name: npmName, 'dist-tags': document['dist-tags'], versions }));
  } else if (page !== undefined) {
    const file = wheelName(page, upstreamVersion);
    const hash = sha256Hex(upstreamWheel(page));
    const files = [{ filename: file, url: `${base}/files/${file}`, hashes: { sha256: hash } }];
    send(
      'application/vnd.pypi.simple.v1+json',
      JSON.stringify({ meta: { 'api-version': '1.0' }, name: page, files }),
    );
  } else if (wheel !== undefined && url.endsWith('.whl'))
    send('application/octet-stream', upstreamWheel(wheel));
  else send('application/json', null);
}

const upstreamTarball = (name: string) =>
  buildNpmTarball({ manifest: { name, version: upstreamVersion }, files: { 'index.js': '' } });

const upstreamWheel = (name: string) =>
  buildWheel({ name, version: upstreamVersion, files: { [`${name}.py`]: `WORD = "${upstreamVersion}"\n` } });
