import { leaseLost, limits } from '#kernel';
import type { Term } from '#kernel';
import type { EntityManager } from 'typeorm';
import type { Database } from '../database.js';
import { databaseNow } from '../database-now.js';
import { selectRows } from '../select-rows.js';

interface Lease {
  readonly name: string;
  readonly owner: string;
  readonly token: number;
  /** Before it was given, by `performance.now()`. */
  readonly askedAt: number;
}

/**
 * A lease that this process has, renewed until it ends. What this process believes goes by the monotonic clock, counted
 * from before it asked, so that it never believes longer than the database does; what is written goes by the row.
 */
export class SqlTerm implements Term {
  private readonly aborting = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private renewing: Promise<void> | undefined;
  private holdsUntil: number;

  constructor(
    private readonly database: Database,
    private readonly lease: Lease,
    /** Aborted when the process stops. */
    stop: AbortSignal,
  ) {
    this.holdsUntil = lease.askedAt + limits.leaseMs;
    if (stop.aborted) this.giveUp();
    else stop.addEventListener('abort', () => this.giveUp(), { signal: this.signal });
    this.timer = setInterval(() => this.look(), limits.leaseLookedAtEveryMs).unref();
  }

  get name(): string {
    return this.lease.name;
  }

  get token(): number {
    return this.lease.token;
  }

  get signal(): AbortSignal {
    return this.aborting.signal;
  }

  async confirm(): Promise<void> {
    if (this.signal.aborted) throw leaseLost(this.name);
    await this.database.read((sql) => this.require(sql, ''));
  }

  fenced<T>(work: () => Promise<T>): Promise<T> {
    return this.database.fenced((sql) => this.hold(sql), work);
  }

  giveUp(): void {
    this.aborting.abort(leaseLost(this.name));
  }

  /** Lets the lease go, so that nobody has to wait until it is over. */
  async end(): Promise<void> {
    clearInterval(this.timer);
    this.giveUp();
    await this.renewing;
    await this.change('0').catch(() => undefined);
  }

  private look(): void {
    if (performance.now() >= this.holdsUntil) this.giveUp();
    const isDue = performance.now() >= this.holdsUntil - limits.leaseMs + limits.leaseRenewedEveryMs;
    if (isDue) this.renewing ??= this.renew().finally(() => (this.renewing = undefined));
  }

  private async renew(): Promise<void> {
    const askedAt = performance.now();
    try {
      const isMine = await this.change((now) => `${now} + ${limits.leaseMs}`);
      if (isMine) this.holdsUntil = askedAt + limits.leaseMs;
      else this.giveUp();
    } catch {
      // The database is away: asked again until the lease is over.
    }
  }

  /** One that is over is not renewed, even where nobody took it: whoever has it holds it without a break. */
  private async change(heldUntil: string | ((now: string) => string)): Promise<boolean> {
    const { name, owner, token } = this.lease;
    const rows = await this.database.write(
      (sql) => {
        const now = databaseNow(sql);
        const value = typeof heldUntil === 'string' ? heldUntil : heldUntil(now);
        return selectRows(
          sql,
          `UPDATE lease SET held_until = ${value}
           WHERE name = ? AND owner = ? AND token = ? AND held_until > ${now} RETURNING token`,
          [name, owner, token],
        );
      },
      { turn: false, durable: false },
    );
    return rows.length > 0;
  }

  /** Nobody can take the lease before the transaction that asks has ended. */
  private hold(sql: EntityManager): Promise<void> {
    return this.require(sql, sql.dataSource.options.type === 'postgres' ? ' FOR SHARE' : '');
  }

  private async require(sql: EntityManager, lock: string): Promise<void> {
    const { name, owner, token } = this.lease;
    const rows = await selectRows(
      sql,
      `SELECT token FROM lease
       WHERE name = ? AND owner = ? AND token = ? AND held_until > ${databaseNow(sql)}${lock}`,
      [name, owner, token],
    );
    if (rows.length > 0) return;
    this.giveUp();
    throw leaseLost(name);
  }
}
