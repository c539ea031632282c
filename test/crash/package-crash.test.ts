import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256Hex } from '#kernel';
import { Database } from '#database';
import { buildNpmTarball, buildWheel, Random } from '#testing';
import { npmPublishDocument } from '../npm-publish-document.js';
import { seedPublisherInto } from '../seed-publisher.js';
import { StoreProcess } from '../store-process.js';

// `npm test` takes a sample; CRASH_PUBLISHES=200 is the whole, and CRASH_SEED repeats a run.
const uploads = Math.ceil(Number(process.env['CRASH_PUBLISHES'] ?? 20) / 2);
const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);
const random = new Random(seed);
const senders = 4;
const timeoutMs = 180_000 + uploads * 4_000;
const program = fileURLToPath(new URL('../../apps/registry/src/main.js', import.meta.url));

interface Upload {
  readonly side: 'npm' | 'python';
  readonly name: string;
  readonly version: string;
  readonly bytes: Buffer;
}

let folder: string;
let token: string;
const waiting = Array.from({ length: uploads }, (_, at) => makeUpload(at));
const interrupted: Upload[] = [];
const acknowledged = new Set<Upload>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mortise-package-crash-'));
  const database = await Database.open(join(folder, 'mortise.sqlite'));
  ({ token } = await seedPublisherInto(database, 'acme'));
  await database.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe(`a store that is killed while packages are uploaded (CRASH_SEED=${seed})`, () => {
  it(
    'is whole afterwards, advertises nothing that it lacks, and takes every interrupted upload again',
    async () => {
      let kills = 0;
      while (waiting.length > 0 || interrupted.length > 0) {
        expect(await verify()).toBe('whole');
        const store = await StoreProcess.start(folder);
        try {
          await resendInterrupted(store);
          const killed = new Promise<void>((resolve) => {
            setTimeout(() => void store.kill().then(resolve), 5 + random.next() * 200);
          });
          await Promise.all(Array.from({ length: senders }, () => sendUntilKilled(store)));
          await killed;
          kills += 1;
        } finally {
          await store.kill();
        }
      }
      expect(await verify()).toBe('whole');
      const store = await StoreProcess.start(folder);
      try {
        for (const upload of acknowledged)
          expect(await servedDigest(store, upload)).toBe(sha256Hex(upload.bytes));
      } finally {
        await store.kill();
      }
      expect(acknowledged.size).toBe(uploads);
      process.stdout.write(`package crash: seed ${seed}, ${uploads} uploads, ${kills} kills\n`);
    },
    timeoutMs,
  );
});

async function sendUntilKilled(store: StoreProcess): Promise<void> {
  for (let upload = waiting.shift(); upload; upload = waiting.shift()) {
    const status = await send(store, upload).catch(() => undefined);
    if (status === undefined) {
      interrupted.push(upload);
      return;
    }
    expect([200, 201]).toContain(status);
    acknowledged.add(upload);
  }
}

/** What is advertised is there; and whether it was or not, the same upload succeeds. */
async function resendInterrupted(store: StoreProcess): Promise<void> {
  for (const upload of interrupted.splice(0)) {
    const served = await servedDigest(store, upload);
    if (served !== null) expect(served).toBe(sha256Hex(upload.bytes));
    expect([200, 201]).toContain(await send(store, upload));
    acknowledged.add(upload);
    expect(await servedDigest(store, upload)).toBe(sha256Hex(upload.bytes));
  }
}

/** The digest of what the index leads to; null where it names no such version. */
async function servedDigest(store: StoreProcess, upload: Upload): Promise<string | null> {
  const address = await (upload.side === 'npm' ? tarballAddress : wheelAddress)(store, upload);
  if (address === undefined) return null;
  const answer = await fetch(address);
  expect(answer.status).toBe(200);
  return sha256Hex(Buffer.from(await answer.arrayBuffer()));
}

async function tarballAddress(store: StoreProcess, { name, version }: Upload): Promise<string | undefined> {
  const answer = await fetch(`${store.address}/npm/${name}`);
  const { versions = {} } = (await answer.json()) as {
    versions?: Record<string, { dist: { tarball: string } }>;
  };
  const address = versions[version]?.dist.tarball;
  return address === undefined ? undefined : store.address + new URL(address).pathname;
}

async function wheelAddress(store: StoreProcess, upload: Upload): Promise<string | undefined> {
  const page = `${store.address}/pypi/simple/${upload.name}/`;
  const answer = await fetch(page, { headers: { accept: 'application/vnd.pypi.simple.v1+json' } });
  const { files = [] } = (await answer.json()) as { files?: { filename: string; url: string }[] };
  const file = files.find(({ filename }) => filename === wheelName(upload));
  return file && store.address + new URL(file.url, page).pathname;
}

async function send(store: StoreProcess, upload: Upload): Promise<number> {
  const answer = await (upload.side === 'npm' ? sendTarball : sendWheel)(store, upload);
  await answer.text();
  return answer.status;
}

const sendTarball = (store: StoreProcess, { name, version, bytes }: Upload): Promise<Response> =>
  fetch(`${store.address}/npm/${name}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(npmPublishDocument(bytes, { name, version })),
  });

function sendWheel(store: StoreProcess, upload: Upload): Promise<Response> {
  const { name, version, bytes } = upload;
  const form = new FormData();
  const fields = {
    ':action': 'file_upload',
    protocol_version: '1',
    filetype: 'bdist_wheel',
    pyversion: 'py3',
  };
  for (const [field, value] of Object.entries({ ...fields, metadata_version: '2.1', name, version })) {
    form.append(field, value);
  }
  form.append('content', new Blob([new Uint8Array(bytes)]), wheelName(upload));
  const credential = Buffer.from(`__token__:${token}`).toString('base64');
  const headers = { authorization: `Basic ${credential}` };
  return fetch(`${store.address}/pypi/legacy/`, { method: 'POST', headers, body: form });
}

/** Runs the command on the folder: what it said unless all is well. */
async function verify(): Promise<string> {
  const child = spawn(process.execPath, [program, 'verify'], {
    env: { PATH: process.env['PATH'], MORTISE_DATA: folder, MORTISE_LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const listen = (chunk: Buffer): void => void (said += chunk.toString());
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const [status] = (await once(child, 'close')) as [number | null];
  return status === 0 ? 'whole' : said;
}

const wheelName = ({ name, version }: Upload) => `${name.replaceAll('-', '_')}-${version}-py3-none-any.whl`;

/** A version of one of six packages, from a kilobyte to a megabyte. */
function makeUpload(at: number): Upload {
  const name = `crashed-${at % 6}`;
  const version = `1.0.${at}`;
  const noise = Buffer.alloc(Math.floor(2 ** (10 + random.next() * 10)));
  for (let offset = 0; offset + 4 <= noise.length; offset += 4) {
    noise.writeUInt32LE(Math.floor(random.next() * 2 ** 32), offset);
  }
  const files = { 'data.bin': noise };
  if (at % 2 === 0) {
    return { side: 'npm', name, version, bytes: buildNpmTarball({ manifest: { name, version }, files }) };
  }
  const wheel = buildWheel({ name: name.replaceAll('-', '_'), version, files });
  return { side: 'python', name, version, bytes: wheel };
}
