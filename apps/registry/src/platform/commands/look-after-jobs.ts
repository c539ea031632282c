import { DecideDeadJob, JobStore } from '#catalog';
import type { Job } from '#catalog';
import { Database, SqlJobStore } from '#database';
import { limits } from '#kernel';
import type { Actor } from '#kernel';
import type { Settings } from '../settings/config.js';
import { SystemClock } from '../system-clock.js';
import { changeDatabase } from './change-database.js';
import { requireDatabase } from './require-database.js';

const operator: Actor = { kind: 'system', id: null, name: 'mortise-registry requeue' };

/** What was given up, as lines for a person; reads only, beside running stores too. */
export async function deadJobLines(settings: Settings): Promise<readonly string[]> {
  requireDatabase(settings.database);
  const database = await Database.openToRead(settings.database);
  try {
    const dead = await deadJobs(new SqlJobStore(database));
    if (dead.length === 0) return ['No job was given up.'];
    return [...dead.map(lineOf), 'To have one done again: mortise-registry requeue <id>, or --all.'];
  } finally {
    await database.close();
  }
}

/** Has the jobs of those ids begun again (none: all that were given up). Says how many those are. */
export async function requeueJobs(settings: Settings, ids: readonly string[]): Promise<string> {
  return changeDatabase(settings, async (database) => {
    const store = new SqlJobStore(database);
    const decide = new DecideDeadJob(store, new SystemClock());
    const wanted = ids.length > 0 ? ids : (await deadJobs(store)).map(({ id }) => id);
    for (const id of wanted) await decide.run(id, 'requeue', operator);
    return `Begun again: ${wanted.length}.`;
  });
}

async function deadJobs(store: JobStore): Promise<readonly Job[]> {
  const found: Job[] = [];
  for (let cursor: string | null = null; ;) {
    const page = await store.list({ isDead: true }, { limit: limits.pageItems, cursor });
    found.push(...page.items);
    cursor = page.next;
    if (cursor === null) return found;
  }
}

const lineOf = ({ id, kind, publisher, deadAt, problem }: Job): string =>
  `${id}  ${new Date(deadAt ?? 0).toISOString()}  ${kind}${publisher === null ? '' : ` for ${publisher}`}: ${problem?.code ?? ''}: ${problem?.message ?? ''}`;
