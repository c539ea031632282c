import { describe, expect, it } from '@jest/globals';
import type { NpmArtifact } from '../artifact.js';
import { NpmSearchIndex } from './npm-search-index.js';
import { parseNpmSearch } from './npm-search-query.js';
import type { IndexedPackage } from '../package-index.js';

interface Plan {
  readonly name: string;
  readonly version?: string;
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly author?: string;
  readonly deprecated?: string;
  readonly at?: number;
}

function packageOf({ name, version = '1.0.0', deprecated, at = 0, ...manifest }: Plan): IndexedPackage {
  const artifact = {
    manifest: { name, version, ...manifest },
    files: [],
  } as unknown as NpmArtifact;
  const file = { artifact, signatures: null, uploadedAt: at };
  const states = { deprecated: deprecated ?? null, yanked: null, quarantined: null };
  const versions = [{ version, createdAt: at, createdBy: 'ada', files: [file], ...states }];
  return {
    side: 'npm',
    name,
    publisher: 'acme',
    createdAt: 0,
    versions,
    tags: {},
    maintainers: ['ada', 'bob'],
  };
}

const index = new NpmSearchIndex();
for (const plan of [
  { name: 'kube', description: 'The old one', at: 1 },
  {
    name: '@acme/kube-panel',
    description: 'A panel',
    keywords: ['kube', 'ui'],
    author: 'Eve <e@x.example>',
    at: 2,
  },
  { name: 'oauth2-client', description: 'Signs in', keywords: ['auth', 'web'], version: '0.3.0', at: 3 },
  { name: 'kube-gone', description: 'Use kube', deprecated: 'use kube', at: 4 },
])
  index.put(packageOf(plan));

interface Found {
  readonly total: number;
  readonly objects: readonly {
    readonly package: { readonly name: string };
    readonly score: { readonly final: number };
  }[];
}

const answer = (text: string, from = 0, size = 20) =>
  JSON.parse(index.answer(parseNpmSearch(text, from, size), 'now')) as Found;
const names = (text: string) => answer(text).objects.map((object) => object.package.name);

describe('npm’s search', () => {
  it('finds by name first, by prefix, and past a slip', () => {
    expect(names('kube')).toEqual(['kube', '@acme/kube-panel', 'kube-gone']);
    expect(names('oauth')).toEqual(['oauth2-client']);
    expect(names('pannel')).toEqual(['@acme/kube-panel']);
    expect(names('nothing-like-it')).toEqual([]);
  });

  it.each([
    ['scope:acme', ['@acme/kube-panel']],
    ['scope:@acme kube', ['@acme/kube-panel']],
    ['author:eve', ['@acme/kube-panel']],
    ['maintainer:bob oauth', ['oauth2-client']],
    ['maintainer:nobody', []],
    ['keywords:ui,web', ['oauth2-client', '@acme/kube-panel']],
    ['keywords:kube+ui', ['@acme/kube-panel']],
    ['keywords:kube+web', []],
    ['keywords:ui,web,-auth', ['@acme/kube-panel']],
    ['is:unstable', ['oauth2-client']],
    ['kube not:deprecated', ['kube', '@acme/kube-panel']],
    ['kube not:unstable is:deprecated', ['kube-gone']],
  ])('takes %s', (text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  it('without words lists what is newest first, page by page', () => {
    expect(names('')).toEqual(['kube-gone', 'oauth2-client', '@acme/kube-panel', 'kube']);
    const page = answer('', 1, 2);
    expect(page.objects.map((object) => object.package.name)).toEqual(['oauth2-client', '@acme/kube-panel']);
    expect(page.total).toBe(4);
  });

  it('rates the best hit with 1, and lifts no exact name where that isn’t wanted', () => {
    expect(answer('kube').objects[0]?.score.final).toBe(1);
    const [lifted, plain] = ['kube', 'kube boost-exact:false'].map(
      (text) => answer(text).objects[1]?.score.final ?? 0,
    );
    expect(lifted).toBeLessThan(plain ?? 0);
  });

  it('follows what changes', () => {
    const changing = new NpmSearchIndex();
    changing.put(packageOf({ name: 'one', description: 'before' }));
    changing.put(packageOf({ name: 'one', description: 'after' }));
    const found = (text: string) =>
      (JSON.parse(changing.answer(parseNpmSearch(text, 0, 20), 'now')) as Found).total;
    expect([found('before'), found('after')]).toEqual([0, 1]);
    changing.remove('one');
    expect(found('after')).toBe(0);
    expect(changing.size).toBe(0);
  });
});
