import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { OpenSearchIndex } from '#search-opensearch';
import { eventually, generatePlugins } from '#testing';
import { parseSearchQuery } from '#search';
import type { PluginDocument, SearchIndex } from '#search';
import { describeOnOpenSearch } from './engines.js';
import { testOpenSearch } from './test-search.js';

const everything = parseSearchQuery({ limit: '1' });

describeOnOpenSearch('an index that several processes share', () => {
  const prefix = `test-${randomUUID().slice(0, 8)}`;
  const location = { addresses: [testOpenSearch ?? ''], credentials: null, certificateFile: null, prefix };
  const documents = [...generatePlugins(17, 300)];
  const opened: OpenSearchIndex[] = [];
  const retiredMs = 60_000;
  let [one, other]: OpenSearchIndex[] = [];

  const open = (): OpenSearchIndex => {
    const index = new OpenSearchIndex(location, prefix);
    opened.push(index);
    return index;
  };

  beforeAll(async () => {
    [one, other] = [open(), open()];
    expect(await one.appliedSequence()).toBe(null);
    await expect(totalIn(one)).rejects.toMatchObject({ code: 'search-unavailable' });
    await one.rebuild(streamed(documents), 1);
  });

  afterAll(async () => {
    for (const index of opened) await index.close();
    await fetch(`${testOpenSearch}/${prefix}-*`, { method: 'DELETE' });
  });

  /** What is done `halfway` ends before the second half is read. */
  async function* streamed(
    items: readonly PluginDocument[],
    halfway: () => Promise<unknown> = () => Promise.resolve(),
  ): AsyncGenerator<PluginDocument> {
    for (const [at, item] of items.entries()) {
      if (at === 150) await halfway();
      yield item;
    }
  }

  const totalIn = async (index: SearchIndex): Promise<number> => (await index.find(everything)).total;
  const indices = async (): Promise<number> => {
    const answer = await fetch(`${testOpenSearch}/_cat/indices/${prefix}-*?format=json`);
    return ((await answer.json()) as unknown[]).length;
  };

  it('never has too few plugins while it is rebuilt, takes the changes of all meanwhile, and leaves one index behind', async () => {
    const totals = new Set<number>();
    const isOver = new AbortController();
    const watching = (async () => {
      while (!isOver.signal.aborted) totals.add(await totalIn(other!));
    })();
    const [first] = documents as [PluginDocument];
    // Another process changes a plugin and takes one out that the rebuild has read already.
    const change = () =>
      other!.apply({
        put: [{ ...first, summary: 'Changed meanwhile', revision: first.revision + 1 }],
        remove: [{ id: documents[1]!.id, revision: documents[1]!.revision + 1 }],
        sequence: 2,
      });
    await eventually(() => totals.has(documents.length));
    await one!.rebuild(streamed(documents, change), 1);
    await eventually(() => totals.has(documents.length - 1));
    isOver.abort();
    await watching;
    expect([...totals].sort()).toEqual([documents.length - 1, documents.length]);
    expect(await totalIn(other!)).toBe(documents.length - 1);
    const { hits } = await other!.find(parseSearchQuery({ q: first.id, limit: '1' }));
    expect(hits[0]?.document.summary).toBe('Changed meanwhile');
    expect(await other!.appliedSequence()).toBe(2);
    await eventually(async () => (await indices()) === 2, retiredMs);
  });

  it('comes to the same however many feed it at once, late ones among them', async () => {
    const feeders = [open(), open(), open()];
    const revisions = [3, 4, 5, 6, 7];
    await Promise.all(
      feeders.map(async (index, at) => {
        // Each takes the changes in another order; the last one comes late with old ones.
        for (const revision of at === 2 ? revisions.toReversed() : revisions) {
          const changed = documents
            .slice(10, 20)
            .map((document) => ({ ...document, summary: `of ${revision}`, revision: 100 + revision }));
          const remove = revision > 5 ? [{ id: documents[30]!.id, revision: 200 }] : [];
          await index.apply({ put: changed, remove, sequence: revision });
        }
      }),
    );
    expect(await one!.appliedSequence()).toBe(7);
    const gone = { ...documents[30]!, revision: 150 };
    await feeders[0]!.apply({ put: [gone], remove: [], sequence: 8 });
    for (const document of documents.slice(10, 20)) {
      const { hits } = await other!.find(parseSearchQuery({ q: document.id, limit: '1' }));
      expect([hits[0]?.document.id, hits[0]?.document.summary]).toEqual([document.id, 'of 7']);
    }
    const { hits } = await other!.find(parseSearchQuery({ q: gone.id, limit: '1' }));
    expect(hits[0]?.document.id).not.toBe(gone.id);
  });

  it('is built by one process at a time', async () => {
    let second: unknown;
    const begin = async () => {
      second = await other!.rebuild(streamed(documents), 9).catch((error: unknown) => error);
    };
    await one!.rebuild(streamed(documents, begin), 9);
    expect(second).toMatchObject({ code: 'search-unavailable' });
    expect(await totalIn(other!)).toBe(documents.length);
  });

  it('is whole when many processes begin at once where there is none', async () => {
    const fresh = `${prefix}-fresh`;
    const many = Array.from({ length: 6 }, () => new OpenSearchIndex(location, fresh));
    opened.push(...many);
    await Promise.all(many.map((index) => begin(index)));
    for (const index of many) expect(await totalIn(index)).toBe(documents.length);
    await eventually(async () => expect(await kinds(`${fresh}-*`)).toEqual(['plugins', 'terms']), retiredMs);
    for (const index of many) expect(await totalIn(index)).toBe(documents.length);
  });

  /** An index of its own under a name of its own, with all documents. */
  async function built(name: string): Promise<{ index: OpenSearchIndex; named: string }> {
    const named = `${prefix}-${name}`;
    const index = new OpenSearchIndex(location, named);
    opened.push(index);
    await index.rebuild(streamed(documents), 5);
    return { index, named };
  }

  it('is filled again with its terms when they are gone, and searched meanwhile', async () => {
    const { index, named } = await built('halved');
    await fetch(`${testOpenSearch}/${named}-terms-*`, { method: 'DELETE' });
    expect(await index.appliedSequence()).toBe(0);
    expect(await totalIn(index)).toBe(documents.length);
    await index.apply({ put: documents, remove: [], sequence: 5 });
    expect(await index.appliedSequence()).toBe(5);
    expect(await kinds(`${named}-*`)).toEqual(['plugins', 'terms']);
  });

  it('refuses searches when its plugins are gone, until it is built again', async () => {
    const { index, named } = await built('emptied');
    await fetch(`${testOpenSearch}/${named}-plugins-*`, { method: 'DELETE' });
    for (let look = 0; look < 2; look += 1) {
      expect(await index.appliedSequence()).toBe(null);
      await expect(totalIn(index)).rejects.toMatchObject({ code: 'search-unavailable' });
    }
    await index.rebuild(streamed(documents), 5);
    expect(await index.appliedSequence()).toBe(5);
    expect(await totalIn(index)).toBe(documents.length);
  });

  it.each([
    ['half of it', 'terms-*', 0],
    ['the other half', 'plugins-*', null],
    ['all of it', '*', null],
  ])(
    'takes no batch for all there is when %s went after it was asked how far it is',
    async (_what, gone, left) => {
      const { index, named } = await built(`late-${gone.length}`);
      await fetch(`${testOpenSearch}/${named}-${gone}`, { method: 'DELETE' });
      const late = index.apply({ put: documents.slice(0, 1), remove: [], sequence: 6 });
      await expect(late).rejects.toMatchObject({ code: 'search-index-lost' });
      expect(await index.appliedSequence()).toBe(left);
    },
  );

  describe('of which a person changes the aliases', () => {
    const change = async (...actions: object[]): Promise<void> => {
      const answer = await fetch(`${testOpenSearch}/_aliases`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ actions }),
      });
      expect(answer.status).toBe(200);
    };
    interface Alias {
      readonly alias: string;
      readonly index: string;
    }
    const aliasesOf = async (named: string): Promise<Alias[]> => {
      const answer = await fetch(`${testOpenSearch}/_cat/aliases/${named}-*?format=json`);
      return (await answer.json()) as Alias[];
    };
    const aliasOf = async (named: string, kind: string, isWritten: boolean): Promise<Alias> =>
      (await aliasesOf(named)).find(
        ({ alias }) => alias.startsWith(`${named}-${kind}-`) && alias.endsWith('-write') === isWritten,
      )!;

    it.each([
      ['plugins', false, null],
      ['plugins', true, 5],
      ['terms', false, 5],
      ['terms', true, 5],
    ])(
      'is whole again after the next look when that of its %s was taken away (by which it is written: %s)',
      async (kind, isWritten, left) => {
        const { index, named } = await built(`unnamed-${kind}-${isWritten}`);
        const taken = await aliasOf(named, kind, isWritten);
        await change({ remove: { index: taken.index, alias: taken.alias } });
        expect(await index.appliedSequence()).toBe(left);
        if (left === null) await index.rebuild(streamed(documents), 5);
        await index.apply({ put: documents.slice(0, 1), remove: [], sequence: 6 });
        expect(await index.appliedSequence()).toBe(6);
        expect(await totalIn(index)).toBe(documents.length);
        await index.find(parseSearchQuery({ q: 'promethoos', limit: '1' }));
      },
    );

    it('shows nothing of another index that somebody put under the name by which it is searched', async () => {
      const { index, named } = await built('joined');
      const searched = await aliasOf(named, 'plugins', false);
      await fetch(`${testOpenSearch}/${named}-foreign/_doc/x?refresh=true`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: '{"id":"acme/foreign","card":"{}"}',
      });
      await change({ add: { index: `${named}-foreign`, alias: searched.alias } });
      expect(await index.appliedSequence()).toBe(5);
      expect(await totalIn(index)).toBe(documents.length);
      expect((await aliasesOf(named)).map(({ index: of }) => of)).not.toContain(`${named}-foreign`);
    });

    it('says so and refuses searches where somebody’s index has that name', async () => {
      const { index, named } = await built('taken');
      const searched = await aliasOf(named, 'plugins', false);
      await change({ remove: { index: searched.index, alias: searched.alias } });
      await fetch(`${testOpenSearch}/${searched.alias}`, { method: 'PUT' });
      await expect(index.appliedSequence()).rejects.toMatchObject({
        message: expect.stringContaining(searched.alias),
      });
      await expect(totalIn(index)).rejects.toMatchObject({ code: 'search-unavailable' });
      await fetch(`${testOpenSearch}/${searched.alias}`, { method: 'DELETE' });
      expect(await index.appliedSequence()).toBe(null);
      await index.rebuild(streamed(documents), 5);
      expect(await totalIn(index)).toBe(documents.length);
    });
  });

  /** As the store does: where there is none it is built, and what another process builds is asked for again. */
  async function begin(index: OpenSearchIndex): Promise<void> {
    while ((await index.appliedSequence()) === null)
      await index.rebuild(streamed(documents), 5).catch(() => pause(50));
  }

  async function kinds(pattern: string): Promise<string[]> {
    const answer = await fetch(`${testOpenSearch}/_cat/indices/${pattern}?format=json`);
    const found = (await answer.json()) as { index: string }[];
    return found.map((one) => /-(plugins|terms)-/.exec(one.index)?.[1] ?? one.index).sort();
  }
});
