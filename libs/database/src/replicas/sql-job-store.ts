import { randomUUID } from 'node:crypto';
import { JobStore, tooManyJobs } from '#catalog';
import type {
  ClaimedJob,
  Job,
  JobCounts,
  JobFilter,
  JobOutcome,
  JobProblem,
  JobProgress,
  JobReport,
  NewJob,
} from '#catalog';
import { decodePageCursor, leaseLost, toPage } from '#kernel';
import type { AuditedAct, Page, PageRequest } from '#kernel';
import type { EntityManager } from 'typeorm';
import type { Database } from '../database.js';
import { databaseNow } from '../database-now.js';
import { findRows } from '../find-rows.js';
import { insertRows } from '../insert-rows.js';
import { needBlobs } from '../packages/needed-blobs.js';
import { recordAct } from '../trust/record-act.js';
import { JobBlobRow } from '../rows/blob-rows.js';
import { JobRow } from '../rows/job-row.js';
import { selectRows } from '../select-rows.js';

/** Due: it waits and its time has come, or whoever had it has not been heard of. */
const isDue = (now: string): string =>
  `((state = 'queued' AND run_at <= ${now}) OR (state = 'running' AND claimed_until < ${now}))`;

/** The job of a claim that has not ended; takes its id and the claim. */
const isHeld = (now: string): string =>
  `id = ? AND claimed_by = ? AND state = 'running' AND claimed_until >= ${now}`;

const isFree = 'claimed_by = NULL, claimed_until = NULL, progress = NULL';

const marks = (kinds: readonly string[]): string => kinds.map(() => '?').join(', ');

const isPostgres = (sql: EntityManager): boolean => sql.dataSource.options.type === 'postgres';

/** Changes of the claimed row alone, which settles every race. */
const beside = { turn: false } as const;

/** Keeps jobs in a table; one statement takes a job, so that two processes never have the same. */
export class SqlJobStore extends JobStore {
  constructor(private readonly database: Database) {
    super();
  }

  override async add({ accountId, at, blobs = [], ...job }: NewJob, mostOpen: number): Promise<void> {
    const row = { ...job, state: 'queued', step: 'waiting', account_id: accountId, attempts: 0 } as const;
    await this.database.write(async (sql, tell) => {
      const { queued, running } = await countJobs(sql);
      if (queued + running >= mostOpen) throw tooManyJobs();
      await needBlobs(sql, blobs);
      await insertRows(sql, JobRow, [{ ...row, run_at: 0, created_at: at, updated_at: at }]);
      const needed = [...new Set(blobs)].map((sha256) => ({ job_id: job.id, sha256 }));
      await insertRows(sql, JobBlobRow, needed);
      tell('job', job.id);
    });
  }

  override async find(id: string): Promise<Job | undefined> {
    const [row] = await this.database.read((sql) => findRows(sql, JobRow, 'all', { id }));
    return row && toJob(row);
  }

  override async list({ state, isDead }: JobFilter, { limit, cursor }: PageRequest): Promise<Page<Job>> {
    const rows = await this.database.read((sql) => {
      const query = sql.createQueryBuilder(JobRow, 'job');
      if (state !== undefined) query.andWhere('job.state = :state', { state });
      if (isDead !== undefined) query.andWhere(`job.dead_at IS ${isDead ? 'NOT NULL' : 'NULL'}`);
      if (cursor !== null) {
        const [at, id] = decodePageCursor(cursor, ['number', 'string']);
        query.andWhere('(job.created_at < :at OR (job.created_at = :at AND job.id < :id))', { at, id });
      }
      return query
        .orderBy('job.created_at', 'DESC')
        .addOrderBy('job.id', 'DESC')
        .limit(limit + 1)
        .getMany();
    });
    return toPage(rows.map(toJob), limit, (last) => [last.createdAt, last.id]);
  }

  override async hasDue(kinds: readonly string[]): Promise<boolean> {
    const rows = await this.database.read((sql) =>
      selectRows(
        sql,
        `SELECT 1 FROM job WHERE kind IN (${marks(kinds)}) AND ${isDue(databaseNow(sql))} LIMIT 1`,
        kinds,
      ),
    );
    return rows.length > 0;
  }

  override claim(kinds: readonly string[], forMs: number): Promise<ClaimedJob | undefined> {
    const claim = randomUUID();
    return this.database.write(async (sql) => {
      const now = databaseNow(sql);
      const [taken] = await selectRows<{ id: string }>(
        sql,
        `UPDATE job SET state = 'running', claimed_by = ?, claimed_until = ${now} + ?, attempts = attempts + 1,
           updated_at = ${now}
         WHERE id = (SELECT id FROM job WHERE kind IN (${marks(kinds)}) AND ${isDue(now)}
           ORDER BY created_at, id LIMIT 1${isPostgres(sql) ? ' FOR UPDATE SKIP LOCKED' : ''})
         RETURNING id`,
        [claim, forMs, ...kinds],
      );
      if (!taken) return undefined;
      const [row] = await findRows(sql, JobRow, 'all', { id: taken.id });
      return row && { ...toJob(row), claim };
    }, beside);
  }

  override asHolder<T>({ id, claim }: ClaimedJob, work: () => Promise<T>): Promise<T> {
    return this.database.fenced(async (sql) => {
      const text = `SELECT id FROM job WHERE ${isHeld(databaseNow(sql))}`;
      const rows = await selectRows(sql, isPostgres(sql) ? `${text} FOR SHARE` : text, [id, claim]);
      if (rows.length === 0) throw leaseLost(`job:${id}`);
    }, work);
  }

  override report(job: ClaimedJob, forMs: number, { step, progress }: JobReport): Promise<void> {
    const shown = progress === null ? null : JSON.stringify(progress);
    return this.change(job, (now) => [
      `step = ?, progress = ?, claimed_until = ${now} + ?, updated_at = ${now}`,
      [step, shown, forMs],
    ]);
  }

  override postpone(job: ClaimedJob, step: string, forMs: number): Promise<void> {
    return this.change(job, (now) => [
      `state = 'queued', ${isFree}, step = ?, run_at = ${now} + ?, updated_at = ${now}`,
      [step, forMs],
    ]);
  }

  /** What was sent with a dead job is kept, since it may be begun again. */
  override async finish({ id, claim }: ClaimedJob, outcome: JobOutcome): Promise<void> {
    const isDone = outcome.state === 'done';
    const isDead = !isDone && outcome.isDead;
    await this.database.write(async (sql, tell) => {
      const now = databaseNow(sql);
      const rows = await selectRows(
        sql,
        `UPDATE job SET ${isFree}, state = ?, step = ?, result = ?, problem = ?, updated_at = ${now},
           dead_at = ${isDead ? now : 'NULL'}${isDead ? '' : ", payload = '{}'"}
         WHERE ${isHeld(now)} RETURNING id`,
        [
          outcome.state,
          isDone ? 'done' : 'failed',
          isDone ? JSON.stringify(outcome.result ?? null) : null,
          isDone ? null : JSON.stringify(outcome.problem),
          id,
          claim,
        ],
      );
      if (rows.length > 0) tell('job', id);
    });
  }

  override requeue(id: string, act: AuditedAct): Promise<boolean> {
    const anew = `state = 'queued', step = 'waiting', attempts = 0, run_at = 0, problem = NULL`;
    return this.changeDead(id, anew, act);
  }

  override dismiss(id: string, act: AuditedAct): Promise<boolean> {
    return this.changeDead(id, `payload = '{}'`, act);
  }

  override async recover(): Promise<void> {
    await this.database.write(
      async (sql) => {
        // The lock of the file says that no other process is at work on it.
        if (isPostgres(sql)) return;
        await sql.update(
          JobRow,
          { state: 'running' },
          { state: 'queued', claimed_by: null, claimed_until: null },
        );
      },
      { durable: false },
    );
  }

  override count(): Promise<JobCounts> {
    return this.database.read(countJobs);
  }

  override async removeEnded(keptMs: number, deadKeptMs: number): Promise<void> {
    await this.database.write(
      (sql) => {
        const now = databaseNow(sql);
        return selectRows(
          sql,
          `DELETE FROM job WHERE state IN ('done', 'failed')
             AND ((dead_at IS NULL AND updated_at < ${now} - ?) OR dead_at < ${now} - ?)`,
          [keptMs, deadKeptMs],
        );
      },
      { durable: false },
    );
  }

  private async change(
    { id, claim }: ClaimedJob,
    changed: (now: string) => readonly [text: string, values: readonly unknown[]],
  ): Promise<void> {
    await this.database.write(
      (sql) => {
        const now = databaseNow(sql);
        const [text, values] = changed(now);
        return selectRows(sql, `UPDATE job SET ${text} WHERE ${isHeld(now)} RETURNING id`, [
          ...values,
          id,
          claim,
        ]);
      },
      { ...beside, durable: false },
    );
  }

  private changeDead(id: string, anew: string, act: AuditedAct): Promise<boolean> {
    return this.database.write(async (sql, tell) => {
      const rows = await selectRows(
        sql,
        `UPDATE job SET ${anew}, dead_at = NULL, updated_at = ${databaseNow(sql)}
         WHERE id = ? AND dead_at IS NOT NULL RETURNING id`,
        [id],
      );
      if (rows.length === 0) return false;
      await recordAct(sql, act);
      tell('job', id);
      return true;
    });
  }
}

async function countJobs(sql: EntityManager): Promise<JobCounts> {
  const [row] = await selectRows<Record<keyof JobCounts, number | string | null>>(
    sql,
    `SELECT SUM(CASE WHEN state = 'queued' THEN 1 ELSE 0 END) AS queued,
       SUM(CASE WHEN state = 'running' THEN 1 ELSE 0 END) AS running,
       SUM(CASE WHEN dead_at IS NULL THEN 0 ELSE 1 END) AS dead FROM job`,
    [],
  );
  return {
    queued: Number(row?.queued ?? 0),
    running: Number(row?.running ?? 0),
    dead: Number(row?.dead ?? 0),
  };
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
  deadAt: row.dead_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
