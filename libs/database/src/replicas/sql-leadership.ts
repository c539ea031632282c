import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Leadership, limits } from '#kernel';
import type { Term } from '#kernel';
import type { EntityManager } from 'typeorm';
import type { Database } from '../database.js';
import { databaseNow } from '../database-now.js';
import { selectRows } from '../select-rows.js';
import { SqlTerm } from './sql-term.js';

/**
 * Leadership by rows of the table `lease`, whose times are the database's: clocks of machines may differ. Where the
 * database is a file its lock says that no other process is there, so that a lease which a dead one left is free.
 */
export class SqlLeadership extends Leadership {
  /** Shows who leads to whoever looks into the table. */
  private readonly owner = `${hostname()} ${process.pid} ${randomUUID().slice(0, 8)}`;
  private readonly terms = new Set<SqlTerm>();
  private readonly stopping = new AbortController();

  constructor(private readonly database: Database) {
    super();
  }

  /** What this process leads just now. */
  get names(): readonly string[] {
    return [...this.terms].map(({ name }) => name);
  }

  override async attempt<T>(name: string, work: (term: Term) => Promise<T>): Promise<T | undefined> {
    // Where it is this process itself that leads, there is no need to ask.
    if (this.stopping.signal.aborted || this.names.includes(name)) return undefined;
    const askedAt = performance.now();
    const token = await this.take(name);
    if (token === undefined) return undefined;
    const lease = { name, owner: this.owner, token, askedAt };
    const term = new SqlTerm(this.database, lease, this.stopping.signal);
    this.terms.add(term);
    try {
      return await work(term);
    } finally {
      await term.end();
      this.terms.delete(term);
    }
  }

  /** Tells those who lead to come to an end; nobody begins any more. */
  stop(): void {
    this.stopping.abort();
  }

  /** The token is on disk when it is given out, since none may be given out twice. */
  private async take(name: string): Promise<number | undefined> {
    const rows = await this.database.write(
      (sql) =>
        selectRows<{ token: number }>(
          sql,
          `INSERT INTO lease (name, owner, token, held_until) VALUES (?, ?, 1, ${databaseNow(sql)} + ?)
           ON CONFLICT (name) DO UPDATE
             SET owner = excluded.owner, token = lease.token + 1, held_until = excluded.held_until
             WHERE ${isFree(sql)}
           RETURNING token`,
          [name, this.owner, limits.leaseMs],
        ),
      { turn: false },
    );
    return rows[0]?.token;
  }
}

const isFree = (sql: EntityManager): string =>
  sql.dataSource.options.type === 'postgres' ? `lease.held_until <= ${databaseNow(sql)}` : 'TRUE';
