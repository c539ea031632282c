import { JobStore, tooManyJobs } from '#catalog';
import type { Job, JobClaim, JobOutcome, JobProblem, JobProgress, JobReport, NewJob } from '#catalog';
import type { EntityManager } from 'typeorm';
import type { Database } from './database.js';
import { findRows } from './find-rows.js';
import { insertRows } from './insert-rows.js';
import { JobRow } from './rows/job-row.js';
import { selectRows } from './select-rows.js';

/** Due: it waits and its time has come, or the process that had it has not been heard of. */
const isDue = `((state = 'queued' AND run_at <= ?) OR (state = 'running' AND claimed_until < ?))`;

const marks = (kinds: readonly string[]): string => kinds.map(() => '?').join(', ');

/** Keeps jobs in a table; one statement takes a job, so that two processes never have the same. */
export class SqlJobStore extends JobStore {
  constructor(private readonly database: Database) {
    super();
  }

  override async add({ accountId, at, ...job }: NewJob, mostOpen: number): Promise<void> {
    const row = { ...job, state: 'queued', step: 'waiting', account_id: accountId, attempts: 0 } as const;
    await this.database.write(async (sql) => {
      if ((await countOpen(sql)) >= mostOpen) throw tooManyJobs();
      await insertRows(sql, JobRow, [{ ...row, run_at: at, created_at: at, updated_at: at }]);
    });
  }

  override async find(id: string): Promise<Job | undefined> {
    const [row] = await this.database.read((sql) => findRows(sql, JobRow, 'all', { id }));
    return row && toJob(row);
  }

  override async hasDue(kinds: readonly string[], now: number): Promise<boolean> {
    const rows = await this.database.read((sql) =>
      selectRows(sql, `SELECT 1 FROM job WHERE kind IN (${marks(kinds)}) AND ${isDue} LIMIT 1`, [
        ...kinds,
        now,
        now,
      ]),
    );
    return rows.length > 0;
  }

  override claim(kinds: readonly string[], { by, now, until }: JobClaim): Promise<Job | undefined> {
    return this.database.write(
      async (sql) => {
        const isPostgres = sql.dataSource.options.type === 'postgres';
        const [taken] = await selectRows<{ id: string }>(
          sql,
          `UPDATE job SET state = 'running', claimed_by = ?, claimed_until = ?, attempts = attempts + 1, updated_at = ?
           WHERE id = (SELECT id FROM job WHERE kind IN (${marks(kinds)}) AND ${isDue}
             ORDER BY run_at, created_at, id LIMIT 1${isPostgres ? ' FOR UPDATE SKIP LOCKED' : ''})
           RETURNING id`,
          [by, until, now, ...kinds, now, now],
        );
        if (!taken) return undefined;
        const [row] = await findRows(sql, JobRow, 'all', { id: taken.id });
        return row && toJob(row);
      },
      { durable: false },
    );
  }

  override report(id: string, { by, now, until }: JobClaim, { step, progress }: JobReport): Promise<void> {
    return this.change(id, by, { step, progress, claimed_until: until, updated_at: now }, false);
  }

  override postpone(
    id: string,
    by: string,
    step: string,
    { now, runAt }: { readonly now: number; readonly runAt: number },
  ): Promise<void> {
    const free = { state: 'queued', claimed_by: null, claimed_until: null, progress: null } as const;
    return this.change(id, by, { ...free, step, run_at: runAt, updated_at: now }, false);
  }

  override finish(id: string, by: string, outcome: JobOutcome, now: number): Promise<void> {
    const what =
      outcome.state === 'done'
        ? { result: outcome.result, step: 'done' }
        : { problem: outcome.problem, step: 'failed' };
    const free = { claimed_by: null, claimed_until: null, progress: null, payload: {} };
    return this.change(id, by, { ...free, ...what, state: outcome.state, updated_at: now }, true);
  }

  override async recover(now: number): Promise<void> {
    await this.database.write(
      async (sql) => {
        // The lock of the file says that no other process is at work on it.
        if (sql.dataSource.options.type === 'postgres') return;
        const free = { state: 'queued', claimed_by: null, claimed_until: null, updated_at: now } as const;
        await sql.update(JobRow, { state: 'running' }, free);
      },
      { durable: false },
    );
  }

  override countOpen(): Promise<number> {
    return this.database.read(countOpen);
  }

  override async removeEnded(before: number): Promise<void> {
    await this.database.write(
      async (sql) => {
        await sql
          .createQueryBuilder()
          .delete()
          .from(JobRow)
          .where(`state IN ('done', 'failed') AND updated_at < :before`, { before })
          .execute();
      },
      { durable: false },
    );
  }

  private async change(id: string, by: string, values: Partial<JobRow>, durable: boolean): Promise<void> {
    const isMine = { id, claimed_by: by, state: 'running' } as const;
    await this.database.write((sql) => sql.update(JobRow, isMine, values as object), { durable });
  }
}

async function countOpen(sql: EntityManager): Promise<number> {
  const [row] = await selectRows<{ open: number | string }>(
    sql,
    `SELECT COUNT(*) AS open FROM job WHERE state IN ('queued', 'running')`,
    [],
  );
  return Number(row?.open ?? 0);
}

const toJob = (row: JobRow): Job => ({
  id: row.id,
  kind: row.kind,
  state: row.state,
  step: row.step,
  progress: row.progress as JobProgress | null,
  payload: row.payload,
  result: row.result,
  problem: row.problem as JobProblem | null,
  accountId: row.account_id,
  publisher: row.publisher,
  attempts: row.attempts,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
