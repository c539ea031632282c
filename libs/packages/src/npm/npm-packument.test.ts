import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { NpmArtifact } from '../artifact.js';
import { npmPackument, npmTags, npmVersionDocument } from './npm-packument.js';
import type { IndexedPackage, IndexedVersion } from '../package-index.js';

const base = 'https://store.example';
const name = '@acme/tool';

function artifactOf(version: string, manifest: object = {}, paths: readonly string[] = []): NpmArtifact {
  return {
    kind: 'tarball',
    filename: `whatever-${version}.tgz`,
    sha256: '0'.repeat(64),
    size: 1,
    package: name,
    version,
    manifest: { name, version, ...manifest },
    entry: null,
    integrity: 'sha512-abc',
    shasum: '00ff',
    unpackedSize: 10,
    files: ['package.json', ...paths].map((path) => ({ path, size: 1, integrity: 'sha384-x' })),
  };
}

function versionOf(
  version: string,
  more: Partial<IndexedVersion> = {},
  manifest: object = {},
): IndexedVersion {
  const files = [{ artifact: artifactOf(version, manifest), signatures: null, uploadedAt: 1_000 }];
  const plain = { createdAt: 1_000, createdBy: 'ada', deprecated: null, yanked: null, quarantined: null };
  return { version, files, ...plain, ...more };
}

function packageOf(versions: readonly IndexedVersion[], tags: Record<string, string> = {}): IndexedPackage {
  return { side: 'npm', name, publisher: 'acme', createdAt: 1_000, versions, tags, maintainers: ['ada'] };
}

const shown = (manifest: object, form: 'full' | 'short' = 'short') =>
  (
    npmPackument(packageOf([versionOf('1.0.0', {}, manifest)], { latest: '1.0.0' }), form, base)
      .versions as Record<string, Record<string, unknown>>
  )['1.0.0'] ?? {};

describe('a packument', () => {
  it('has the tarball at its canonical address, whatever its file was called', () => {
    expect(shown({}).dist).toEqual({
      integrity: 'sha512-abc',
      shasum: '00ff',
      tarball: `${base}/npm/@acme/tool/-/tool-1.0.0.tgz`,
      fileCount: 1,
      unpackedSize: 10,
    });
  });

  it('tells of a yank as a deprecation, but not to a client that writes it back', () => {
    const found = packageOf([versionOf('1.0.0', { yanked: { reason: 'broken' } })]);
    const deprecationIn = (form: 'short' | 'write') =>
      (npmPackument(found, form, base).versions as Record<string, { deprecated?: string }>)['1.0.0']
        ?.deprecated;
    expect(deprecationIn('short')).toBe('yanked: broken');
    expect(deprecationIn('write')).toBeUndefined();
  });

  it('is there where all versions are quarantined, to say why', () => {
    const document = npmPackument(
      packageOf([versionOf('1.0.0', { quarantined: { reason: 'malware' } })], { latest: '1.0.0' }),
      'full',
      base,
    );
    expect(document).toMatchObject({ 'dist-tags': {}, versions: {} });
    expect(document.policyRestrictions).toEqual({
      message: expect.stringContaining('1.0.0 (malware)'),
      versions: { '1.0.0': { name, version: '1.0.0' } },
    });
  });

  it('changes its revision with whatever a client could have been shown', () => {
    const revision = (found: IndexedPackage) => npmPackument(found, 'full', base)._rev;
    const before = revision(packageOf([versionOf('1.0.0')]));
    expect(revision(packageOf([versionOf('1.0.0')]))).toBe(before);
    expect(revision(packageOf([versionOf('1.0.0', { deprecated: 'old' })]))).not.toBe(before);
    expect(revision(packageOf([versionOf('1.0.0')], { beta: '1.0.0' }))).not.toBe(before);
  });
});

describe('dist-tags', () => {
  const quarantined = { quarantined: { reason: 'x' } };
  const yanked = { yanked: { reason: 'x' } };

  it.each([
    ['the tag, where its version may be had', [versionOf('1.0.0'), versionOf('2.0.0')], '1.0.0', '1.0.0'],
    [
      'the highest stable one, where it may not',
      [versionOf('1.0.0'), versionOf('2.0.0', quarantined), versionOf('3.0.0-a')],
      '2.0.0',
      '1.0.0',
    ],
    [
      'none that is yanked, where there is another',
      [versionOf('1.0.0'), versionOf('2.0.0', yanked)],
      '2.0.0',
      '1.0.0',
    ],
    ['a yanked one, where there is no other', [versionOf('1.0.0', yanked)], '1.0.0', '1.0.0'],
    [
      'a pre-release, where there is nothing stable',
      [versionOf('1.0.0-a'), versionOf('1.0.0-b')],
      undefined,
      '1.0.0-b',
    ],
    ['nothing, where there is nothing', [versionOf('1.0.0', quarantined)], '1.0.0', undefined],
  ])('make latest %s', (_title, versions, latest, expected) => {
    expect(npmTags(packageOf(versions, latest === undefined ? {} : { latest })).latest).toBe(expected);
  });

  it('leave out what points to a version that may not be had', () => {
    const found = packageOf([versionOf('1.0.0'), versionOf('1.1.0', quarantined)], {
      next: '1.1.0',
      old: '1.0.0',
    });
    expect(npmTags(found)).toEqual({ old: '1.0.0', latest: '1.0.0' });
    expect(npmVersionDocument(found, 'old', base)?.version).toBe('1.0.0');
    expect(npmVersionDocument(found, 'next', base)).toBeUndefined();
    expect(npmVersionDocument(found, 'constructor', base)).toBeUndefined();
  });
});

describe('what a package.json says', () => {
  it('is told in the shapes that npm takes', () => {
    expect(
      shown({
        bin: './cli.js',
        bundledDependencies: true,
        dependencies: { left: '^1.0.0' },
        os: 'linux',
        funding: 'https://fund.example',
        scripts: { postinstall: 'node x' },
      }),
    ).toMatchObject({
      bin: { tool: './cli.js' },
      bundleDependencies: ['left'],
      os: ['linux'],
      funding: 'https://fund.example',
      hasInstallScript: true,
    });
    expect(shown({ author: 'Ada <a@b.example> (https://c.example)' }, 'full').author).toEqual({
      name: 'Ada',
      email: 'a@b.example',
      url: 'https://c.example',
    });
  });

  it('can’t speak for the store', () => {
    const told = shown(
      {
        dist: { tarball: 'https://evil.example' },
        deprecated: 'x',
        _id: 'other',
        maintainers: 'eve',
        readme: 'x',
        name: 'other',
      },
      'full',
    );
    expect(told).toMatchObject({ name, _id: `${name}@1.0.0`, maintainers: [{ name: 'ada', email: '' }] });
    expect(told.deprecated).toBeUndefined();
    expect(told.readme).toBeUndefined();
    expect((told.dist as { tarball: string }).tarball).toMatch(/^https:\/\/store\.example/);
  });

  it('is left out where its shape is wrong, or where it is too much', () => {
    expect(
      shown({ dependencies: ['a'], bin: 7, engines: 'node', cpu: [1], scripts: 'x', funding: 3 }),
    ).toEqual({
      name,
      version: '1.0.0',
      dist: expect.anything(),
    });
    expect(shown({ dependencies: { good: '1', bad: { version: '1' } } }).dependencies).toEqual({ good: '1' });
    expect(shown({ config: 'x'.repeat(100_000), exports: './a.js' }, 'full').exports).toBeUndefined();
  });

  it('never breaks the document, whatever it is', () => {
    const members = [
      'dependencies',
      'bin',
      'engines',
      'os',
      'funding',
      'scripts',
      'author',
      'keywords',
      'license',
      'contributors',
      'bundleDependencies',
      'repository',
      'directories',
      'peerDependenciesMeta',
      '__proto__',
      'description',
    ];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...members), fc.jsonValue()), (manifest) => {
        const document = npmPackument(packageOf([versionOf('1.0.0', {}, manifest)]), 'full', base);
        expect(JSON.parse(JSON.stringify(document))).toMatchObject({ versions: { '1.0.0': { name } } });
      }),
    );
  });
});
