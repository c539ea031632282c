import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { parse } from 'node:querystring';
import { RegistryError } from '#kernel';
import { facetNames, parseSearchQuery } from '#search';
import type {
  FacetName,
  IndexBatch,
  PluginDocument,
  QueryParameters,
  SearchAnswer,
  SearchIndex,
} from '#search';
import { generateKnownItemQueries, generateQueries } from './generate-queries.js';
import type { KnownItemQuery } from './generate-queries.js';
import { generatePlugins } from './generate-plugins.js';
import { goldenPlugins } from './golden-plugins-data.js';
import { goldenQueries } from './golden-queries-data.js';
import { documentsAfter, generateBatches } from './search-batches.js';
import { jestGlobals } from './jest-globals.js';

const { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } = jestGlobals;

export interface SearchIndexUnderTest {
  readonly index: SearchIndex;
  /** Closes the index and opens what it left; leave it out where nothing is left. */
  readonly reopen?: () => Promise<SearchIndex>;
  /** JavaScript (ESM) that sets \`index\` to the same place, for a process that is killed. */
  readonly openingScript?: string;
  close(): Promise<void>;
}

export interface SearchConformanceOptions {
  /** The floors are meant for 10,000 plugins; a fake may be asked for fewer. */
  readonly floorPlugins?: number;
  readonly floorQueries?: number;
}

type Make = () => Promise<SearchIndexUnderTest>;

async function* streamed<Item>(items: Iterable<Item>): AsyncGenerator<Item> {
  for (const item of items) {
    await Promise.resolve();
    yield item;
  }
}

const idsOf = (answer: SearchAnswer) => answer.hits.map(({ document }) => document.id);
const search = (index: SearchIndex, parameters: QueryParameters) => index.find(parseSearchQuery(parameters));

/** The suite of every search engine: what is found, in which order, and what holds whatever is searched. */
export function describeSearchIndex(name: string, make: Make, options: SearchConformanceOptions = {}): void {
  describe(`${name}, as a search index`, () => {
    describeGolden(make);
    describeFloors(make, options);
    describeLaws(make);
    describeChanges(make);
    describeHostileText(make);
    describeRestarts(make);
  });
}

/** One index for a whole block of tests that only search. */
function filledIndex(make: Make, documents: () => Iterable<PluginDocument>): () => SearchIndex {
  let made: SearchIndexUnderTest;
  beforeAll(async () => {
    made = await make();
    await made.index.rebuild(streamed(documents()), 1);
  });
  afterAll(() => made.close());
  return () => made.index;
}

function describeGolden(make: Make): void {
  describe('on the golden corpus', () => {
    const index = filledIndex(make, () => goldenPlugins);

    it.each(goldenQueries.map((query) => [decodeURIComponent(query.search), query] as const))(
      'answers %s as judged',
      async (_, golden) => {
        const parameters = parse(golden.search) as QueryParameters;
        const answer = await search(index(), { limit: '100', ...parameters });
        const ids = idsOf(answer);
        if (golden.first !== undefined) expect(ids[0]).toBe(golden.first);
        expect(ids).toEqual(expect.arrayContaining([...(golden.there ?? [])]));
        for (const id of golden.not ?? []) expect(ids).not.toContain(id);
        if (golden.total !== undefined) expect(answer.total).toBe(golden.total);
      },
    );

    it.each([
      ['kub', 'galaxy/kubeplugin'],
      ['kube p', 'galaxy/kubeplugin'],
      ['prom', 'lumen/prometheus-scraper'],
      ['dash', 'chart/dash-builder'],
      ['jupiter', 'south/jupyter-launcher'],
      ['promeht', 'lumen/prometheus-scraper'],
      ['terrafr', 'auto/terraform-plan'],
      ['検', 'intl/zenbun-kensaku'],
      ['r', 'other/r'],
    ])('suggests for %s what it must', async (text, id) => {
      expect((await index().suggest(text, 8)).map((suggestion) => suggestion.id)).toContain(id);
    });

    it('suggests nothing for nothing, no more than asked, and nothing for what only long texts say', async () => {
      expect(await index().suggest('', 8)).toEqual([]);
      expect(await index().suggest('  ', 8)).toEqual([]);
      expect(await index().suggest('b', 3)).toHaveLength(3);
      expect((await index().suggest('frost', 8)).map(({ id }) => id)).not.toContain('vision/weather-station');
    });

    it('marks what matched, in text that is safe to show', async () => {
      const [hit] = (await search(index(), { q: 'runs kubernetes clus' })).hits;
      expect(hit?.highlights['summary']).toBe(
        '<mark>Runs</mark> a <mark>Kubernetes</mark> <mark>cluster</mark>',
      );
      const [typo] = (await search(index(), { q: 'promethues' })).hits;
      expect(typo?.highlights['title']).toBe('<mark>Prometheus</mark> Scraper');
    });

    it('lists all plugins when nothing is asked, the most used first and withdrawn ones last', async () => {
      const answer = await search(index(), { limit: '100' });
      expect(answer.total).toBe(goldenPlugins.length);
      const downloads = answer.hits.map(({ document }) => document.downloads);
      expect(downloads).toEqual(downloads.toSorted((left, right) => right - left));
      const rest = await search(index(), { limit: '100', cursor: answer.next ?? '' });
      expect(idsOf(rest).slice(-2)).toEqual(['auto/patch-manager', 'east/mysql-dump']);
    });

    it('counts spellings of a category as one, and shows the commonest', async () => {
      const values = (await search(index(), {})).facets.category.map(({ value }) => value);
      expect(values).toContain('development');
      expect(values).not.toContain('Development');
    });
  });
}

function describeFloors(make: Make, { floorPlugins = 10_000, floorQueries = 1000 }: SearchConformanceOptions): void {
  describe(`on ${floorPlugins} generated plugins`, () => {
    const documents = [...generatePlugins(42, floorPlugins)];
    const index = filledIndex(make, () => documents);
    const queries = generateKnownItemQueries(4, documents, floorQueries);

    const shareFirst = async (asked: readonly KnownItemQuery[]) => {
      let first = 0;
      for (const { text, id } of asked) {
        if (idsOf(await search(index(), { q: text, limit: '1' }))[0] === id) first += 1;
      }
      return first / asked.length;
    };

    it('puts a plugin first that is asked for by its exact name, 99 times of 100', async () => {
      expect(await shareFirst(queries.exact)).toBeGreaterThanOrEqual(0.99);
    }, 300_000);

    it('puts a plugin first whose name begins so, 97 times of 100', async () => {
      expect(await shareFirst(queries.prefix)).toBeGreaterThanOrEqual(0.97);
    }, 300_000);

    it('puts a plugin first that is asked for with one typo, 93 times of 100', async () => {
      expect(await shareFirst(queries.typo)).toBeGreaterThanOrEqual(0.93);
    }, 300_000);
  });
} // prettier-ignore

const parameterOf: Readonly<Record<FacetName, string>> = {
  category: 'category',
  tag: 'tag',
  publisher: 'publisher',
  kind: 'kind',
  interface: 'interface',
  has: 'has',
  trust: 'trust',
  host: 'host',
};

function describeLaws(make: Make): void {
  describe('whatever is searched', () => {
    const documents = [...generatePlugins(7, 400)];
    const index = filledIndex(make, () => documents);
    const queries = generateQueries(8, documents, 60);

    it('never finds more with a filter than without it', async () => {
      for (const query of queries) {
        const all = await search(index(), { ...query, limit: '1' });
        for (const filter of [{ kind: 'native' }, { trust: 'trusted' }, { tag: 'nobody-has-this' }]) {
          const some = await search(index(), { ...filter, ...query, limit: '1' });
          const bare = await search(index(), {
            ...(query['q'] === undefined ? {} : { q: query['q'] }),
            limit: '1',
          });
          expect(some.total).toBeLessThanOrEqual(Object.keys(query).length > 1 ? bare.total : all.total);
        }
      }
    });

    it('counts for each value of a facet what filtering by it finds', async () => {
      for (const query of queries.slice(0, 25)) {
        const answer = await search(index(), { ...query, limit: '1' });
        for (const name of facetNames) {
          for (const { value, count } of answer.facets[name].slice(0, 3)) {
            const filtered = await search(index(), { ...query, [parameterOf[name]]: value, limit: '1' });
            expect({ query, name, value, count: filtered.total }).toEqual({ query, name, value, count });
          }
        }
      }
    });

    it('counts at most 50 values of a facet, the commonest first', async () => {
      const { facets } = await search(index(), {});
      for (const name of facetNames) {
        expect(facets[name].length).toBeLessThanOrEqual(50);
        const counts = facets[name].map(({ count }) => count);
        expect(counts).toEqual(counts.toSorted((left, right) => right - left));
      }
      expect(facets.tag).toHaveLength(50);
    });

    it.each(['relevance', 'name', 'updated', 'downloads'])(
      'pages through all hits by %s, none twice and none left out',
      async (sort) => {
        for (const query of [{ q: 'manager' }, { q: 'for' }, {}, { kind: 'native', trust: 'untrusted' }]) {
          const [small, large] = [await pages(index(), { ...query, sort }, 7), await pages(index(), { ...query, sort }, 100)];
          expect(small).toEqual(large);
          expect(new Set(small).size).toBe(small.length);
          expect(small).toHaveLength((await search(index(), { ...query, sort })).total);
        }
      },
    ); // prettier-ignore

    it.each(['relevance', 'name', 'updated', 'downloads'])(
      'puts withdrawn plugins last by %s',
      async (sort) => {
        const answer = await search(index(), { q: 'e', sort, limit: '100' });
        const withdrawn = answer.hits.map(({ document }) => document.withdrawn);
        expect(withdrawn).toEqual(withdrawn.toSorted((left, right) => Number(left) - Number(right)));
      },
    );

    it('sorts by what it is asked to sort by', async () => {
      const named = await pages(index(), { sort: 'name', trust: 'trusted' }, 100);
      const listed = named.filter(
        (id) => documents.find((document) => document.id === id)?.withdrawn === false,
      );
      const names = listed.map((id) => id.slice(id.indexOf('/') + 1));
      expect(names).toEqual(names.toSorted((left, right) => (left < right ? -1 : 1)));
      const updated = (await search(index(), { sort: 'updated', limit: '100' })).hits;
      const times = updated.map(({ document }) => document.updatedAt);
      expect(times).toEqual(times.toSorted((left, right) => right - left));
    });

    it('refuses a cursor of another search, and one that is damaged', async () => {
      const { next } = await search(index(), { q: 'manager', limit: '2' });
      const other = search(index(), { q: 'runner', limit: '2', cursor: next ?? '' });
      await expect(other).rejects.toMatchObject({ code: 'invalid-cursor' });
      for (const cursor of ['x', 'eyJ4IjoxfQ', `${next}AAAA`, 'W10', 'bnVsbA', 'é']) {
        const damaged = search(index(), { q: 'manager', limit: '2', cursor });
        await expect(damaged).rejects.toMatchObject({ code: 'invalid-cursor' });
      }
    });
  });
}

async function pages(index: SearchIndex, parameters: QueryParameters, limit: number): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const page: SearchAnswer = await search(index, {
      ...parameters,
      limit: String(limit),
      ...(cursor === null ? {} : { cursor }),
    });
    ids.push(...idsOf(page));
    cursor = page.next;
  } while (cursor !== null);
  return ids;
}

async function answersOf(index: SearchIndex, documents: readonly PluginDocument[]): Promise<SearchAnswer[]> {
  const queries = [
    {},
    { sort: 'name', limit: '100' },
    ...(documents.length > 0 ? generateQueries(5, documents, 60) : []),
  ];
  return Promise.all(queries.map((query) => search(index, query)));
}

function describeChanges(make: Make): void {
  describe('while plugins change', () => {
    let made: SearchIndexUnderTest;
    let index: SearchIndex;
    beforeEach(async () => {
      made = await make();
      index = made.index;
    });
    afterEach(() => made.close());

    const [document] = goldenPlugins as [PluginDocument];
    const apply = (sequence: number, put: readonly PluginDocument[], remove: IndexBatch['remove'] = []) =>
      index.apply({ put, remove, sequence });

    it('knows the last change that it holds, and holds nothing at first', async () => {
      expect(await index.appliedSequence()).toBe(0);
      expect((await search(index, {})).total).toBe(0);
      expect(await index.suggest('kube', 8)).toEqual([]);
      await apply(3, [document]);
      expect(await index.appliedSequence()).toBe(3);
      await apply(2, []);
      expect(await index.appliedSequence()).toBe(3);
    });

    it('finds what has been applied at once, and no longer what it was before', async () => {
      await apply(1, [document]);
      expect(idsOf(await search(index, { q: 'kubernetes' }))).toEqual([document.id]);
      await apply(2, [{ ...document, summary: 'Bakes bread', tags: ['bread'], revision: 2 }]);
      expect((await search(index, { q: 'kubernetes' })).total).toBe(0);
      expect(idsOf(await search(index, { q: 'bread', tag: 'bread' }))).toEqual([document.id]);
      await apply(3, [], [{ id: document.id, revision: 3 }]);
      expect((await search(index, { q: 'bread' })).total).toBe(0);
      expect((await search(index, {})).facets.tag).toEqual([]);
    });

    it('corrects to words that are there, never to nearer ones that are gone', async () => {
      const [near, nearer] = ['grafuna', 'grafana'].map((name): PluginDocument => {
        const id = `chart/${name}` as PluginDocument['id'];
        return { ...document, id, name, title: null, summary: name, description: null };
      }) as [PluginDocument, PluginDocument];
      await apply(1, [near, nearer]);
      expect(idsOf(await search(index, { q: 'grafanna' }))).toEqual([nearer.id]);
      await apply(2, [], [{ id: nearer.id, revision: 2 }]);
      expect(idsOf(await search(index, { q: 'grafanna' }))).toEqual([near.id]);
    });

    it('holds a plugin once, however often it is applied', async () => {
      await apply(1, [document, document]);
      await apply(1, [document]);
      const answer = await search(index, {});
      expect(answer.total).toBe(1);
      expect(answer.facets.tag).toEqual([{ value: 'kubernetes', count: 1 }]);
    });

    it('lets no late batch replace what is newer or bring back what is gone', async () => {
      await apply(5, [{ ...document, summary: 'newest', revision: 5 }]);
      await apply(6, [{ ...document, summary: 'older', revision: 4 }]);
      expect((await search(index, {})).hits[0]?.document.summary).toBe('newest');
      await apply(7, [], [{ id: document.id, revision: 4 }]);
      expect((await search(index, {})).total).toBe(1);
      await apply(7, [], [{ id: document.id, revision: 7 }]);
      await apply(6, [{ ...document, revision: 6 }]);
      expect((await search(index, {})).total).toBe(0);
    });

    it('comes to the same by changes as by a rebuild', async () => {
      const batches = generateBatches(21, 30);
      for (const batch of batches) await index.apply(batch);
      const left = documentsAfter(batches);
      const changed = await answersOf(index, left);
      await index.rebuild(streamed(left.toReversed()), batches.length);
      expect(await answersOf(index, left)).toEqual(changed);
      expect(await index.appliedSequence()).toBe(batches.length);
    });

    it('goes on answering while it is rebuilt, and keeps what is applied meanwhile', async () => {
      const documents = [...generatePlugins(3, 600)];
      await index.rebuild(streamed(documents.slice(0, 300)), 1);
      const late = { ...document, revision: 9 };
      const gone = { id: documents[5]!.id, revision: 9 };
      async function* slowly() {
        for (const [at, item] of documents.entries()) {
          if (at === 400) {
            await index.apply({ put: [late], remove: [gone], sequence: 2 });
            expect((await search(index, { publisher: document.publisher })).total).toBe(1);
            expect((await search(index, {})).total).toBe(300);
          }
          yield item;
        }
      }
      await index.rebuild(slowly(), 1);
      expect((await search(index, {})).total).toBe(600);
      expect((await search(index, { q: late.name })).hits[0]?.document.id).toBe(late.id);
      expect(await pages(index, {}, 100)).not.toContain(gone.id);
      expect(await index.appliedSequence()).toBe(2);
    });

    it('keeps the old index when a rebuild fails', async () => {
      await apply(4, [document]);
      async function* failing(): AsyncGenerator<PluginDocument> {
        yield goldenPlugins[1]!;
        throw new Error('The source broke off.');
      }
      await expect(index.rebuild(failing(), 9)).rejects.toThrow('The source broke off.');
      expect(idsOf(await search(index, {}))).toEqual([document.id]);
      expect(await index.appliedSequence()).toBe(4);
    });

    it('never ranks a plugin lower for more downloads', async () => {
      await index.rebuild(streamed(goldenPlugins), 1);
      for (const q of ['backup', 'kubernetes', 'chat notification', 'databas', 'netwrok']) {
        const ids = await pages(index, { q }, 100);
        const raised = goldenPlugins.find(({ id }) => id === ids[Math.floor(ids.length / 2)])!;
        await apply(2, [
          { ...raised, downloads: raised.downloads * 10 + 5000, revision: raised.revision + 1 },
        ]);
        expect((await pages(index, { q }, 100)).indexOf(raised.id)).toBeLessThanOrEqual(
          ids.indexOf(raised.id),
        );
        await apply(2, [{ ...raised, revision: raised.revision + 1 }]);
      }
    });

    it('ranks what is deprecated behind what matches as well, however popular, until that is taken back', async () => {
      const plain = { ...document, downloads: 0 };
      const old = { ...document, id: 'aaa/older' as const, publisher: 'aaa', downloads: 5_000_000 };
      const deprecated = { message: 'Use the other one.', replacedBy: plain.id };
      await apply(1, [plain, { ...old, deprecated, revision: 2 }]);
      for (const query of [{ q: 'kubernetes' }, { q: 'kubernets' }, { q: document.name }, {}]) {
        const { hits } = await search(index, query);
        expect(hits.map((hit) => [hit.document.id, hit.document.deprecated])).toEqual([
          [plain.id, null],
          [old.id, deprecated],
        ]);
        expect(await pages(index, query, 1)).toEqual([plain.id, old.id]);
      }
      expect((await index.suggest('kub', 8)).map(({ id }) => id)).toEqual([plain.id, old.id]);
      expect(idsOf(await search(index, { sort: 'downloads' }))).toEqual([old.id, plain.id]);
      await apply(2, [{ ...old, revision: 3 }]);
      const [first] = (await search(index, { q: 'kubernetes' })).hits;
      expect([first?.document.id, first?.document.deprecated]).toEqual([old.id, null]);
    });

    it('puts the exact name first, however popular the others are', async () => {
      const popular = goldenPlugins.slice(1).map((other) => ({ ...other, downloads: 5_000_000, title: 'Backup backup', summary: 'backup' }));
      const plain = goldenPlugins.find(({ id }) => id === 'other/go')!;
      const named = { ...plain, id: 'other/backup' as const, name: 'backup', title: null, summary: null, downloads: 0 };
      await index.rebuild(streamed([...popular.filter(({ id }) => !id.endsWith('/backup')), named]), 1);
      expect(idsOf(await search(index, { q: 'backup' }))[0]).toBe('other/backup');
      expect(idsOf(await search(index, { q: ' Backup ' }))[0]).toBe('other/backup');
    }); // prettier-ignore
  });
}

const hostileTexts: readonly string[] = [
  '"', '*', 'kube*', 'AND', 'OR NOT', 'NEAR(', 'NEAR(a b, 5)', ':', 'title:x', '^', '(', ')', '{', '}', '-', '--', ';', "'; DROP TABLE document;", '%', '_', '\\', '/', '//', 'a/', '/a', '\u0000', 'a\u0000b',
  '\ud800', 'a\udfffb', '\udc00\ud800', 'שלום', '\u202ecba', 'العربية', '全文検索', '検', 'ไทย', '𠮷野家', '👩‍👩‍👧', '\u0301', 'the', 'the of and', 'a', 'a b c d e f g h i j k l m n o p q r s t u v w x y z',
  '\u0001a', '\uffff', 'ﷺ', 'ß'.repeat(200), 'x'.repeat(10_000), 'ab '.repeat(3000), '検'.repeat(400), '__proto__', 'constructor', 'toString', '<script>', '${x}', '\t\n\r', '\u00a0', 'İstanbul', 'ǅ', '½',
]; // prettier-ignore

function describeHostileText(make: Make): void {
  describe('on hostile text', () => {
    const hostileDocuments = hostileTexts.map((text, at) => ({
      ...goldenPlugins[at]!,
      name: goldenPlugins[at]!.name,
      title: text,
      summary: text,
      description: `${text} <b>&amp; "kube"`,
      maintainer: text,
      tags: [text],
      categories: [text],
      operations: [text],
      interfaces: [text],
      requires: { [text]: text },
      revision: 2,
    }));
    const index = filledIndex(make, () => [...goldenPlugins.slice(hostileTexts.length), ...hostileDocuments]);

    it.each(hostileTexts.map((text) => [JSON.stringify(text).slice(0, 40), text] as const))(
      'answers or refuses %s',
      async (_, text) => {
        const parameters = [{ q: text }, { q: `kube ${text}` }, { tag: text }, { category: text }, { interface: text }, { host: text }, { publisher: text }, { cursor: text }];
        for (const query of parameters) {
          const outcome = await attempt(() => search(index(), query));
          expect(outcome).toMatch(/^(answered|invalid)$/);
        }
        expect(await attempt(() => index().suggest(text, 8))).toBe('answered');
      },
    ); // prettier-ignore

    it('escapes what it marks', async () => {
      const { hits } = await search(index(), { q: 'script' });
      expect(hits[0]?.highlights['title']).toBe('&lt;<mark>script</mark>&gt;');
    });
  });
}

async function attempt(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return 'answered';
  } catch (error) {
    return error instanceof RegistryError ? error.kind : String(error);
  }
}

function describeRestarts(make: Make): void {
  describe('after a restart', () => {
    it('still holds what was applied', async () => {
      const made = await make();
      if (made.reopen !== undefined) {
        await made.index.rebuild(streamed(goldenPlugins), 7);
        await made.index.apply({ put: [], remove: [{ id: 'other/go', revision: 8 }], sequence: 8 });
        const before = await answersOf(made.index, goldenPlugins);
        const reopened = await made.reopen();
        expect(await reopened.appliedSequence()).toBe(8);
        expect(await answersOf(reopened, goldenPlugins)).toEqual(before);
      }
      await made.close();
    });

    it('killed in the middle of its work and caught up, it is as if built anew', async () => {
      const batches = generateBatches(31, 60);
      const [made, fresh] = [await make(), await make()];
      if (made.openingScript !== undefined && made.reopen !== undefined) {
        for (const batch of batches) await fresh.index.apply(batch);
        const left = documentsAfter(batches);
        let reopened = await made.reopen();
        for (const kills of [5, 18, 40]) {
          await reopened.close();
          const acknowledged = await applyUntilKilled(made.openingScript, kills);
          reopened = await made.reopen();
          const sequence = (await reopened.appliedSequence()) ?? 0;
          expect(sequence).toBeGreaterThanOrEqual(acknowledged);
          if (reopened.appliesWhole) await expectAsAfter(reopened, make, batches.slice(0, sequence));
        }
        const sequence = (await reopened.appliedSequence()) ?? 0;
        for (const batch of batches.slice(sequence)) await reopened.apply(batch);
        expect(await answersOf(reopened, left)).toEqual(await answersOf(fresh.index, left));
      }
      await made.close();
      await fresh.close();
    }, 300_000);
  });
}

/** What the index holds is what those batches come to: its sequence is not ahead of its content, nor behind. */
async function expectAsAfter(index: SearchIndex, make: Make, batches: readonly IndexBatch[]): Promise<void> {
  const expected = await make();
  for (const batch of batches) await expected.index.apply(batch);
  const left = documentsAfter(batches);
  expect(await answersOf(index, left)).toEqual(await answersOf(expected.index, left));
  await expected.close();
}

/** Applies batches in a process of its own, killed while it works; answers the last sequence that it acknowledged. */
async function applyUntilKilled(openingScript: string, batches: number): Promise<number> {
  const script = `
    import { generateBatches } from '${new URL('./search-batches.js', import.meta.url).href}';
    ${openingScript}
    const done = await index.appliedSequence();
    for (const batch of generateBatches(31, 60).slice(done)) {
      await index.apply(batch);
      process.stdout.write(batch.sequence + '\\n');
    }
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let acknowledged = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line);
    if (acknowledged >= batches) child.kill('SIGKILL');
  }
  return acknowledged;
} // prettier-ignore
