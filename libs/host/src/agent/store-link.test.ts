import { afterEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreClient } from '#client';
import { defaultSettings } from '../folder/host-file.js';
import { agentLimits } from './agent-limits.js';
import { EventLog } from './event-log.js';
import { StoreLink } from './store-link.js';

const installation = '5a1f1c52-3f0e-4b4f-8a53-0d1f6f0f9a01';
const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A store that lists those updates, and answers the question for the installation's keys with what `keys` says then. */
async function startStore(
  keys: () => { readonly status: number; readonly body: unknown },
  updates: readonly object[] = [],
): Promise<string> {
  const server = createServer((request, answer) => {
    const { status, body } = request.url?.endsWith('/keys')
      ? keys()
      : { status: 200, body: { items: request.url?.endsWith('/updates') ? updates : [] } };
    answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The link of an agent that has that installation. */
function linkTo(address: string, has: { readonly id: string; readonly pinned?: boolean }) {
  const stopped = new Map<string, { code: string; message: string }>();
  const found = { plugin: 'acme/tool', key_id: 'key', current: { version: '1.0.0' }, ...has };
  const events = new EventLog(agentLimits);
  const around = {
    folder: {
      // Where nothing is, and nothing worth a report happens.
      paths: { reports: join(tmpdir(), randomUUID(), 'reports.json') },
      readHost: async () => ({ settings: defaultSettings }),
      openStore: async (userAgent: string) =>
        new StoreClient({ address, credential: 'mrt_host_x', userAgent }),
      readState: async () => ({ installations: { [has.id]: found } }),
    },
    host: {
      follow: async () => ({ etag: undefined, wanted: [], removed: [], failed: [] }),
      tidy: async () => true,
    },
    plugins: {
      get stoppedOnes() {
        return [...stopped].map(([id, reason]) => ({ installation: id, ...reason }));
      },
      inUse: [],
      stop: async (id: string, reason: { code: string; message: string }) => void stopped.set(id, reason),
      resume: async (id: string) => void stopped.delete(id),
    },
    events,
    limits: { ...agentLimits, pollRetryFirstMs: 10, pollRetryLastMs: 20 },
    pollEveryMs: 10,
    onError: () => undefined,
  };
  const link = new StoreLink(around as unknown as ConstructorParameters<typeof StoreLink>[0]);
  cleanUps.push(() => link.stop());
  return { link, stopped, events };
}

describe('StoreLink', () => {
  it('tells of a newer release once, and of none for what is pinned', async () => {
    let asked = 0;
    const keys = () => {
      asked += 1;
      return { status: 200, body: { items: [{ id: 'key' }] } };
    };
    const newer = { installation, kind: 'newer-release', version: '1.0.0', to: '1.1.0', reason: 'It is.' };
    const address = await startStore(keys, [newer]);
    const told = async (pinned: boolean) => {
      const { link, events } = linkTo(address, { id: installation, pinned });
      const types: string[] = [];
      events.listen(({ type }) => void types.push(type));
      link.start();
      for (const end = asked + 3; asked < end;) await sleep(5);
      return types;
    };
    expect(await told(false)).toEqual(['update-available']);
    expect(await told(true)).toEqual([]);
  });

  it('starts nothing again whose key was revoked only because the store fails to say so once', async () => {
    let asked = 0;
    let isFailing = false;
    let isBack = false;
    const address = await startStore(() => {
      asked += 1;
      if (isFailing) return { status: 500, body: { code: 'internal-error', detail: 'It broke.' } };
      return { status: 200, body: { items: isBack ? [{ id: 'key' }] : [] } };
    });
    const { link, stopped } = linkTo(address, { id: installation });
    const rounds = async (count: number) => {
      for (const end = asked + count; asked < end;) await sleep(5);
    };
    link.start();
    await rounds(2);
    expect([...stopped.keys()]).toEqual([installation]);
    isFailing = true;
    await rounds(3);
    expect([...stopped.keys()]).toEqual([installation]);
    isFailing = false;
    isBack = true;
    await rounds(3);
    expect([...stopped.keys()]).toEqual([]);
  });
});
