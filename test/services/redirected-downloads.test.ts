import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildNpmTarball, buildWheel, eventually } from '#testing';
import { processAdmin, StoreProcess } from '../store-process.js';
import { S3Server, s3Credentials } from './s3-server.js';
import { describeOnS3 } from './test-blobs.js';

const run = promisify(execFile);

describeOnS3('a store that sends those who download to S3', () => {
  const ballast = randomBytes(600_000);
  let server: S3Server;
  let store: StoreProcess;
  let folder: string;
  let token: string;

  const call = async (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    if (token) headers.set('authorization', `Bearer ${token}`);
    return fetch(`${store.address}${path}`, { ...init, headers, redirect: 'manual' });
  };
  const post = (path: string, body: unknown) =>
    call(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  beforeAll(async () => {
    server = await S3Server.start();
    folder = mkdtempSync(join(tmpdir(), 'mortise-redirect-'));
    // By another name than the store's: clients keep their credentials from other hosts only.
    const blobs = server.address('redirected', {
      public_endpoint: server.endpoint.replace('127.0.0.1', 'localhost'),
    });
    store = await StoreProcess.start(join(folder, 'data'), {
      environment: {
        MORTISE_BLOBS: blobs,
        MORTISE_DOWNLOADS: 'redirect',
        MORTISE_READ: 'members',
        ...s3Credentials,
      },
    });
    const session = await post('/api/v1/sessions', processAdmin);
    token = ((await session.json()) as { access_token: string }).access_token;
    await post('/api/v1/publishers', { name: 'acme' });
    const made = await post('/api/v1/tokens', { name: 'all', scopes: ['read', 'publish', 'manage'] });
    token = ((await made.json()) as { token: string }).token;
    const form = new FormData();
    const yaml =
      'name: big\nversion: 1.0.0\nbackend: big==1.0.0\nbackend_component: Big\nfront_end: "@acme/big@1.0.0"\nfrontend_component: Big\n';
    form.set('descriptor', new Blob([yaml]), 'plugin.yaml');
    const wheel = buildWheel({ name: 'big', version: '1.0.0', files: { 'big/data.bin': ballast } });
    form.append('artifact', new Blob([new Uint8Array(wheel)]), 'big-1.0.0-py3-none-any.whl');
    const tarball = buildNpmTarball({
      manifest: { name: '@acme/big', version: '1.0.0' },
      files: { 'data.bin': ballast },
    });
    form.append('artifact', new Blob([new Uint8Array(tarball)]), 'acme-big-1.0.0.tgz');
    const published = await call('/api/v1/publishers/acme/releases', { method: 'POST', body: form });
    expect([published.status, published.ok ? '' : await published.text()]).toEqual([201, '']);
  }, 900_000);
  afterAll(async () => {
    await store.stop();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('asks for a credential first, and gives an address that is good for a while and for these bytes alone', async () => {
    const path = '/npm/@acme/big/-/big-1.0.0.tgz';
    expect((await fetch(store.address + path)).status).toBe(401);
    const answer = await call(path);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([302, 'no-store']);
    const address = answer.headers.get('location')!;
    expect(new URL(address).hostname).toBe('localhost');
    const part = await fetch(address, { headers: { range: 'bytes=0-9' } });
    expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 10]);
    const head = await call(path, { method: 'HEAD' });
    expect([head.status, Number(head.headers.get('content-length')) > 600_000]).toEqual([200, true]);
    expect((await call('/npm/@acme/big')).status).toBe(200);
  });

  it('sends nobody to a service that refuses the keys of the store, and does so again once it lets them in', async () => {
    const path = '/npm/@acme/big/-/big-1.0.0.tgz';
    const until = (status: number) =>
      eventually(async () => {
        const answer = await call(path);
        expect(answer.status).toBe(status);
        return answer;
      });
    await server.kill();
    await server.boot('another-secret');
    const refused = await until(503);
    expect(await refused.json()).toMatchObject({ code: 'blob-store-unavailable' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await server.kill();
    await server.boot();
    await until(302);
  });

  it('lets npm install from it, which holds the bytes against what the store said', async () => {
    const project = join(folder, 'project');
    await mkdir(project);
    writeFileSync(join(project, 'package.json'), '{"name": "project", "version": "1.0.0"}');
    const { host } = new URL(store.address);
    writeFileSync(
      join(project, '.npmrc'),
      `registry=${store.address}/npm/\n//${host}/npm/:_authToken=${token}\ncache=${join(folder, 'npm-cache')}\n`,
    );
    await run('npm', ['install', '@acme/big', '--no-audit', '--no-fund'], { cwd: project });
    const data = readFileSync(join(project, 'node_modules/@acme/big/data.bin'));
    expect(data.equals(ballast)).toBe(true);
  });

  it('lets pip install from it', async () => {
    const target = join(folder, 'target');
    const index = `${store.address.replace('//', `//__token__:${token}@`)}/pypi/simple/`;
    const pip = ['-m', 'pip', '--isolated', 'install', '--disable-pip-version-check', '--no-cache-dir'];
    await run('python3', [...pip, '--index-url', index, '--target', target, 'big'], {
      env: { PATH: process.env['PATH'], HOME: folder },
    });
    expect(existsSync(join(target, 'big/data.bin'))).toBe(true);
    expect(readFileSync(join(target, 'big/data.bin')).equals(ballast)).toBe(true);
  });
});
