import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Sqlite } from '#sqlite';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import request from 'supertest';
import { sha256Hex } from '#kernel';
import type { Damage } from '#kernel';
import { verifyStore } from '../apps/registry/src/platform/commands/verify-store.js';
import { parseSettings } from '../apps/registry/src/platform/settings/config.js';
import { BlobStore } from '#packages';
import { buildNpmTarball, buildWheel, stagedBytes } from '#testing';
import { CatalogStore } from './catalog-store.js';
import { seedPublisher } from './seed-publisher.js';
import { startStore } from './start-store.js';

const bin = resolve('apps/registry/bin/mortise-registry.js');
const wheel = buildWheel();
const tarball = buildNpmTarball();
const [wheelDigest, tarballDigest] = [sha256Hex(wheel), sha256Hex(tarball)];
const orphan = Buffer.from('nobody needs me');

let sound: string;
let token: string;
let folder: string;

beforeAll(async () => {
  sound = mkdtempSync(join(tmpdir(), 'mortise-verify-'));
  const catalog = await CatalogStore.start({}, sound);
  ({ token } = catalog);
  await publish(catalog.store.server);
  await catalog.publish('other', '1.0.0');
  await catalog.publish('other', '1.1.0');
  await catalog.store.app.get(BlobStore).keep(stagedBytes(orphan));
  await catalog.store.app.close();
});

afterAll(() => rmSync(sound, { recursive: true }));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function publish(server: Parameters<typeof request>[0]) {
  const yaml = `name: tool
version: 1.0.0
backend: {package: zephyr-tool, version: 1.2.0}
backend_component: Plugin
front_end: "@acme/zephyr-tool"
frontend_component: Panel
`;
  return request(server)
    .post('/api/v1/publishers/acme/releases')
    .set('authorization', `Bearer ${token}`)
    .attach('descriptor', Buffer.from(yaml), 'plugin.yaml')
    .attach('artifact', wheel, 'zephyr_tool-1.2.0-py3-none-any.whl')
    .attach('artifact', tarball, 'acme-zephyr-tool-1.2.0.tgz')
    .expect((answer) => expect([200, 201]).toContain(answer.status));
}

/** Copies the sound store and does to it what `plant` does. */
function damaged(plant: (at: string) => void = () => undefined): void {
  folder = mkdtempSync(join(tmpdir(), 'mortise-verify-'));
  cpSync(sound, folder, { recursive: true });
  plant(folder);
}

interface Verified {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

const run = (...words: string[]): Promise<Verified> =>
  new Promise((done) => {
    const env = { PATH: process.env['PATH'], MORTISE_DATA: folder };
    execFile(process.execPath, [bin, ...words], { env }, (error, out, errors) =>
      done({ code: error ? Number(error.code) : 0, out, errors }),
    );
  });

async function verify() {
  const told: string[] = [];
  const settings = parseSettings({ MORTISE_DATA: folder });
  const code = await verifyStore(settings, { json: true, say: (text) => told.push(text) });
  expect(told).toHaveLength(1);
  return { code, ...(JSON.parse(told[0]!) as { ok: boolean; damages: Damage[]; notes: { code: string }[] }) };
}

const blobAt = (at: string, sha256: string) => join(at, 'blobs', 'sha256', sha256.slice(0, 2), sha256);

const sqlAt =
  (...statements: string[]) =>
  (at: string) => {
    const database = new Sqlite(join(at, 'mortise.sqlite'));
    database.pragma('foreign_keys = OFF');
    for (const statement of statements) expect(database.prepare(statement).run().changes).toBeGreaterThan(0);
    database.close();
  };

const indexAt =
  (...statements: string[]) =>
  (at: string) => {
    const search = join(at, 'search');
    const file = readdirSync(search).find((name) => name.endsWith('.sqlite'))!;
    const database = new Sqlite(join(search, file));
    for (const statement of statements) expect(database.prepare(statement).run().changes).toBeGreaterThan(0);
    database.close();
  };

function flipByte(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(path, bytes);
}

describe('verify', () => {
  it('finds a sound store sound, tells what is harmless, and changes nothing', async () => {
    damaged();
    const before = readdirSync(folder, { recursive: true }).sort();
    const { code, out, errors } = await run('verify');
    expect([code, errors]).toEqual([0, '']);
    expect(out).toContain('note: Blobs that belong to nothing: 1 (');
    expect(out.trimEnd().split('\n').at(-1)).toBe(
      'Looked at 3 blobs, 2 files, 3 releases, 2 indexed plugins: all is well.',
    );
    expect(out).not.toContain('\u001b');
    expect((await verify()).notes.map((note) => note.code)).toEqual(['orphans']);
    const after = readdirSync(folder, { recursive: true }).sort();
    expect(after.filter((name) => !/-(?:wal|shm)$/.test(String(name)))).toEqual(
      before.filter((name) => !/-(?:wal|shm)$/.test(String(name))),
    );
  });

  it.each<[string, (at: string) => void, string, RegExp]>([
    [
      'a flipped byte',
      (at) => flipByte(blobAt(at, wheelDigest)),
      'blob-damaged',
      /^Remove .*publish the same again/,
    ],
    [
      'a blob that was cut off',
      (at) => writeFileSync(blobAt(at, tarballDigest), tarball.subarray(0, 100)),
      'blob-cut-off',
      /^Publish the same again with the same bytes/,
    ],
    ['a missing blob', (at) => rmSync(blobAt(at, wheelDigest)), 'blob-missing', /^Publish the same again/],
    [
      'a damaged blob that nothing needs',
      (at) => flipByte(blobAt(at, sha256Hex(orphan))),
      'blob-damaged',
      /^Nothing needs it/,
    ],
    [
      'rows that name bytes which never were there',
      sqlAt(
        `UPDATE package_file SET sha256 = '${'ab'.repeat(32)}' WHERE side = 'npm'`,
        `UPDATE release_artifact SET sha256 = '${'ab'.repeat(32)}' WHERE kind = 'tarball'`,
      ),
      'blob-missing',
      /^Publish the same again/,
    ],
    [
      'a wrong size',
      sqlAt("UPDATE package_file SET size = size + 1 WHERE side = 'npm'"),
      'size-wrong',
      /backup/,
    ],
    [
      'a wrong integrity',
      sqlAt("UPDATE package_file SET facts = replace(facts, 'sha512-', 'sha512-A') WHERE side = 'npm'"),
      'facts-wrong',
      /backup/,
    ],
    [
      'a wrong shasum',
      sqlAt("UPDATE package_file SET facts = json_set(facts, '$.shasum', 'ab') WHERE side = 'npm'"),
      'facts-wrong',
      /backup/,
    ],
    [
      'a wrong digest of a file inside',
      sqlAt(
        "UPDATE release_artifact SET facts = json_set(facts, '$.files[0].integrity', 'ab') WHERE kind = 'tarball'",
      ),
      'facts-wrong',
      /backup/,
    ],
    [
      'a wrong digest of METADATA',
      sqlAt(
        "UPDATE package_file SET facts = json_set(facts, '$.metadata.sha256', 'ab') WHERE side = 'python'",
      ),
      'facts-wrong',
      /backup/,
    ],
    [
      'facts that are of another version',
      sqlAt("UPDATE package_file SET facts = json_set(facts, '$.version', '9.9.9') WHERE side = 'python'"),
      'facts-wrong',
      /backup/,
    ],
    [
      'facts that are none',
      sqlAt("UPDATE package_file SET facts = '{' WHERE side = 'python'"),
      'facts-wrong',
      /backup/,
    ],
    [
      'changed bytes of a descriptor',
      sqlAt("UPDATE plugin_release SET descriptor_bytes = descriptor_bytes || ' ' WHERE version = '1.1.0'"),
      'descriptor-changed',
      /backup/,
    ],
    [
      'a pin without its version',
      sqlAt("UPDATE release_pin SET version = '9.9.9' WHERE side = 'npm'"),
      'pin-without-version',
      /^Publish that package version/,
    ],
    [
      'a release that lost a file',
      sqlAt("DELETE FROM release_artifact WHERE kind = 'tarball'"),
      'pin-without-file',
      /backup/,
    ],
    [
      'a file of a release that is of no package',
      sqlAt(
        "UPDATE release_artifact SET filename = 'zephyr_tool-1.2.1-py3-none-any.whl' WHERE kind = 'wheel'",
      ),
      'artifact-without-file',
      /backup/,
    ],
    [
      'a row that belongs to nothing',
      sqlAt("UPDATE package_file SET version = '9.9.9' WHERE side = 'python'"),
      'row-without-parent',
      /backup/,
    ],
    [
      'a wrong latest version',
      sqlAt("UPDATE plugin SET latest_version = '1.0.0' WHERE id = 'acme/other'"),
      'latest-wrong',
      /computes/,
    ],
    [
      'a plugin that is missing in the index',
      indexAt("DELETE FROM document WHERE id = 'acme/other'"),
      'index-document-missing',
      /reindex/,
    ],
    [
      'a plugin too many in the index',
      indexAt(`INSERT INTO document SELECT 99, 'acme/ghost', 'ghost', 1, replace(card, 'acme/other', 'acme/ghost'),
        name, title, summary, description, rest FROM document WHERE id = 'acme/other'`),
      'index-document-extra',
      /reindex/,
    ],
    [
      'another document in the index',
      indexAt(
        `UPDATE document SET card = json_set(card, '$.summary', 'Buys you a boat.') WHERE id = 'acme/tool'`,
      ),
      'index-document-differs',
      /reindex/,
    ],
    [
      'a damaged file of the index',
      (at) => {
        const search = join(at, 'search');
        const file = join(
          search,
          readdirSync(search).find((name) => name.endsWith('.sqlite'))!,
        );
        // What still lies in the log would be read from there.
        const index = new Sqlite(file);
        index.pragma('wal_checkpoint(TRUNCATE)');
        index.close();
        const bytes = readFileSync(file);
        bytes.fill(0x5a, 8192);
        writeFileSync(file, bytes);
      },
      'index-damaged',
      /reindex|Start the store/,
    ],
    [
      'a damaged database',
      (at) => writeFileSync(join(at, 'mortise.sqlite'), Buffer.alloc(8192, 0x5a)),
      'database-damaged',
      /backup/,
    ],
  ])('finds %s, and says how to mend it', async (_, plant, code, mend) => {
    damaged(plant);
    const found = await verify();
    expect([found.code, found.ok]).toEqual([1, false]);
    const one = found.damages.find((damage) => damage.code === code);
    expect([found.damages.map((damage) => damage.code), one?.mend]).toEqual([
      expect.arrayContaining([code]),
      expect.stringMatching(mend),
    ]);
    expect(one!.what).toMatch(/^[A-Z].*\.$/s);
    for (const damage of found.damages)
      expect(damage).toEqual(expect.objectContaining({ subject: expect.any(String) }));
  });

  it('tells a person one line on what it is and one on how to mend it', async () => {
    damaged((at) => flipByte(blobAt(at, wheelDigest)));
    const { code, out } = await run('verify');
    expect(code).toBe(1);
    const lines = out.trimEnd().split('\n');
    const place = blobAt(folder, wheelDigest);
    expect(lines[0]).toBe(
      `blob-damaged: blob ${wheelDigest}. It has other bytes than its digest says. python package zephyr-tool 1.2.0 (and 1 more) needs it (zephyr_tool-1.2.0-py3-none-any.whl).`,
    );
    expect(lines[1]).toBe(
      `  To mend it: Remove ${place}, then publish the same again with the same bytes, or put it back from a backup.`,
    );
    expect(lines.at(-1)).toContain('1 damage, see above');
  });

  it('is content once what it said was done', async () => {
    damaged((at) => {
      rmSync(blobAt(at, wheelDigest));
      writeFileSync(blobAt(at, tarballDigest), 'cut');
      indexAt("DELETE FROM document WHERE id = 'acme/other'")(at);
    });
    expect((await verify()).damages).toHaveLength(3);
    expect((await run('reindex')).out).toContain('The next start makes the index again');
    const store = await startStore({}, folder);
    await publish(store.server);
    await request(store.server).get('/api/v1/plugins').expect(200);
    expect((await verify()).damages).toEqual([]);
    await store.app.close();
    expect(await verify()).toMatchObject({ code: 0, ok: true });
  });

  it('speaks of what the running store serves: no damaged bytes, and at once what was mended as it said', async () => {
    damaged((at) => flipByte(blobAt(at, wheelDigest)));
    const store = await startStore({}, folder);
    const url = `/api/v1/artifacts/${wheelDigest}/zephyr_tool-1.2.0-py3-none-any.whl`;
    const refused = await request(store.server).get(url).expect(503);
    expect(refused.body).toMatchObject({
      code: 'blob-damaged',
      detail: expect.stringContaining('mortise-registry verify'),
    });
    expect(refused.headers).toMatchObject({ 'cache-control': 'no-store' });
    rmSync(blobAt(folder, wheelDigest));
    await publish(store.server);
    expect((await verify()).damages).toEqual([]);
    const served = await request(store.server).get(url).buffer(true).responseType('blob').expect(200);
    expect(sha256Hex(served.body as Buffer)).toBe(wheelDigest);
    await store.app.close();
  });

  it('works beside a running store, which it leaves alone', async () => {
    damaged();
    const store = await startStore({}, folder);
    const publishing = (async () => {
      const umbrella = await seedPublisher(store, 'umbrella');
      for (let minor = 0; minor < 30; minor += 1) {
        await request(store.server)
          .post('/api/v1/publishers/umbrella/releases')
          .set('authorization', `Bearer ${umbrella.token}`)
          .set('content-type', 'application/yaml')
          .send(
            `name: busy\nversion: 1.${minor}.0\ninterfaces:\n  a:\n    form: [{type: integer, name: n, label: N}]\n`,
          )
          .expect(201);
      }
    })();
    expect(await verify()).toMatchObject({ code: 0, ok: true });
    await publishing;
    expect(await verify()).toMatchObject({ code: 0, ok: true });
    expect((await run('reindex')).errors).toContain('Another process');
    await store.app.close();
  });

  it('says what it takes, where there is no store, and that migrations are due', async () => {
    damaged();
    const wrong = await run('verify', '--jsn');
    expect(wrong).toMatchObject({
      code: 2,
      errors: 'mortise: "verify" does not take "--jsn". Did you mean --json? It takes: --json.\n',
    });
    expect((await run('settings', '--json')).code).toBe(2);
    expect((await run('help')).out).toContain('--json');
    sqlAt("DELETE FROM migrations WHERE name LIKE 'Packages%'")(folder);
    expect((await run('verify')).errors).toContain('mortise-registry migrate');
    rmSync(join(folder, 'mortise.sqlite'));
    expect(await run('verify')).toMatchObject({
      code: 2,
      errors: expect.stringContaining('There is no database'),
    });
    for (const tail of ['-wal', '-shm']) rmSync(join(folder, `mortise.sqlite${tail}`), { force: true });
    writeFileSync(join(folder, 'mortise.sqlite'), '');
    expect(await run('verify')).toMatchObject({
      code: 2,
      errors: expect.stringMatching(/^mortise: There is no store in .* set MORTISE_DATABASE/),
    });
  });

  it('says that the bytes may be elsewhere, where there is no folder, or none of what the database names', async () => {
    damaged((at) => rmSync(join(at, 'blobs'), { recursive: true }));
    expect(await run('verify')).toMatchObject({
      code: 2,
      errors: expect.stringMatching(/^mortise: There is no folder .*blobs, .* set MORTISE_BLOBS/),
    });
    mkdirSync(join(folder, 'blobs'));
    const { code, damages, notes } = await verify();
    expect([code, damages.map((damage) => damage.code)]).toEqual([1, ['blob-missing', 'blob-missing']]);
    expect(notes).toMatchObject([
      { code: 'blobs-elsewhere', what: expect.stringMatching(/^Of the 2 blobs .* none is at /) },
    ]);
  });
});
