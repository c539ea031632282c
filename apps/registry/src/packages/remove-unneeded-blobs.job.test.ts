import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Leadership, limits } from '#kernel';
import type { Term } from '#kernel';
import { RemoveBlobs } from '#packages';
import type { RemovedBlobs } from '#packages';
import { parseSettings } from '../platform/settings/config.js';
import { openLog } from '../platform/server/log.js';
import { Metrics } from '../platform/server/metrics.js';
import { StoreSettings } from '../platform/settings/store-settings.js';
import { RemoveUnneededBlobs } from './remove-unneeded-blobs.job.js';

type RemoveBlobsRequest = Parameters<RemoveBlobs['run']>[0];

const seen = { blobs: 7, unneeded: 2, unneededBytes: 30, marked: 1, removed: 1, leftovers: 0 };

/** Leads unless another process does. */
class GivenLeadership extends Leadership {
  leads = true;
  confirmed = 0;

  override async attempt<T>(_name: string, work: (term: Term) => Promise<T>): Promise<T | undefined> {
    if (!this.leads) return undefined;
    return work({
      token: 1,
      signal: new AbortController().signal,
      confirm: async () => void (this.confirmed += 1),
      fenced: (act) => act(),
      giveUp: () => undefined,
    });
  }
}

/** Removes nothing, and remembers how it was asked to. */
class NotedRemoval extends RemoveBlobs {
  readonly asked: RemoveBlobsRequest[] = [];
  fails = false;

  constructor() {
    super(...([] as unknown as ConstructorParameters<typeof RemoveBlobs>));
  }

  override async run(request: RemoveBlobsRequest): Promise<RemovedBlobs> {
    this.asked.push(request);
    await request.confirm?.();
    if (this.fails) throw new Error('S3 is away.');
    return seen;
  }
}

describe('the job that removes unneeded blobs', () => {
  let leadership: GivenLeadership;
  let removal: NotedRemoval;
  let metrics: Metrics;

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    leadership = new GivenLeadership();
    removal = new NotedRemoval();
    metrics = new Metrics();
  });
  afterEach(() => void jest.useRealTimers());

  function begin(role: string): RemoveUnneededBlobs {
    const settings = new StoreSettings(parseSettings({ MORTISE_ROLE: role, MORTISE_BLOB_GRACE_HOURS: '3' }));
    const job = new RemoveUnneededBlobs(removal, leadership, settings, metrics, openLog('silent'));
    job.onApplicationBootstrap();
    return job;
  }

  it.each(['all', 'work'])('runs a while after the start (%s), and then again and again', async (role) => {
    const job = begin(role);
    await jest.advanceTimersByTimeAsync(limits.blobsRemovedFirstMs - 1);
    expect(removal.asked).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(removal.asked).toMatchObject([{ graceMs: 3 * 3_600_000, dryRun: false }]);
    expect(leadership.confirmed).toBe(1);
    await jest.advanceTimersByTimeAsync(2 * limits.blobsRemovedEveryMs);
    expect(removal.asked).toHaveLength(3);
    await job.onApplicationShutdown();
    await jest.advanceTimersByTimeAsync(2 * limits.blobsRemovedEveryMs);
    expect(removal.asked).toHaveLength(3);
  });

  it('goes on after a failure, and while another process leads it leaves all to that one', async () => {
    removal.fails = true;
    const job = begin('all');
    await jest.advanceTimersByTimeAsync(limits.blobsRemovedFirstMs);
    leadership.leads = false;
    await jest.advanceTimersByTimeAsync(limits.blobsRemovedEveryMs);
    expect(removal.asked).toHaveLength(1);
    leadership.leads = true;
    removal.fails = false;
    await jest.advanceTimersByTimeAsync(limits.blobsRemovedEveryMs);
    expect(removal.asked).toHaveLength(2);
    await job.onApplicationShutdown();
    jest.useRealTimers();
    const told = await metrics.text();
    expect(told).toMatch(/^mortise_blobs 7$/m);
    expect(told).toMatch(/^mortise_unneeded_blob_bytes 30$/m);
    metrics.close();
  });

  it('leaves it to others where the process only serves', async () => {
    const job = begin('serve');
    await jest.advanceTimersByTimeAsync(limits.blobsRemovedFirstMs + limits.blobsRemovedEveryMs);
    expect(removal.asked).toEqual([]);
    await job.onApplicationShutdown();
  });
});
