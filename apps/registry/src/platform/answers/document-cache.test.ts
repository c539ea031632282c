import { afterEach, describe, expect, it } from '@jest/globals';
import Fastify from 'fastify';
import request from 'supertest';
import { Clock } from '#kernel';
import { DocumentCache } from './document-cache.js';
import type { MadeDocument } from './document-cache.js';

class StoppedClock extends Clock {
  time = 1_000;
  now(): number {
    return this.time;
  }
}

const json = (text: string, rest: Partial<MadeDocument> = {}): MadeDocument => ({
  body: Buffer.from(text),
  contentType: 'text/plain; charset=utf-8',
  ...rest,
});

const running: { close(): Promise<unknown> }[] = [];

afterEach(() => Promise.all(running.splice(0).map((app) => app.close())));

function serve(make: (name: string) => Promise<MadeDocument>, capacityBytes?: number) {
  const clock = new StoppedClock();
  const documents = new DocumentCache(clock, capacityBytes);
  const app = Fastify({ forceCloseConnections: true });
  running.push(app);
  app.get('/:plugin/:name', (request, reply) => {
    const { plugin, name } = request.params as { plugin: string; name: string };
    void documents.answer(request, reply, `acme/${plugin}`, name, () => make(`${plugin}/${name}`));
    return reply;
  });
  const get = async (path: string, headers: Record<string, string> = {}) => {
    await app.ready();
    return request(app.server).get(path).set(headers);
  };
  return { app, get, documents, clock };
}

describe('DocumentCache', () => {
  it('makes a document once, and answers a known one with 304 and no body', async () => {
    let made = 0;
    const { get } = serve(() => {
      made += 1;
      return Promise.resolve(json('{"a":1}'));
    });
    const first = await get('/tool/x');
    const second = await get('/tool/x', { 'if-none-match': `"other", W/${String(first.headers.etag)}` });
    expect(first.status).toBe(200);
    expect(first.text).toBe('{"a":1}');
    expect(first.headers['cache-control']).toBe('no-cache');
    expect(second.status).toBe(304);
    expect(second.text).toBe('');
    expect(second.headers.etag).toBe(first.headers.etag);
    expect(made).toBe(1);
  });

  it('answers HEAD with the length and no body', async () => {
    const { app } = serve(() => Promise.resolve(json('{"a":1}')));
    await app.ready();
    const head = await request(app.server).head('/tool/x');
    expect(head.status).toBe(200);
    expect(head.headers['content-length']).toBe('7');
    expect(head.text).toBeUndefined();
  });

  it('lets many who ask at once wait for one making', async () => {
    let made = 0;
    const { get } = serve(async () => {
      made += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return json('{}');
    });
    await Promise.all(Array.from({ length: 20 }, () => get('/tool/x')));
    expect(made).toBe(1);
  });

  it('keeps nothing that was begun before a change, and answers nobody with it who asked after', async () => {
    let text = 'old';
    const release: (() => void)[] = [];
    const { get, documents } = serve(async () => {
      const seen = text;
      await new Promise<void>((resolve) => release.push(resolve));
      return json(seen);
    });
    const begun = async (makings: number): Promise<void> => {
      while (release.length < makings) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    // A request of supertest is sent when somebody waits for it.
    const before = get('/tool/x').then((answer) => answer);
    await begun(1);
    text = 'new';
    documents.forget('acme/tool');
    const after = get('/tool/x').then((answer) => answer);
    await begun(2);
    release[1]?.();
    expect((await after).text).toBe('new');
    release[0]?.();
    expect((await before).text).toBe('old');
    expect((await get('/tool/x')).text).toBe('new');
  });

  it('forgets the plugins of a publisher, and not those of one with a longer name', async () => {
    let made = 0;
    const { get, documents } = serve(() => {
      made += 1;
      return Promise.resolve(json('{}'));
    });
    await get('/tool/x');
    documents.forgetPublisher('ac');
    await get('/tool/x');
    expect(made).toBe(1);
    documents.forgetPublisher('acme');
    await get('/tool/x');
    expect(made).toBe(2);
  });

  it('does not remember a refusal', async () => {
    const documents = new DocumentCache(new StoppedClock());
    const sent: unknown[] = [];
    const reply = { header: () => reply, send: (body: unknown) => sent.push(body) };
    const ask = (make: () => Promise<MadeDocument>) =>
      documents.answer({ headers: {} } as never, reply as never, 'acme/tool', 'x', make);
    await expect(ask(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
    await ask(() => Promise.resolve(json('{}')));
    expect(sent).toEqual([Buffer.from('{}')]);
  });

  it('makes anew what says until when it holds', async () => {
    let made = 0;
    const { get, clock } = serve(() => {
      made += 1;
      return Promise.resolve(json(`{"n":${made}}`, { makeAnewAt: 2_000 }));
    });
    await get('/tool/x');
    await get('/tool/x');
    expect(made).toBe(1);
    clock.time = 2_000;
    expect((await get('/tool/x')).text).toBe('{"n":2}');
  });

  it('stays within its bytes, and lets what nobody asks for go first', async () => {
    const made: string[] = [];
    const { get } = serve((name) => {
      made.push(name);
      return Promise.resolve(json('x'.repeat(2_000)));
    }, 60_000);
    await get('/popular/x');
    for (let index = 0; index < 100; index += 1) {
      await get(`/tool-${index}/x`);
      await get('/popular/x');
    }
    await get('/tool-0/x');
    expect(made.filter((name) => name === 'popular/x')).toHaveLength(1);
    expect(made.filter((name) => name === 'tool-0/x')).toHaveLength(2);
  });
});
