import { limits } from '#kernel';
import type { Notices } from '../replicas/notices.js';
import type { DatabaseReport } from './database-engine.js';
import { connectionOptions, PostgresClient } from './postgres-client.js';
import { databaseUnavailable } from './postgres-failure.js';
import { listenForNotices, NoticeReader, removeOldNotices } from './postgres-notices.js';

/**
 * Keeps one connection to know whether the database answers, and to hear what other processes committed: at once by
 * NOTIFY, and soon by asking should that be lost. So it is known at any time until when this process knows everything.
 */
export class PostgresWatch {
  private client: PostgresClient | undefined;
  private timer: NodeJS.Timeout | undefined;
  private asking: Promise<void> | undefined;
  private isWanted = false;
  private closed = false;
  private reached = true;
  /** When the last question was asked that was answered, by `performance.now()`: all that was committed by then is known. */
  private currentAt = Number.NEGATIVE_INFINITY;
  private cleanedAt = performance.now();
  private readonly reader: NoticeReader;

  constructor(
    private readonly address: string,
    notices: Notices,
    teller: string,
    private readonly report: DatabaseReport,
  ) {
    this.reader = new NoticeReader(notices, teller);
  }

  get answers(): boolean {
    return this.reached;
  }

  get isCurrent(): boolean {
    return this.reached && this.silentMs <= limits.noticesCurrentMs;
  }

  get silentMs(): number {
    return performance.now() - this.currentAt;
  }

  async open(): Promise<void> {
    await this.ask();
    this.timer = setInterval(() => void this.wish(), limits.databaseAskedEveryMs).unref();
  }

  /**
   * Where the database did not answer when it was last asked, nobody waits for it to be asked again; nor for long where it
   * answers so slowly that each answer is too old.
   */
  async becomeCurrent(): Promise<boolean> {
    const until = performance.now() + limits.databaseAnswerMs;
    while (this.reached && !this.closed && !this.isCurrent && performance.now() < until) await this.wish();
    return this.isCurrent;
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.timer);
    await this.asking;
    await this.client?.end().catch(() => undefined);
  }

  private wish(): Promise<void> {
    this.asking ??= this.ask().finally(() => {
      this.asking = undefined;
      // Something was committed while it was asking, and perhaps too late for the answer.
      if (this.isWanted && this.reached && !this.closed) void this.wish();
    });
    return this.asking;
  }

  private async ask(): Promise<void> {
    this.isWanted = false;
    const askedAt = performance.now();
    try {
      this.client ??= await this.connect();
      await this.reader.read(this.client);
      this.currentAt = askedAt;
      this.reached = true;
      await this.clean(this.client);
    } catch (error) {
      if (!this.closed) this.report(databaseUnavailable(error));
      this.drop(this.client);
    }
  }

  private async clean(client: PostgresClient): Promise<void> {
    if (performance.now() - this.cleanedAt < limits.noticesRemovedEveryMs) return;
    this.cleanedAt = performance.now();
    await removeOldNotices(client);
  }

  private async connect(): Promise<PostgresClient> {
    const timeouts = {
      connectionTimeoutMillis: limits.databaseAnswerMs,
      query_timeout: limits.databaseAnswerMs,
    };
    const client = new PostgresClient({ ...connectionOptions(this.address), ...timeouts });
    client.on('error', () => this.drop(client));
    client.on('end', () => this.drop(client));
    client.on('notification', () => {
      this.isWanted = true;
      void this.wish();
    });
    await client.connect();
    await listenForNotices(client);
    return client;
  }

  private drop(client: PostgresClient | undefined): void {
    // One that was given up before says no more.
    if (client !== this.client || this.closed) return;
    this.client = undefined;
    this.reached = false;
    void client?.end().catch(() => undefined);
  }
}
