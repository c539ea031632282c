import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareVersions, RegistryError } from '#kernel';
import { pageVersions } from './page-versions.js';
import type { ListedRelease } from './plugin.js';

const release = (version: string): ListedRelease => ({
  version,
  versionLabel: null,
  publishedAt: 0,
  publishedBy: 'ada',
  trust: 'untrusted',
  standing: {
    yanked: null,
    quarantined: null,
    deprecated: null,
    review: 'approved',
    reviewReason: null,
    trustOverride: null,
  },
});

const versions = fc.uniqueArray(
  fc
    .tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.constantFrom('', '-beta', '-beta.2', '-rc.1'))
    .map(([a, b, c, tail]) => `${a}.${b}.${c}${tail}`),
  { maxLength: 40 },
);

describe('pageVersions', () => {
  it('joins its pages to the whole list, in order, whatever their size', () => {
    fc.assert(
      fc.property(versions, fc.integer({ min: 1, max: 7 }), (published, limit) => {
        const releases = published.map(release);
        const seen: string[] = [];
        let cursor: string | null = null;
        do {
          const page = pageVersions(releases, { range: null, limit, cursor });
          seen.push(...page.items.map(({ version }) => version));
          cursor = page.next;
        } while (cursor !== null);
        expect(seen).toEqual([...published].sort((a, b) => compareVersions(b, a)));
      }),
    );
  });

  it('answers any other text as a cursor with invalid-cursor, and nothing else', () => {
    fc.assert(
      fc.property(fc.string(), (cursor) => {
        try {
          pageVersions([release('1.0.0')], { range: null, limit: 2, cursor });
        } catch (error) {
          expect(error).toBeInstanceOf(RegistryError);
        }
      }),
    );
  });
});
