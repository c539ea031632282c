import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isNpmName } from '../npm/npm-name.js';
import { normalizePythonName } from './python-name.js';
import { comparePythonVersions, isPythonPrerelease, normalizePythonVersion } from './python-version.js';

/** In PEP 440's own order. */
const ordered = [
  '1.0.dev456',
  '1.0a1',
  '1.0a2.dev456',
  '1.0a12.dev456',
  '1.0a12',
  '1.0b1.dev456',
  '1.0b2',
  '1.0b2.post345.dev456',
  '1.0b2.post345',
  '1.0rc1.dev456',
  '1.0rc1',
  '1.0',
  '1.0+abc.5',
  '1.0+abc.7',
  '1.0+5',
  '1.0.post456.dev34',
  '1.0.post456',
  '1.1.dev1',
  '1!0.1',
];

describe('a Python version', () => {
  it.each([
    ['1.0', '1.0'],
    ['v1.0', '1.0'],
    [' 1.0\n', '1.0'],
    ['01.02.003', '1.2.3'],
    ['1.0-Alpha.1', '1.0a1'],
    ['1.0beta', '1.0b0'],
    ['1.0c2', '1.0rc2'],
    ['1.0-preview_3', '1.0rc3'],
    ['1.0-1', '1.0.post1'],
    ['1.0.rev4', '1.0.post4'],
    ['1.0POST', '1.0.post0'],
    ['1.0dev', '1.0.dev0'],
    ['1.0+Ubuntu_1', '1.0+ubuntu.1'],
    ['1!1.0', '1!1.0'],
    ['20231231235959.123456789012345678901', '20231231235959.123456789012345678901'],
    ['1.0.', null],
    ['', null],
    ['latest', null],
    ['1.0.*', null],
    ['1.0 || 2', null],
    ['1'.repeat(10_000), null],
  ])('%j is spelled %j', (written, normalized) => {
    expect(normalizePythonVersion(written)).toBe(normalized);
  });

  it('is ordered as PEP 440 says', () => {
    for (const [index, lower] of ordered.entries()) {
      for (const higher of ordered.slice(index + 1)) {
        expect([lower, higher, comparePythonVersions(lower, higher)]).toEqual([lower, higher, -1]);
        expect(comparePythonVersions(higher, lower)).toBe(1);
      }
    }
    expect(comparePythonVersions('1.0', '1.0.0')).toBe(0);
  });

  it('is spelled once and for all', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ordered), fc.constantFrom('', 'v', ' '), (version, prefix) => {
        const normalized = normalizePythonVersion(`${prefix}${version.toUpperCase()}`);
        expect(normalized).toBe(version);
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => expect(() => normalizePythonVersion(text)).not.toThrow()));
  });

  it('is a pre-release by its own letters, and a post-release is none', () => {
    expect(['1.0a1', '1.0rc1', '1.0.dev1', '1.0', '1.0.post1'].map(isPythonPrerelease)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('a package name', () => {
  it('is normalised as PEP 503 says', () => {
    expect(normalizePythonName('Zephyr__Tool.-X')).toBe('zephyr-tool-x');
  });

  it.each([
    'react',
    '@acme/zephyr-tool',
    'JSONStream',
    'socket.io',
    '-x',
    '@acme/_x',
    '@_acme/x',
    '@-acme/-x',
  ])('%s is one of npm’s', (name) => {
    expect(isNpmName(name)).toBe(true);
  });

  it.each([
    '',
    '-',
    '.',
    '..',
    '../a',
    'a/b',
    '@a',
    '@a/',
    '@/a',
    '@a/../b',
    '@a/.b',
    '@a/b/c',
    '_a',
    'a b',
    'node_modules',
    'a'.repeat(215),
    'a\n',
  ])('%j is none of npm’s', (name) => {
    expect(isNpmName(name)).toBe(false);
  });
});
