import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSdist } from '#testing';
import { hostLimits } from '../../host-limits.js';
import { buildRequirements } from './build-requirements.js';

const scratch = mkdtempSync(join(tmpdir(), 'mortise-sdist-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function requirementsOf(bytes: Buffer): Promise<readonly string[]> {
  const path = join(scratch, 'tool-1.0.tar.gz');
  writeFileSync(path, bytes);
  return buildRequirements(path, 'tool');
}

const sdistWith = (entries: readonly { readonly name: string; readonly content: string }[]): Buffer =>
  buildSdist({ name: 'tool', version: '1.0', entries });

const builtWith = (requires: readonly string[]): Promise<readonly string[]> => {
  const content = `[build-system]\nrequires = ${JSON.stringify(requires)}\n`;
  return requirementsOf(sdistWith([{ name: 'tool-1.0/pyproject.toml', content }]));
};

describe('what an sdist is built with', () => {
  it('is what it says, or setuptools where it says nothing', async () => {
    const said = [
      'hatchling',
      'setuptools >= 61, <70',
      'maturin[zig]~=1.5',
      'Cython (>=3.0)',
      'tomli>=1.1; python_version < "3.11"',
    ];
    expect(await builtWith(said)).toEqual(said);
    expect(await requirementsOf(sdistWith([]))).toEqual(['setuptools>=40.8.0']);
  });

  it.each([
    'evil @ http://127.0.0.1:9/evil.tar.gz',
    '--index-url=evil',
    './evil',
    'tool>=\n--pre',
    `tool${' '.repeat(2_000_000)}?`,
    `${'a'.repeat(hostLimits.requirementCharacters)}b`,
  ])('is refused where it is no package of an index: %.40j', async (odd) => {
    await expect(builtWith([odd])).rejects.toMatchObject({ code: 'environment-failed' });
  });

  it('is refused where it is more than can be needed', async () => {
    const many = Array.from({ length: hostLimits.buildRequirements + 1 }, (_, at) => `tool${at}`);
    await expect(builtWith(many)).rejects.toThrow(/more than 200 packages/);
  });

  it('is not looked for in what unpacks without end', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const times = hostLimits.sdistBytes / (64 * 1024 * 1024) + 1;
    const endless = Buffer.concat(Array.from({ length: times }, () => bomb));
    await expect(requirementsOf(endless)).rejects.toThrow(/too large/);
  });
});
