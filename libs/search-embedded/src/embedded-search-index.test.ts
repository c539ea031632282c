import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseSearchQuery } from '#search';
import { Random, describeSearchIndex, generatePlugins } from '#testing';
import { EmbeddedSearchIndex } from './index.js';
import { ThreadCalls } from './thread-calls.js';

describeSearchIndex('EmbeddedSearchIndex', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-search-'));
  let index = await EmbeddedSearchIndex.open({ folder });
  return {
    index,
    reopen: async () => {
      await index.close();
      index = await EmbeddedSearchIndex.open({ folder });
      return index;
    },
    openingScript: `
      import { EmbeddedSearchIndex } from '#search-embedded';
      const index = await EmbeddedSearchIndex.open({ folder: ${JSON.stringify(folder)} });
    `,
    close: async () => {
      await index.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});

describe('EmbeddedSearchIndex', () => {
  let folder: string;
  let index: EmbeddedSearchIndex | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mortise-search-'));
  });
  afterEach(async () => {
    await index?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const documents = [...generatePlugins(17, 300)];
  const everything = parseSearchQuery({});
  const open = async (options = {}) => (index = await EmbeddedSearchIndex.open({ folder, ...options }));
  const fill = async () => {
    const filled = await open();
    await filled.apply({ put: documents, remove: [], sequence: 9 });
    await filled.close();
  };
  const indexFile = () => {
    const name = readFileSync(join(folder, 'current'), 'utf8').trim();
    return join(folder, name);
  };

  it.each([
    ['missing', (path: string) => rmSync(path)],
    ['empty', (path: string) => writeFileSync(path, '')],
    ['cut in two', (path: string) => truncateSync(path, Math.floor(statSync(path).size / 2))],
    ['cut after its first page', (path: string) => truncateSync(path, 8192)],
    ['another kind of file', (path: string) => writeFileSync(path, 'Not an index at all. '.repeat(5000))],
  ])('starts with nothing when its file is %s, and can be filled again', async (_, damage) => {
    await fill();
    damage(indexFile());
    const reopened = await open();
    expect(await reopened.appliedSequence()).toBe(0);
    expect((await reopened.find(everything)).total).toBe(0);
    await reopened.apply({ put: documents.slice(0, 5), remove: [], sequence: 1 });
    expect((await reopened.find(everything)).total).toBe(5);
  });

  it('starts with nothing when the note of which file is current is gone or senseless', async () => {
    for (const note of [undefined, '', '../../etc/passwd', 'index-000000000000.sqlite']) {
      await fill();
      if (note === undefined) rmSync(join(folder, 'current'));
      else writeFileSync(join(folder, 'current'), note);
      expect(await (await open()).appliedSequence()).toBe(0);
      await index?.close();
    }
  });

  it('has all it knows in one file once it is closed, however long its last searches take', async () => {
    const filled = await open();
    await filled.apply({ put: documents, remove: [], sequence: 9 });
    const searches = Array.from({ length: 100 }, () => filled.find(everything));
    await filled.close();
    await Promise.all(searches);
    expect(readdirSync(folder).filter((name) => name.startsWith('index-'))).toHaveLength(1);
  });

  it('removes what an aborted rebuild left behind', async () => {
    await fill();
    writeFileSync(join(folder, 'index-0123456789ab.sqlite'), 'half a draft');
    await open();
    expect(existsSync(join(folder, 'index-0123456789ab.sqlite'))).toBe(false);
    expect(await index?.appliedSequence()).toBe(9);
  });

  it('never crashes on bytes overwritten in the middle of its file', async () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      await fill();
      scribble(indexFile(), seed);
      const reopened = await open();
      for (const { name } of documents.slice(0, 40)) {
        const found = reopened.find(parseSearchQuery({ q: name }));
        await found.catch((error: unknown) => expect(error).toMatchObject({ code: 'search-unavailable' }));
      }
      const sequence = await reopened.appliedSequence();
      expect([0, 9, null]).toContain(sequence);
      await reopened.rebuild(streamed(documents), 10);
      expect((await reopened.find(everything)).total).toBe(documents.length);
      await reopened.close();
    }
  });

  it('refuses changes and searches after a loss until it is built again', async () => {
    await fill();
    const path = indexFile();
    const reopened = await open();
    writeFileSync(path, readFileSync(path).fill(0xa5, 8192));
    // What was written last may still lie there, and be read from there.
    const log = `${path}-wal`;
    if (existsSync(log)) writeFileSync(log, readFileSync(log).fill(0xa5));
    await expect(reopened.find(parseSearchQuery({ q: documents[0]!.name }))).rejects.toMatchObject({
      code: 'search-unavailable',
      retryAfterSeconds: 1,
    });
    const change = { put: documents.slice(0, 1), remove: [], sequence: 10 };
    await expect(reopened.apply(change)).rejects.toMatchObject({ code: 'search-index-lost' });
    expect(await reopened.appliedSequence()).toBe(null);
    await expect(reopened.find(everything)).rejects.toMatchObject({ code: 'search-unavailable' });
    await reopened.rebuild(streamed(documents), 9);
    await reopened.apply(change);
    expect((await reopened.find(everything)).total).toBe(documents.length);
  });

  it('refuses searches beyond those that may wait, and says when to come again', async () => {
    const opened = await open({ searchesWaiting: 3 });
    const searches = await Promise.allSettled(Array.from({ length: 10 }, () => opened.find(everything)));
    const refused = searches.filter((search) => search.status === 'rejected');
    expect(searches.length - refused.length).toBeGreaterThanOrEqual(2);
    expect(refused.length).toBeGreaterThan(0);
    for (const { reason } of refused) {
      expect(reason).toMatchObject({ kind: 'unavailable', code: 'search-busy', retryAfterSeconds: 1 });
    }
    expect((await opened.find(everything)).total).toBe(0);
  });

  it('finds at once what is published between many searches', async () => {
    const opened = await open();
    for (const [at, document] of documents.slice(0, 40).entries()) {
      const busy = [1, 2, 3, 4].map(() => opened.find(everything));
      await opened.apply({ put: [document], remove: [], sequence: at + 1 });
      const answer = await opened.find(parseSearchQuery({ q: document.name }));
      expect(answer.hits[0]?.document.id).toBe(document.id);
      await Promise.all(busy);
    }
  });
});

describe('ThreadCalls', () => {
  const threads: ThreadCalls[] = [];
  afterAll(() => Promise.all(threads.map((thread) => thread.close())));
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const start = (code: string, timeoutMs = 5000, idleMs?: number) => {
    const script = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
    const thread = new ThreadCalls({
      script,
      name: 'test',
      timeoutMs,
      heapMebibytes: 64,
      firstCall: () => undefined,
      ...(idleMs === undefined ? {} : { idleMs }),
    });
    threads.push(thread);
    return thread;
  };
  const answering = `
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', ({ id, method, argument }) => {
      if (method === 'die') process.exit(1);
      if (method === 'throw') setImmediate(() => { throw new Error('Out of order.'); });
      else if (method === 'hang') for (;;);
      else parentPort.postMessage({ id, value: argument });
    });
  `;

  it.each(['die', 'throw', 'hang'])(
    'fails open calls when a thread must %s, and starts another',
    async (method) => {
      const thread = start(answering, 2000);
      expect(await thread.call('echo', 1)).toBe(1);
      const open = [thread.call(method, null), thread.call('echo', 2)];
      const ends = await Promise.allSettled(open);
      expect(ends[0]).toMatchObject({ reason: { code: 'search-unavailable', retryAfterSeconds: 1 } });
      expect(await thread.call('echo', 3)).toBe(3);
    },
  );

  it('ends a thread that has nothing to do, unless it is held, and starts another when it has', async () => {
    const counting = `
      import { parentPort, threadId } from 'node:worker_threads';
      parentPort.on('message', ({ id }) => parentPort.postMessage({ id, value: threadId }));
    `;
    const thread = start(counting, 5000, 30);
    const first = await thread.call('which', null);
    const held = await thread.hold(async () => {
      await pause(100);
      return thread.call('which', null);
    });
    expect(held).toBe(first);
    await pause(100);
    expect(await thread.call('which', null)).not.toBe(first);
  });

  it('refuses calls once it is closed', async () => {
    const thread = start(answering);
    await thread.close();
    await expect(thread.call('echo', 1)).rejects.toMatchObject({ code: 'search-unavailable' });
  });
});

async function* streamed<Item>(items: Iterable<Item>): AsyncGenerator<Item> {
  for (const item of items) yield item;
}

/** Overwrites a tenth of the pages after the first with bytes that mean nothing. */
function scribble(path: string, seed: number): void {
  const random = new Random(seed);
  const bytes = readFileSync(path);
  for (let page = 1; page < bytes.length / 8192; page += 1) {
    if (!random.chance(0.1)) continue;
    const start = page * 8192 + random.between(0, 4000);
    for (let at = start; at < Math.min(start + 4000, bytes.length); at += 1)
      bytes[at] = random.between(0, 255);
  }
  writeFileSync(path, bytes);
}
