import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { simpleListPage, simpleProjectPage } from './simple-page.js';
import { simpleProject } from './simple-project.js';
import type { IndexedPackage } from '../package-index.js';

const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.constantFrom('>=3.8,<4', '"><script>alert(1)</script>', "&#39;'&amp;"),
);
const hex = fc.string({
  unit: fc.constantFrom(...'0123456789abcdef'.split('')),
  minLength: 64,
  maxLength: 64,
});
const reason = fc.option(fc.record({ reason: text }), { freq: 2 });

const file = fc.record({
  artifact: fc.record({
    kind: fc.constantFrom('wheel' as const, 'sdist' as const),
    filename: text,
    sha256: hex,
    size: fc.nat(),
    package: fc.constant('p'),
    version: fc.constant('1'),
    requiresPython: fc.option(text),
    metadata: fc.option(fc.record({ sha256: hex, text })),
  }),
  signatures: fc.constant(null),
  uploadedAt: fc.nat(2_000_000_000_000),
});

const project: fc.Arbitrary<IndexedPackage> = fc
  .array(
    fc.record({
      createdAt: fc.nat(),
      createdBy: fc.constant(null),
      deprecated: fc.constant(null),
      yanked: reason,
      quarantined: reason,
      files: fc.array(file, { maxLength: 3 }),
    }),
    { maxLength: 4 },
  )
  .map((versions) => ({
    side: 'python',
    name: 'zephyr-tool',
    publisher: 'acme',
    createdAt: 0,
    versions: versions.map((version, index) => ({ ...version, version: `1.${index}` })),
    tags: {},
    maintainers: [],
  }));

const named: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' };
const decoded = (written: string) =>
  written.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => named[entity] ?? entity);

/** What a client reads in the page: the links with their attributes, and what the head says. */
function read(page: string) {
  const links = [...page.matchAll(/<a((?: [a-z-]+="[^"]*")*)>([^<]*)<\/a>/g)].map(
    ([, attributes = '', name = '']) => ({
      name: decoded(name),
      attributes: Object.fromEntries(
        [...attributes.matchAll(/ ([a-z-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [
          key,
          decoded(value),
        ]),
      ),
    }),
  );
  const metas = Object.fromEntries(
    [...page.matchAll(/<meta name="([^"]+)" content="([^"]*)">/g)].map(([, name = '', value = '']) => [
      name,
      decoded(value),
    ]),
  );
  return { links, metas, tags: new Set([...page.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, tag]) => tag)) };
}

const known = new Set([
  'html',
  'head',
  'meta',
  'title',
  'style',
  'body',
  'h1',
  'p',
  'ul',
  'li',
  'a',
  'small',
]);

describe('a page of the simple index in HTML', () => {
  it('says of every file what the JSON says, whatever its publisher wrote', () => {
    fc.assert(
      fc.property(project, (indexed) => {
        const inJson = simpleProject(indexed, 'https://store.example/below');
        const { links, metas, tags } = read(simpleProjectPage(inJson));
        expect(links).toEqual(
          inJson.files.map((one) => ({
            name: one.filename,
            attributes: {
              href: `${one.url}#sha256=${one.hashes['sha256']}`,
              ...(one['requires-python'] === undefined
                ? {}
                : { 'data-requires-python': one['requires-python'] }),
              ...(one['core-metadata'] === undefined
                ? {}
                : metadataOf(one['core-metadata'] as { sha256: string })),
              ...(one.yanked === undefined ? {} : { 'data-yanked': one.yanked === true ? '' : one.yanked }),
            },
          })),
        );
        expect(metas['pypi:repository-version']).toBe(inJson.meta['api-version']);
        expect(metas['pypi:project-status']).toBe(inJson['project-status']?.status);
        expect(metas['pypi:project-status-reason']).toBe(inJson['project-status']?.reason);
        expect([...tags].filter((tag) => !known.has(tag ?? ''))).toEqual([]);
      }),
    );
  });

  it('links to every project of the list', () => {
    expect(read(simpleListPage(['a', 'b-c'])).links).toEqual([
      { name: 'a', attributes: { href: 'a/' } },
      { name: 'b-c', attributes: { href: 'b-c/' } },
    ]);
  });
});

const metadataOf = ({ sha256 }: { sha256: string }) => ({
  'data-core-metadata': `sha256=${sha256}`,
  'data-dist-info-metadata': `sha256=${sha256}`,
});

describe('a project of the simple API', () => {
  it('offers no file of a quarantined version, says why, and is quarantined when all are', () => {
    fc.assert(
      fc.property(project, (indexed) => {
        const shown = simpleProject(indexed, 'https://store.example');
        const open = indexed.versions.filter(({ quarantined }) => quarantined === null);
        expect(shown.files).toHaveLength(open.flatMap(({ files }) => files).length);
        expect(shown.versions).toHaveLength(indexed.versions.length);
        expect(Object.keys(shown._quarantined ?? {})).toHaveLength(indexed.versions.length - open.length);
        const isGone = indexed.versions.length > 0 && open.length === 0;
        expect(shown['project-status']?.status === 'quarantined').toBe(isGone);
      }),
    );
  });
});
