import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { JobStore } from '#catalog';
import { eventually } from '#testing';
import { deadJobLines, requeueJobs } from '../apps/registry/src/platform/commands/look-after-jobs.js';
import { parseSettings } from '../apps/registry/src/platform/settings/config.js';
import { CatalogStore } from './catalog-store.js';
import { seedPublisher } from './seed-publisher.js';
import { testServer } from './services/test-database.js';
import { databaseSetting } from './start-store.js';

let catalog: CatalogStore;
let admin: string;

beforeAll(async () => {
  catalog = await CatalogStore.start();
  ({ token: admin } = await seedPublisher(catalog.store, 'admins', {
    scopes: ['admin'],
    roles: ['administrator'],
  }));
});
afterAll(() => catalog.store.close());

/** One that breaks: its payload is nothing that a publication could be made of. */
async function giveUpAJob(): Promise<string> {
  const jobs = catalog.store.app.get(JobStore);
  const id = randomUUID();
  const { body } = await catalog.get('/api/v1/accounts/me', catalog.token).expect(200);
  const broken = { id, kind: 'publish', payload: {}, accountId: body.id, publisher: 'acme', at: Date.now() };
  await jobs.add(broken, 1000);
  await eventually(async () => (await jobs.find(id))?.state === 'failed');
  return id;
}

const figure = async (name: string) => {
  const { text } = await catalog.get('/metrics').expect(200);
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
};

it('shows administrators the jobs that were given up, and has them begun again or dismissed', async () => {
  const id = await giveUpAJob();
  expect(await figure('mortise_jobs_dead')).toBe(1);
  const { body } = await catalog.get('/api/v1/jobs?dead=true&state=failed', admin).expect(200);
  expect(body).toMatchObject({
    items: [{ id, kind: 'publish', publisher: 'acme', state: 'failed', problem: { code: 'internal-error' } }],
    next: null,
  });
  expect(body.items[0].dead_at).toMatch(/Z$/);

  const requeued = await catalog.send('post', `/api/v1/jobs/${id}/attempts`, undefined, admin).expect(202);
  expect(requeued.body).toMatchObject({ id });
  await eventually(async () => (await catalog.store.app.get(JobStore).find(id))?.deadAt !== null);

  await catalog.send('delete', `/api/v1/jobs/${id}`, undefined, admin).expect(204);
  expect(await figure('mortise_jobs_dead')).toBe(0);
  const again = await catalog.send('post', `/api/v1/jobs/${id}/attempts`, undefined, admin).expect(409);
  expect(again.body.code).toBe('job-not-dead');
  expect((await catalog.get('/api/v1/jobs?dead=true', admin)).body.items).toEqual([]);

  const audit = await catalog.get(`/api/v1/audit?target=job:${id}`, admin).expect(200);
  expect(audit.body.items.map(({ action }: { action: string }) => action)).toEqual([
    'dismiss-job',
    'requeue-job',
  ]);
});

it('lists and requeues them by commands, too: beside running stores where these share a database', async () => {
  const id = await giveUpAJob();
  const { folder } = catalog.store;
  const settings = parseSettings({ MORTISE_DATA: folder, ...(await databaseSetting(folder)) });
  expect((await deadJobLines(settings)).find((line) => line.startsWith(id))).toContain(
    'publish for acme: internal-error',
  );
  await expect(requeueJobs(settings, [randomUUID()])).rejects.toThrow(
    testServer === undefined ? 'Another process' : 'no such job',
  );
  if (testServer === undefined) return;
  expect(await requeueJobs(settings, [id])).toBe('Begun again: 1.');
  const begun = async () => (await catalog.store.app.get(JobStore).find(id))?.attempts === 1;
  await eventually(begun);
});

it('has nobody else see or requeue them', async () => {
  const id = await giveUpAJob();
  for (const token of [catalog.token, catalog.moderator]) {
    await catalog.get('/api/v1/jobs', token).expect(403);
    await catalog.send('post', `/api/v1/jobs/${id}/attempts`, undefined, token).expect(403);
    await catalog.send('delete', `/api/v1/jobs/${id}`, undefined, token).expect(403);
  }
  await catalog.get('/api/v1/jobs').expect(401);
  await catalog.send('post', `/api/v1/jobs/${randomUUID()}/attempts`, undefined, admin).expect(404);
});
