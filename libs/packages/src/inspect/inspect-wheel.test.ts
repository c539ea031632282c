import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { RegistryError } from '#kernel';
import { buildSdist, buildWheel, buildZip, stagedBytes } from '#testing';
import type { WheelPlan, ZipMemberPlan } from '#testing';
import { inspectArtifact } from './inspect-artifact.js';

const filename = 'zephyr_tool-1.2.0-py3-none-any.whl';

function inspect(bytes: Buffer, name = filename) {
  return inspectArtifact(stagedBytes(bytes), name);
}

/** The code and the entry that a refusal names. */
async function refusal(bytes: Buffer, name = filename): Promise<[string, unknown]> {
  const error: unknown = await inspect(bytes, name).then(
    () => new Error('was accepted'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RegistryError)) throw error;
  expect(error.message).toMatch(/\.$/);
  return [error.code, error.details['entry']];
}

const first = { name: 'first.txt', content: 'x' };
const withMember = (member: ZipMemberPlan) => buildWheel({ members: [first, member] });

describe('a wheel', () => {
  it('is what its METADATA says', async () => {
    const bytes = buildWheel();
    expect(await inspect(bytes)).toEqual({
      kind: 'wheel',
      filename,
      size: bytes.length,
      sha256: stagedBytes(bytes).sha256,
      package: 'zephyr-tool',
      version: '1.2.0',
      requiresPython: '>=3.8',
      metadata: {
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        text: expect.stringContaining('Name: zephyr_tool'),
      },
    });
  });

  it.each([
    ['another spelling of the name', 'Zephyr.Tool', '1.2.0', 'zephyr_tool-1.2.0-py3-none-any.whl'],
    [
      'another spelling of the version',
      'zephyr_tool',
      '1.2.0-Beta.1',
      'zephyr_tool-1.2.0b1-cp311-cp311-linux_x86_64.whl',
    ],
    ['a version with fewer zeros', 'zephyr_tool', '1.2', 'zephyr_tool-1.2.0-py3-none-any.whl'],
    ['a build tag', 'zephyr_tool', '1.2.0', 'zephyr_tool-1.2.0-1local-py2.py3-none-any.whl'],
    ['a local version', 'zephyr_tool', '1.2.0+cu.118', 'zephyr_tool-1.2.0+cu.118-py3-none-any.whl'],
  ])('may have %s', async (_, name, version, wheelName) => {
    const metadata = `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`;
    const folderVersion = version.replaceAll('-', '_');
    const bytes = buildWheel({ name: 'zephyr_tool', version: folderVersion, metadata });
    expect(await inspect(bytes, wheelName)).toMatchObject({ package: 'zephyr-tool' });
  });

  it('may have sizes behind its bytes, stored members and folders', async () => {
    const bytes = buildWheel({
      members: [
        { name: 'data/', content: '', stored: true },
        { name: 'data/a.bin', content: 'a'.repeat(1000), descriptor: true },
        { name: 'data/empty.bin', content: '', descriptor: true },
        { name: 'data/wide.bin', content: '', wideDescriptor: true },
        { name: 'data/b.bin', content: 'b', stored: true },
        { name: 'data/ümlaut.txt', content: '' },
        { name: 'data/large.bin', content: Buffer.alloc(300_000, 'abc') },
      ],
    });
    expect(await inspect(bytes)).toMatchObject({ kind: 'wheel' });
  });

  it.each<[string, ZipMemberPlan, string]>([
    ['a path upwards', { name: '../evil.py', content: '' }, 'archive-entry-outside'],
    ['a path upwards in the middle', { name: 'a/../../evil.py', content: '' }, 'archive-entry-outside'],
    ['an absolute path', { name: '/etc/cron.d/evil', content: '' }, 'archive-entry-outside'],
    ['a drive', { name: 'C:evil.py', content: '' }, 'archive-entry-outside'],
    ['backslashes', { name: '..\\evil.py', content: '' }, 'archive-entry-outside'],
    ['a link', { name: 'link', content: '/etc/passwd', mode: 0o120777 }, 'archive-link'],
    ['a device', { name: 'device', content: '', mode: 0o020666 }, 'archive-device'],
    ['a fifo', { name: 'fifo', content: '', mode: 0o010666 }, 'archive-device'],
    ['an encrypted member', { name: 'secret', content: 'x', flags: 0x801 }, 'archive-encrypted'],
    ['another compression', { name: 'odd', content: 'x', method: 12 }, 'archive-method'],
    ['a member under two names', { name: 'good.py', localName: 'evil.py', content: '' }, 'archive-damaged'],
    ['a member of two sizes', { name: 'a.py', localBytes: 5, content: 'abc' }, 'archive-damaged'],
    ['a member larger than it says', { name: 'a.py', bytes: 3, content: 'abcdef' }, 'archive-damaged'],
    ['a member smaller than it says', { name: 'a.py', bytes: 30, content: 'abcdef' }, 'archive-damaged'],
    ['a wrong checksum', { name: 'a.py', crc32: 1, content: 'abc' }, 'archive-damaged'],
    [
      'bytes hidden behind a member',
      { name: 'a.py', hidden: Buffer.from('evil'), content: 'abc' },
      'archive-damaged',
    ],
    ['bytes between members', { name: 'a.py', before: Buffer.from('PK'), content: 'abc' }, 'archive-damaged'],
    [
      'a member at the place of another',
      { name: 'a.py', offset: 0, before: Buffer.alloc(50), content: '' },
      'archive-damaged',
    ],
    [
      'a second name in an extra field',
      { name: 'a.py', content: '', extra: unicodePath('a.py', 'b.py') },
      'archive-entry-name',
    ],
    ['a file in place of a folder', { name: 'zephyr_tool', content: '' }, 'archive-duplicate-entry'],
    [
      'a second METADATA',
      { name: 'zephyr_tool-1.2.0.dist-info/METADATA', content: 'x' },
      'archive-duplicate-entry',
    ],
    [
      'a second METADATA, spelled otherwise',
      { name: './zephyr_tool-1.2.0.dist-info//METADATA', content: 'x' },
      'archive-duplicate-entry',
    ],
    ['a second dist-info', { name: 'other-1.dist-info/METADATA', content: 'x' }, 'metadata-ambiguous'],
    [
      'a folder with hidden contents',
      { name: 'f/', content: '', hidden: Buffer.from('evil') },
      'archive-damaged',
    ],
    ['a deep path', { name: `${'a/'.repeat(200)}b`, content: '' }, 'archive-entry-name'],
    ['a long path', { name: 'a'.repeat(3000), content: '' }, 'archive-entry-name'],
  ])('with %s is refused, and the entry named', async (_, member, code) => {
    const [found, entry] = await refusal(withMember(member));
    expect(found).toBe(code);
    expect(entry).toBeDefined();
  });

  it.each(['\n', '\0', '\u001b[31m', '\u007f'])(
    'with the control character %j in a name is refused',
    async (character) => {
      expect(await refusal(withMember({ name: `a${character}b`, content: '' }))).toEqual([
        'archive-entry-name',
        `a${character}b`,
      ]);
    },
  );

  it('with a name that is not UTF-8 is refused', async () => {
    expect((await refusal(withMember({ name: Buffer.from([0x61, 0xff]), content: '' })))[0]).toBe(
      'archive-entry-name',
    );
    expect((await refusal(withMember({ name: 'ü', flags: 0, content: '' })))[0]).toBe('archive-entry-name');
  });

  it('with bytes of which only some readers know is refused', async () => {
    const zips: WheelPlan['zip'][] = [
      { before: Buffer.from('#!/bin/sh\n') },
      { after: Buffer.from('more') },
      { beforeDirectory: Buffer.from('between') },
      { comment: 'PK\u0005\u0006' },
      { entryCount: 2 },
      { entryCount: 9 },
    ];
    for (const zip of zips) {
      const bytes = buildWheel(zip === undefined ? {} : { zip });
      expect(['archive-damaged', 'artifact-name-mismatch']).toContain((await refusal(bytes))[0]);
    }
  });

  it('whose directory lies beyond any file is refused', async () => {
    const honest = buildWheel();
    const record = Buffer.alloc(56);
    record.writeUInt32LE(0x06064b50, 0);
    record.writeBigUInt64LE(1n, 32);
    record.writeBigUInt64LE(2n ** 64n - 1n, 48);
    const locator = Buffer.alloc(20);
    locator.writeUInt32LE(0x07064b50, 0);
    for (const offset of [BigInt(honest.length - 22), 2n ** 63n]) {
      locator.writeBigUInt64LE(offset, 8);
      const bytes = Buffer.concat([honest.subarray(0, -22), record, locator, honest.subarray(-22)]);
      const file = { ...stagedBytes(bytes), read: readLikeAFile(bytes) };
      await expect(inspectArtifact(file, filename)).rejects.toBeInstanceOf(RegistryError);
    }
  });

  it('that unpacks to far more than its size is refused before it is unpacked', async () => {
    const [code, entry] = await refusal(
      withMember({ name: 'bomb.bin', content: Buffer.alloc(64 * 1024 * 1024) }),
    );
    expect([code, entry]).toEqual(['archive-bomb', 'bomb.bin']);
  });

  it('that lies about the size of a bomb is refused', async () => {
    const bomb = { name: 'bomb.bin', content: Buffer.alloc(64 * 1024 * 1024), bytes: 10 };
    expect((await refusal(withMember(bomb)))[0]).toBe('archive-damaged');
  });

  it('with more entries than the limit is refused', async () => {
    const members = Array.from({ length: 100_010 }, (_, index) => ({
      name: `f${index}`,
      content: '',
      stored: true,
    }));
    const zip = buildZip(members, { entryCount: 0xffff });
    expect((await refusal(zip))[0]).toMatch(/archive-(?:bomb|damaged)/);
  });

  it('with thousands of entries is refused where most hold next to nothing, and taken where they do not', async () => {
    const files = (count: number, content: string) =>
      Array.from({ length: count }, (_, index) => ({
        name: `${content.length}/${index}`,
        content,
        stored: true,
      }));
    const small = files(5_100, '# nothing');
    expect((await refusal(buildWheel({ members: small })))[0]).toBe('archive-bomb');
    expect(await inspect(buildWheel({ members: small.slice(0, 4_900) }))).toMatchObject({ kind: 'wheel' });
    const members = [...small, ...files(5_200, '# something\n'.repeat(20))];
    expect(await inspect(buildWheel({ members }))).toMatchObject({ kind: 'wheel' });
  });

  it('whose bytes RECORD contradicts is refused', async () => {
    const record = 'zephyr_tool/__init__.py,sha256=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA,26\n';
    expect(await refusal(buildWheel({ record }))).toEqual([
      'wheel-digest-mismatch',
      'zephyr_tool/__init__.py',
    ]);
    const weak = 'zephyr_tool/__init__.py,md5=AAAA,26\n';
    expect((await refusal(buildWheel({ record: weak })))[0]).toBe('metadata-invalid');
    const absent = 'gone.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n';
    expect(await refusal(buildWheel({ record: absent }))).toEqual(['wheel-digest-mismatch', 'gone.py']);
  });

  it.each(['../../evil.py,,', '/etc/passwd,,', '"a/../../b,c",,', 'C:\\evil.py,,'])(
    'whose RECORD lists %s is refused',
    async (line) => {
      expect(await refusal(buildWheel({ record: `${line}\n` }))).toEqual([
        'metadata-invalid',
        'zephyr_tool-1.2.0.dist-info/RECORD',
      ]);
    },
  );

  it('without METADATA, WHEEL or RECORD is refused', async () => {
    expect((await refusal(buildZip([{ name: 'a.py', content: '' }])))[0]).toBe('metadata-missing');
    expect(await refusal(buildWheel({ record: null }))).toEqual([
      'metadata-missing',
      'zephyr_tool-1.2.0.dist-info/RECORD',
    ]);
  });

  it.each([
    ['Name: other\nVersion: 1.2.0\n', 'artifact-name-mismatch'],
    ['Name: zephyr-tool\nVersion: 1.2.1\n', 'artifact-name-mismatch'],
    ['Name: zephyr-tool\nVersion: banana\n', 'metadata-invalid'],
    ['Name: zephyr-tool\nName: other\nVersion: 1.2.0\n', 'metadata-invalid'],
    ['Name: \nVersion: 1.2.0\n', 'metadata-invalid'],
    ['\nName: zephyr-tool\nVersion: 1.2.0\n', 'metadata-invalid'],
    ['Metadata-Version: 3.0\nName: zephyr-tool\nVersion: 1.2.0\n', 'metadata-invalid'],
    ['', 'metadata-invalid'],
  ])('whose METADATA is %j is refused', async (metadata, code) => {
    expect((await refusal(buildWheel({ metadata })))[0]).toBe(code);
  });

  it.each([
    'wild @ https://elsewhere.example/wild-1.0-py3-none-any.whl',
    'wild[all]@git+https://elsewhere.example/wild',
    'wild @ file:///srv/wild; extra == "dev"',
    'wild\n  @ https://elsewhere.example/wild.zip',
  ])('that requires %j, by its address, is refused', async (requirement) => {
    const metadata = `Name: zephyr-tool\nVersion: 1.2.0\nRequires-Dist: good>=1\nrequires-dist: ${requirement}\n`;
    const refused = inspect(buildWheel({ metadata }));
    await expect(refused).rejects.toMatchObject({
      code: 'requirement-by-address',
      message: expect.stringMatching(/"wild.*@.*by a version/),
    });
  });

  it('may speak of an address in a marker and in its description', async () => {
    const metadata =
      'Name: zephyr-tool\nVersion: 1.2.0\nRequires-Dist: good>=1; platform_version == "a@b"\n\nRequires-Dist: wild @ https://elsewhere.example/\n';
    expect(await inspect(buildWheel({ metadata }))).toMatchObject({ kind: 'wheel' });
  });

  it.each([
    'zephyr_tool-1.2.0.whl',
    'zephyr_tool-x-py3-none-any.whl',
    'zephyr_tool.whl',
    '.whl',
    'a/b-1-py3-none-any.whl',
    '../x.whl',
  ])('named %s is refused', async (name) => {
    expect((await refusal(buildWheel(), name))[0]).toBe('artifact-name-invalid');
  });

  it('under a name of another kind is refused', async () => {
    expect((await refusal(buildWheel(), 'zephyr-tool-1.2.0.tgz'))[0]).toBe('artifact-name-mismatch');
    expect((await refusal(buildSdist(), filename))[0]).toBe('artifact-name-mismatch');
    expect((await refusal(buildWheel(), 'zephyr.exe'))[0]).toBe('artifact-kind-unknown');
    expect((await refusal(Buffer.alloc(0)))[0]).toBe('artifact-name-mismatch');
  });

  it('that is cut off anywhere is refused', async () => {
    const bytes = buildWheel();
    for (let length = 1; length < bytes.length; length += 7) {
      expect((await refusal(bytes.subarray(0, length)))[0]).toMatch(
        /^(?:archive-damaged|artifact-name-mismatch)$/,
      );
    }
  });

  it('with any one byte changed is read alike or refused, never anything else', async () => {
    const bytes = buildWheel();
    for (let index = 0; index < bytes.length; index++) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 0xff;
      const outcome = await inspect(changed).then(
        (artifact) => artifact.kind,
        (error: unknown) => (error instanceof RegistryError ? error.name : 'odd'),
      );
      expect(['wheel', 'RegistryError']).toContain(outcome);
    }
  });

  it('is not read as anything when it is gzip of a zip', async () => {
    expect((await refusal(gzipSync(buildWheel()), 'zephyr_tool-1.2.0.tar.gz'))[0]).toBe('archive-damaged');
  });
});

/** As a file handle reads: places that it can't count to are errors. */
function readLikeAFile(bytes: Buffer) {
  return (start: number, length: number): Promise<Buffer> =>
    Number.isSafeInteger(start) && Number.isSafeInteger(length)
      ? Promise.resolve(bytes.subarray(start, start + length))
      : Promise.reject(new RangeError('out of range'));
}

function unicodePath(name: string, other: string): Buffer {
  const crc = Buffer.alloc(5);
  crc[0] = 1;
  crc.writeUInt32LE(0, 1);
  const data = Buffer.concat([crc, Buffer.from(other)]);
  const head = Buffer.alloc(4);
  head.writeUInt16LE(0x7075, 0);
  head.writeUInt16LE(data.length, 2);
  return name === other ? Buffer.alloc(0) : Buffer.concat([head, data]);
}
