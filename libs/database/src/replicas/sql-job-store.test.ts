import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { AuditedAct } from '#kernel';
import { Database } from '../database.js';
import { ClusterSecretRow } from '../rows/access-rows.js';
import { SqlJobStore } from './sql-job-store.js';
import { describeOnPostgres, engines } from '../../../../test/services/engines.js';
import type { EmptyDatabase, Engine } from '../../../../test/services/engines.js';

const long = 60_000;
const mostOpen = 1000;
const problem = {
  kind: null,
  code: 'internal-error',
  message: 'broke',
  details: {},
  retryAfterSeconds: null,
};
const act: AuditedAct = {
  actor: { kind: 'system', id: null, name: 'test' },
  action: 'requeue-job',
  target: 'job',
  reason: null,
  details: {},
  at: 1,
};

let place: EmptyDatabase;
let database: Database;
let jobs: SqlJobStore;

async function open(engine: Engine): Promise<void> {
  place = await engine.make();
  database = await Database.open(place.location);
  jobs = new SqlJobStore(database);
}

async function close(): Promise<void> {
  await database.close();
  await place.remove();
}

async function add(payload: unknown = { some: 'bytes' }): Promise<string> {
  const id = randomUUID();
  await jobs.add({ id, kind: 'test', payload, accountId: null, publisher: null, at: Date.now() }, mostOpen);
  return id;
}

const claim = async () => (await jobs.claim(['test'], long))!;
/** As if so much time went by. */
const pass = (ms: number) =>
  database.write((sql) =>
    sql.query(`UPDATE job SET claimed_until = claimed_until - ${ms}, run_at = run_at - ${ms}`),
  );
const write = (name: string) =>
  database.write((sql) => sql.insert(ClusterSecretRow, { name, value: '', created_at: 1 }));

describe.each(engines)('jobs on $name', (engine) => {
  beforeEach(() => open(engine));
  afterEach(close);

  it('are begun oldest first, each by one, and no others than those that are due', async () => {
    const ids = [await add(), await add()];
    expect([(await claim()).id, (await claim()).id].sort()).toEqual([...ids].sort());
    expect(await jobs.hasDue(['test'])).toBe(false);
    expect(await jobs.claim(['test'], long)).toBeUndefined();
    expect(await jobs.count()).toEqual({ queued: 0, running: 2, dead: 0 });
  });

  it('go to another once the claim has ended, and what the first then says or writes changes nothing', async () => {
    const id = await add();
    const first = await claim();
    await jobs.asHolder(first, () => write('in time'));
    await pass(long + 1);
    const second = await claim();
    expect([second.id, second.attempts]).toEqual([id, 2]);
    await expect(jobs.asHolder(first, () => write('late'))).rejects.toMatchObject({ code: 'lease-lost' });
    await jobs.report(first, long, { step: 'late', progress: null });
    await jobs.postpone(first, 'late', 0);
    await jobs.finish(first, { state: 'failed', problem, isDead: true });
    expect(await jobs.find(id)).toMatchObject({
      state: 'running',
      step: 'waiting',
      attempts: 2,
      deadAt: null,
    });
    await jobs.asHolder(second, () => write('second'));
    await jobs.finish(second, { state: 'done', result: { is: 'done' } });
    expect(await jobs.find(id)).toMatchObject({ state: 'done', result: { is: 'done' }, payload: {} });
  });

  it('write nothing by a claim that has ended, though nobody else has them', async () => {
    await add();
    const job = await claim();
    await pass(long + 1);
    await expect(jobs.asHolder(job, () => write('late'))).rejects.toMatchObject({ code: 'lease-lost' });
    const kept = await claim();
    await pass(long / 2);
    await jobs.report(kept, 2 * long, { step: 'going on', progress: { done: 1, of: 2 } });
    await pass(long);
    await jobs.asHolder(kept, () => write('renewed'));
  });

  it('are put off, and due again after that', async () => {
    const id = await add();
    await jobs.postpone(await claim(), 'later', long);
    expect(await jobs.hasDue(['test'])).toBe(false);
    await pass(long + 1);
    expect((await claim()).id).toBe(id);
  });

  it('that were given up keep what was sent with them until somebody requeues or dismisses them', async () => {
    const [dead, dismissed, refused] = [await add({ n: 1 }), await add({ n: 2 }), await add({ n: 3 })];
    for (let n = 0; n < 3; n += 1) {
      const job = await claim();
      await jobs.finish(job, { state: 'failed', problem, isDead: job.id !== refused });
    }
    const list = await jobs.list({ isDead: true }, { limit: 1, cursor: null });
    const rest = await jobs.list({ isDead: true }, { limit: 1, cursor: list.next });
    expect([...list.items, ...rest.items].map(({ id }) => id).sort()).toEqual([dead, dismissed].sort());
    expect(await jobs.count()).toEqual({ queued: 0, running: 0, dead: 2 });
    expect(await jobs.requeue(refused, act)).toBe(false);
    expect(await jobs.dismiss(dismissed, act)).toBe(true);
    expect(await jobs.requeue(dismissed, act)).toBe(false);
    expect(await jobs.requeue(dead, act)).toBe(true);
    expect(await claim()).toMatchObject({ id: dead, attempts: 1, payload: { n: 1 }, problem: null });
    await jobs.removeEnded(-1000, -1000);
    expect(await jobs.find(refused)).toBeUndefined();
    expect(await jobs.find(dead)).toMatchObject({ state: 'running' });
  });
});

describeOnPostgres('jobs of several processes', () => {
  beforeEach(() => open(engines[1]!));
  afterEach(close);

  it('are claimed once, however many claim at once', async () => {
    const ids = new Set(await Promise.all(Array.from({ length: 30 }, () => add())));
    const other = await Database.open(place.location);
    const stores = [jobs, new SqlJobStore(other)];
    const claimed = await Promise.all(
      Array.from({ length: 60 }, (_, at) => stores[at % 2]!.claim(['test'], long)),
    );
    await other.close();
    const got = claimed.flatMap((job) => (job ? [job.id] : []));
    expect(got).toHaveLength(new Set(got).size);
    // Whoever asked while all the rest were being taken got none; they are still there.
    for (let job = await claim(); (job as unknown) !== undefined; job = await claim()) got.push(job.id);
    expect(new Set(got)).toEqual(ids);
  });
});
