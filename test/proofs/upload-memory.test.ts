import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, openAsBlob, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildNpmTarball, buildWheel } from '#testing';
import { npmPublishDocument } from '../npm-publish-document.js';
import { s3Credentials } from '../services/s3-server.js';
import { blobSetting } from '../services/test-blobs.js';
import { processAdmin, StoreProcess } from '../store-process.js';

const megabyte = 1_000_000;
const uploadBytes = 100 * megabyte;
const mostBytes = 300 * megabyte;
const uploads = Array.from({ length: 8 }, (_, at) => `1.0.${at}`);
const waitsMs = 600_000;

// What is repeated lies too far apart for an archive to save room by it.
const block = randomBytes(4 * megabyte);
const ballast = Buffer.concat(Array.from({ length: uploadBytes / block.length }, () => block));

let folder: string;
let store: StoreProcess;
let token: string;

const send = (path: string, body: unknown) =>
  fetch(`${store.address}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });

/** The most that the process ever had in memory. */
const peakBytes = (): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${store.pid}/status`, 'utf8'))?.[1]) * 1024;

const wheelOf = (version: string): string => join(folder, `big-${version}-py3-none-any.whl`);

async function uploadAll(request: (version: string) => Promise<[path: string, init: RequestInit]>) {
  const answers = await Promise.all(
    uploads.map(async (version) => {
      const [path, init] = await request(version);
      const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` };
      const answer = await fetch(`${store.address}${path}`, { ...init, headers });
      return `${answer.status} ${answer.ok ? '' : await answer.text()}`;
    }),
  );
  const peak = peakBytes();
  process.stdout.write(`upload memory: at most ${Math.round(peak / megabyte)} MB so far\n`);
  expect(answers.filter((answer) => !answer.startsWith('20'))).toEqual([]);
  expect(peak).toBeLessThan(mostBytes);
}

// It takes minutes and gigabytes: `npm run proofs` and CI ask for it.
const isDue = process.env['PROOFS'] !== undefined;

(isDue ? describe : describe.skip)('eight uploads of 100 MB at once, with less than 300 MB of memory', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mortise-memory-'));
    const environment = { ...blobSetting(folder), ...s3Credentials };
    store = await StoreProcess.start(join(folder, 'data'), { environment });
    const session = await send('/api/v1/sessions', processAdmin);
    token = ((await session.json()) as { access_token: string }).access_token;
    await send('/api/v1/publishers', { name: 'acme' });
  }, waitsMs);

  afterAll(async () => {
    await store.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    'as releases',
    async () => {
      for (const version of uploads)
        writeFileSync(
          wheelOf(version),
          buildWheel({ name: 'big', version, files: { 'big/data.bin': ballast } }),
        );
      await uploadAll(async (version) => {
        const form = new FormData();
        const descriptor = `name: Big\nversion: ${version}\nbackend: big\nbackend_component: Big\n`;
        form.set('descriptor', new Blob([descriptor]), 'plugin.yaml');
        form.set('artifact', await openAsBlob(wheelOf(version)), `big-${version}-py3-none-any.whl`);
        return ['/api/v1/publishers/acme/releases', { method: 'POST', body: form }];
      });
    },
    waitsMs,
  );

  it(
    'as twine sends them',
    async () => {
      await uploadAll(async (version) => {
        const form = new FormData();
        for (const [name, value] of [
          [':action', 'file_upload'],
          ['protocol_version', '1'],
          ['metadata_version', '2.1'],
          ['name', 'big'],
          ['version', version],
          ['filetype', 'bdist_wheel'],
          ['pyversion', 'py3'],
        ] as const)
          form.set(name, value);
        form.set('content', await openAsBlob(wheelOf(version)), `big-${version}-py3-none-any.whl`);
        return ['/pypi/legacy/', { method: 'POST', body: form }];
      });
    },
    waitsMs,
  );

  it(
    'as npm sends them',
    async () => {
      const documents = new Map<string, string>();
      for (const version of uploads) {
        const tarball = buildNpmTarball({
          manifest: { name: 'big', version },
          files: { 'data.bin': ballast },
        });
        const path = join(folder, `npm-${version}.json`);
        writeFileSync(path, JSON.stringify(npmPublishDocument(tarball, { name: 'big', version })));
        documents.set(version, path);
      }
      await uploadAll(async (version) => [
        '/npm/big',
        {
          method: 'PUT',
          headers: { 'content-type': 'application/json' },
          body: await openAsBlob(documents.get(version)!),
        },
      ]);
    },
    waitsMs,
  );
});
