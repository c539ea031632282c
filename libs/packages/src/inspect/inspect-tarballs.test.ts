import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { RegistryError } from '#kernel';
import {
  buildNpmTarball,
  buildSdist,
  buildTar,
  buildTarGz,
  gnuLongName,
  paxHeader,
  stagedBytes,
} from '#testing';
import type { TarEntryPlan } from '#testing';
import { inspectArtifact } from './inspect-artifact.js';

const tgz = 'acme-zephyr-tool-1.2.0.tgz';
const sdist = 'zephyr-tool-1.2.0.tar.gz';

function inspect(bytes: Buffer, name = tgz) {
  return inspectArtifact(stagedBytes(bytes), name);
}

async function refusal(bytes: Buffer, name = tgz): Promise<[string, unknown]> {
  const error: unknown = await inspect(bytes, name).then(
    () => new Error('was accepted'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RegistryError)) throw error;
  return [error.code, error.details['entry']];
}

const hostile: [string, TarEntryPlan[], string][] = [
  ['a path upwards', [{ name: 'package/../../evil' }], 'archive-entry-outside'],
  ['an absolute path', [{ name: '/etc/evil' }], 'archive-entry-outside'],
  ['backslashes', [{ name: 'package\\..\\evil' }], 'archive-entry-outside'],
  [
    'a path upwards in a pax header',
    [paxHeader({ path: '../evil' }), { name: 'package/a' }],
    'archive-entry-outside',
  ],
  [
    'a path upwards in a GNU long name',
    [gnuLongName('../evil'), { name: 'package/a' }],
    'archive-entry-outside',
  ],
  ['a symbolic link', [{ name: 'package/link', type: '2', link: '/etc/passwd' }], 'archive-link'],
  ['a hard link', [{ name: 'package/link', type: '1', link: 'package/a' }], 'archive-link'],
  ['a character device', [{ name: 'package/device', type: '3' }], 'archive-device'],
  ['a block device', [{ name: 'package/device', type: '4' }], 'archive-device'],
  ['a fifo', [{ name: 'package/fifo', type: '6' }], 'archive-device'],
  ['a sparse file', [{ name: 'package/sparse', type: 'S' }], 'archive-device'],
  ['an unknown type', [{ name: 'package/what', type: 'Z' }], 'archive-device'],
  ['one name twice', [{ name: 'package/a' }, { name: 'package/./a' }], 'archive-duplicate-entry'],
  [
    'one name in two spellings',
    [{ name: 'package/e\u0301' }, { name: 'package/\u00e9' }],
    'archive-duplicate-entry',
  ],
  [
    'a folder in place of a file',
    [{ name: 'package/a' }, { name: 'package/a/b' }],
    'archive-duplicate-entry',
  ],
  ['a wrong header checksum', [{ name: 'package/a', checksum: 1 }], 'archive-damaged'],
  ['a negative size', [{ name: 'package/a', size: '-0000000001\0' }], 'archive-damaged'],
  ['a negative binary size', [{ name: 'package/a', size: Buffer.alloc(12, 0xff) }], 'archive-damaged'],
  [
    'an enormous binary size',
    [{ name: 'package/a', size: Buffer.from('807fffffffffffffffffffff', 'hex') }],
    'archive-damaged',
  ],
  ['a size beyond its end', [{ name: 'package/a', size: '77777777777\0' }], 'archive-damaged'],
  ['a negative size in a pax header', [paxHeader({ size: '-1' }), { name: 'package/a' }], 'archive-damaged'],
  [
    'a pax header for all entries that renames',
    [paxHeader({ path: 'x' }, 'g'), { name: 'package/a' }],
    'archive-damaged',
  ],
  [
    'a damaged pax header',
    [{ name: 'p', type: 'x', content: '99999 path=a\n' }, { name: 'package/a' }],
    'archive-damaged',
  ],
  [
    'two contradicting names',
    [gnuLongName('package/a'), paxHeader({ path: 'package/b' }), { name: 'c' }],
    'archive-damaged',
  ],
  ['a header and then nothing', [gnuLongName('package/a')], 'archive-damaged'],
  ['a folder with contents', [{ name: 'package/a/', type: '5', content: 'x' }], 'archive-damaged'],
  [
    'an extended header of a megabyte',
    [paxHeader({ comment: 'x'.repeat(1_000_000) }), { name: 'package/a' }],
    'archive-damaged',
  ],
  ['a second top folder', [{ name: 'other/a' }], 'archive-layout'],
  ['a file beside its folder', [{ name: 'a' }], 'archive-layout'],
];

describe('an npm tarball', () => {
  it('is what its package.json says', async () => {
    const bytes = buildNpmTarball();
    const content = 'export const Panel = class extends HTMLElement {};\n';
    const artifact = await inspect(bytes);
    expect(artifact).toMatchObject({
      kind: 'tarball',
      package: '@acme/zephyr-tool',
      version: '1.2.0',
      entry: 'dist/index.js',
      integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
      shasum: createHash('sha1').update(bytes).digest('hex'),
      manifest: { module: 'dist/index.js' },
    });
    if (artifact.kind !== 'tarball') throw new Error(artifact.kind);
    expect(artifact.files).toEqual([
      {
        path: 'dist/index.js',
        size: content.length,
        integrity: `sha384-${createHash('sha384').update(content).digest('base64')}`,
      },
      expect.objectContaining({ path: 'package.json' }),
    ]);
    expect(artifact.unpackedSize).toBe(artifact.files.reduce((sum, { size }) => sum + size, 0));
  });

  it('may be packed with another folder name, a byte order mark, long names and a global comment', async () => {
    const long = `package/${'long/'.repeat(40)}name.js`;
    const manifest = `\ufeff${JSON.stringify({ name: 'left', version: 'v1.0.0' })}`;
    expect(await inspect(buildNpmTarball({ folder: 'node', manifest }))).toMatchObject({
      package: 'left',
      version: '1.0.0',
    });
    const entries = [
      paxHeader({ comment: 'abc' }, 'g'),
      paxHeader({ path: long, mtime: '1.5' }),
      { name: 'short', content: 'x' },
    ];
    const artifact = await inspect(buildNpmTarball({ entries }));
    expect(artifact.kind === 'tarball' && artifact.files.map(({ path }) => path)).toContain(
      long.slice('package/'.length),
    );
    const gnu = [gnuLongName(long), { name: 'package/long', content: 'x'.repeat(600) }];
    expect(await inspect(buildNpmTarball({ entries: gnu }))).toMatchObject({ kind: 'tarball' });
  });

  it.each(hostile)('with %s is refused', async (_, entries, code) => {
    const [found, entry] = await refusal(buildNpmTarball({ entries }));
    expect(found).toBe(code);
    if (!['archive-damaged'].includes(code)) expect(entry).toBeDefined();
  });

  it('with bytes after its end, or in a second gzip member, is refused', async () => {
    const good = buildNpmTarball();
    expect((await refusal(Buffer.concat([good, Buffer.from('more')])))[0]).toBe('archive-damaged');
    expect((await refusal(Buffer.concat([good, good])))[0]).toBe('archive-damaged');
    expect((await refusal(Buffer.concat([good, Buffer.alloc(512)])))[0]).toBe('archive-damaged');
    const more = Buffer.concat([Buffer.alloc(512), buildTar([{ name: 'package/late', content: 'x' }])]);
    expect((await refusal(buildTarGz([{ name: 'package/package.json', content: '{}' }], more)))[0]).toBe(
      'archive-damaged',
    );
  });

  it('that is cut off anywhere, or has any one byte changed, is refused or read alike', async () => {
    const bytes = buildNpmTarball();
    for (let index = 0; index < bytes.length; index++) {
      expect((await refusal(bytes.subarray(0, index)))[0]).toMatch(/archive-damaged|artifact-name-mismatch/);
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 0x55;
      const outcome: unknown = await inspect(changed).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(RegistryError);
    }
  });

  it('that unpacks to far more than its size is refused', async () => {
    const bomb = buildNpmTarball({
      entries: [{ name: 'package/bomb', content: Buffer.alloc(64 * 1024 * 1024) }],
    });
    expect((await refusal(bomb))[0]).toBe('archive-bomb');
  });

  it.each([
    ['', 'metadata-invalid'],
    ['[]', 'metadata-invalid'],
    ['null', 'metadata-invalid'],
    ['{"name": "a"}', 'metadata-invalid'],
    ['{"name": "../a", "version": "1.0.0"}', 'metadata-invalid'],
    ['{"name": "@../a", "version": "1.0.0"}', 'metadata-invalid'],
    ['{"name": "a", "version": "1.0"}', 'metadata-invalid'],
    ['{"name": "a", "version": 1}', 'metadata-invalid'],
    [`{"name": "a", "version": "1.0.0", "x": ${'['.repeat(5000)}${']'.repeat(5000)}}`, 'metadata-invalid'],
    [`{"name": "a", "version": "1.0.0", "x": "${'x'.repeat(3_000_000)}"}`, 'artifact-part-too-large'],
  ])('whose package.json is wrong is refused (%#)', async (manifest, code) => {
    expect(await refusal(buildNpmTarball({ manifest, entries: [noise] }))).toEqual([
      code,
      'package/package.json',
    ]);
  });

  it('without a package.json is refused', async () => {
    expect((await refusal(buildTarGz([{ name: 'package/index.js' }])))[0]).toBe('metadata-missing');
    expect((await refusal(buildTarGz([])))[0]).toBe('metadata-missing');
    expect((await refusal(buildSdist()))[0]).toBe('metadata-missing');
    expect((await refusal(gzipSync('hello')))[0]).toBe('archive-damaged');
  });

  it.each<[Record<string, unknown>, string | null]>([
    [{ exports: './a.js' }, 'a.js'],
    [{ exports: { import: './a.js', require: './b.js' } }, 'a.js'],
    [
      {
        exports: { '.': { types: './a.d.ts', node: './n.js', browser: { import: './a.js' } } },
        main: './b.js',
      },
      'a.js',
    ],
    [{ exports: { '.': [{ import: './gone.js' }, './a.js'] } }, 'a.js'],
    [{ exports: { './sub': './a.js' }, main: './b.js' }, 'b.js'],
    [{ module: 'a.js', main: 'b.js' }, 'a.js'],
    [{ main: './lib' }, 'lib/index.js'],
    [{ main: 'a' }, 'a.js'],
    [{ main: '../../etc/passwd' }, null],
    [{}, null],
  ])('of %j is entered by %s', async (fields, entry) => {
    const manifest = { name: 'a', version: '1.0.0', ...fields };
    const files = { 'a.js': '', 'b.js': '', 'n.js': '', 'a.d.ts': '', 'lib/index.js': '' };
    expect(await inspect(buildNpmTarball({ manifest, files }))).toMatchObject({ entry });
  });
});

const noise = { name: 'package/noise', content: createHash('sha512').update('x').digest() };

describe('a source distribution', () => {
  it.each([
    ['zephyr-tool', '1.2.0', 'zephyr-tool-1.2.0', sdist],
    ['Zephyr.Tool', '1.2.0', 'Zephyr.Tool-1.2.0', 'Zephyr.Tool-1.2.0.tar.gz'],
    ['zephyr_tool', '1.2.0-1', 'zephyr_tool-1.2.0.post1', 'zephyr_tool-1.2.0.post1.tar.gz'],
    ['zephyr-2-tool', '1.2', 'zephyr_2_tool-1.2', 'zephyr_2_tool-1.2.0.tar.gz'],
  ])('of %s %s may be named as older tools did', async (name, version, folder, filename) => {
    const artifact = await inspect(buildSdist({ name, version, folder }), filename);
    expect(artifact).toMatchObject({ kind: 'sdist', metadata: null });
  });

  it.each(hostile.filter(([, , code]) => code !== 'archive-layout'))(
    'with %s is refused',
    async (_, entries, code) => {
      const inFolder = entries.map((entry) => ({
        ...entry,
        name: entry.name.replace('package', 'zephyr-tool-1.2.0'),
      }));
      expect((await refusal(buildSdist({ entries: inFolder }), sdist))[0]).toMatch(
        ['archive-duplicate-entry', 'archive-damaged'].includes(code) ? /archive-/ : new RegExp(code),
      );
    },
  );

  it('that requires something by its address is refused', async () => {
    const content =
      'Metadata-Version: 2.1\nName: zephyr-tool\nVersion: 1.2.0\nRequires-Dist: wild @ https://elsewhere.example/wild.zip\n';
    const name = 'zephyr-tool-1.2.0/PKG-INFO';
    expect(await refusal(buildTarGz([{ name, content }]), sdist)).toEqual(['requirement-by-address', name]);
  });

  it('whose name or folder says something else than PKG-INFO is refused', async () => {
    expect((await refusal(buildSdist(), 'other-1.2.0.tar.gz'))[0]).toBe('artifact-name-mismatch');
    expect((await refusal(buildSdist(), 'zephyr-tool-1.2.1.tar.gz'))[0]).toBe('artifact-name-mismatch');
    expect((await refusal(buildSdist({ folder: 'x' }), sdist))[0]).toBe('archive-layout');
    expect((await refusal(buildNpmTarball(), sdist))[0]).toBe('metadata-missing');
  });
});
