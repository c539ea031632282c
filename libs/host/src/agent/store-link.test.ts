import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultSettings } from '../folder/host-file.js';
import { agentLimits } from './agent-limits.js';
import { EventLog } from './event-log.js';
import { StoreLink } from './store-link.js';

const installation = '5a1f1c52-3f0e-4b4f-8a53-0d1f6f0f9a01';
const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A store that lists no updates, and answers the question for the installation's keys with what `keys` says then. */
async function startStore(keys: () => { readonly status: number; readonly body: unknown }): Promise<string> {
  const server = createServer((request, answer) => {
    const { status, body } = request.url?.endsWith('/keys') ? keys() : { status: 200, body: { items: [] } };
    answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('StoreLink', () => {
  it('starts nothing again whose key was revoked only because the store fails to say so once', async () => {
    let asked = 0;
    let isFailing = false;
    let isBack = false;
    const address = await startStore(() => {
      asked += 1;
      if (isFailing) return { status: 500, body: { code: 'internal-error', detail: 'It broke.' } };
      return { status: 200, body: { items: isBack ? [{ id: 'key' }] : [] } };
    });
    const stopped = new Map<string, { code: string; message: string }>();
    const found = { id: installation, plugin: 'acme/tool', key_id: 'key', current: { version: '1.0.0' } };
    const around = {
      folder: {
        readHost: async () => ({ store: { address, keys: [] }, settings: defaultSettings }),
        readHostKey: async () => 'mrt_host_x',
        readState: async () => ({ installations: { [installation]: found } }),
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
      events: new EventLog(agentLimits),
      limits: { ...agentLimits, pollRetryFirstMs: 10, pollRetryLastMs: 20 },
      pollEveryMs: 10,
      onError: () => undefined,
    };
    const link = new StoreLink(around as unknown as ConstructorParameters<typeof StoreLink>[0]);
    cleanUps.push(() => link.stop());
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
