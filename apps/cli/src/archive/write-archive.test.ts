import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pack } from 'tar-stream';
import { sha256Hex } from '#kernel';
import { openArchive } from '#host';
import type { ExportedFile, ExportIndex } from '#host';
import { writeArchive } from './write-archive.js';

let folder: string;
const at = (name: string): string => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mortise-archive-test-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (path: string, text: string, more: Partial<ExportedFile> = {}): ExportedFile => ({
  path,
  size: Buffer.byteLength(text),
  sha256: sha256Hex(text),
  kind: 'descriptor',
  own: true,
  ...more,
});

const indexOf = (...files: ExportedFile[]): ExportIndex => ({
  schema_version: 1,
  plugin: 'a/b',
  version: '1.0.0',
  store: 'http://x',
  exported_at: '2030-01-01T00:00:00.000Z',
  files,
});

/** A tar with the index as it is given, and whatever else. */
async function tar(
  index: unknown,
  ...entries: { name: string; text?: string; type?: 'symlink'; linkname?: string }[]
): Promise<string> {
  const archive = pack();
  archive.entry({ name: 'mortise-export.json' }, JSON.stringify(index));
  for (const { text = '', ...header } of entries) archive.entry(header, text);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  writeFileSync(at('x.tar'), Buffer.concat(chunks));
  return at('x.tar');
}

async function* bytesOf(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}

describe('an archive', () => {
  it('has what was put into it', async () => {
    const index = indexOf(
      file('plugin.yaml', 'name: b'),
      file('artifacts/b-1.0.0.tgz', 'bytes', { kind: 'tarball' }),
    );
    const texts: Record<string, string> = { 'plugin.yaml': 'name: b', 'artifacts/b-1.0.0.tgz': 'bytes' };
    await writeArchive(
      at('x.tar'),
      index,
      async ({ path }) => bytesOf(texts[path]!),
      () => undefined,
    );
    const opened = await openArchive(at('x.tar'));
    expect(opened.index).toEqual(index);
    expect(index.files.map((one) => readFileSync(opened.pathOf(one), 'utf8'))).toEqual(['name: b', 'bytes']);
    const [first] = index.files;
    await opened.discard();
    expect(existsSync(opened.pathOf(first!))).toBe(false);
  });

  it('is not there at all when what arrives is not what was promised', async () => {
    const index = indexOf(file('plugin.yaml', 'name: b'));
    for (const text of ['name: c', 'name', 'name: b and more']) {
      const written = writeArchive(
        at('x.tar'),
        index,
        async () => bytesOf(text),
        () => undefined,
      );
      await expect(written).rejects.toMatchObject({ code: 'artifact-damaged' });
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it('opens nothing where it can’t be written', async () => {
    const opened: string[] = [];
    const written = writeArchive(
      join(at('nowhere'), 'x.tar'),
      indexOf(file('plugin.yaml', 'name: b')),
      async ({ path }) => {
        opened.push(path);
        return bytesOf('name: b');
      },
      () => undefined,
    );
    await expect(written).rejects.toMatchObject({ code: 'ENOENT' });
    expect(opened).toEqual([]);
  });

  const good = file('plugin.yaml', 'name: b');
  const entry = { name: 'plugin.yaml', text: 'name: b' };

  it.each<[string, unknown, Parameters<typeof tar>[1][]]>([
    [
      'leads out of its folder',
      indexOf({ ...good, path: '../plugin.yaml' }),
      [{ ...entry, name: '../plugin.yaml' }],
    ],
    [
      'leads out of its folder of artifacts',
      indexOf({ ...good, path: 'artifacts/../../x' }),
      [{ ...entry, name: 'artifacts/../../x' }],
    ],
    ['is absolute', indexOf({ ...good, path: '/tmp/x' }), [{ ...entry, name: '/tmp/x' }]],
    ['is no plain file', indexOf(good), [{ name: 'plugin.yaml', type: 'symlink', linkname: '/etc/passwd' }]],
    ['is not in the index', indexOf(good), [entry, { name: 'artifacts/more.whl', text: 'x' }]],
    ['is missing', indexOf(good), []],
    ['is there twice', indexOf(good), [entry, entry]],
    ['has other bytes', indexOf(good), [{ ...entry, text: 'name: c' }]],
    ['is longer', indexOf(good), [{ ...entry, text: 'name: b, and so on' }]],
    ['has an impossible size', indexOf({ ...good, size: -1 }), [entry]],
    ['is of an unknown kind', indexOf({ ...good, kind: 'program' as 'icon' }), [entry]],
    ['has an index of the future', { ...indexOf(good), schema_version: 2 }, [entry]],
    ['has an index of nothing', null, [entry]],
  ])('is refused, and leaves nothing behind, where a file %s', async (_, index, entries) => {
    const path = await tar(index, ...entries);
    const before = readdirSync(tmpdir()).filter(
      (name) => name.startsWith('mortise-archive-') && !name.includes('test'),
    );
    await expect(openArchive(path)).rejects.toMatchObject({ code: 'archive-damaged' });
    const after = readdirSync(tmpdir()).filter(
      (name) => name.startsWith('mortise-archive-') && !name.includes('test'),
    );
    expect(after.filter((name) => !before.includes(name))).toEqual([]);
  });

  it('says wherever it was cut off that it is incomplete, and which', async () => {
    const large = file('artifacts/b-1.0.0.tgz', 'x'.repeat(70_000), { kind: 'tarball' });
    const path = await tar(indexOf(good, large), entry, { name: large.path, text: 'x'.repeat(70_000) });
    const whole = readFileSync(path);
    const end = whole.length - 1024;
    const cuts = [1, 511, 512, 513, 700, 1024, 1100, 1536, 1540, 2048, 2100, 2560, 3000, 66_000, end - 600];
    for (const cut of cuts) {
      writeFileSync(path, whole.subarray(0, cut));
      await expect(openArchive(path)).rejects.toMatchObject({
        code: 'archive-damaged',
        message: expect.stringMatching(new RegExp(`^${path} .* incomplete`)),
      });
    }
  });
});
