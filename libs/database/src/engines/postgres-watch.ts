import { limits } from '#kernel';
import { connectionOptions, PostgresClient } from './postgres-client.js';

/** Keeps one connection only to know whether the database answers: its loss is heard of at once, all else by asking. */
export class PostgresWatch {
  private client: PostgresClient | undefined;
  private timer: NodeJS.Timeout | undefined;
  private asking: Promise<void> | undefined;
  private closed = false;
  private reached = true;

  constructor(private readonly address: string) {}

  get answers(): boolean {
    return this.reached;
  }

  async open(): Promise<void> {
    await this.ask();
    this.timer = setInterval(() => {
      this.asking ??= this.ask().finally(() => (this.asking = undefined));
    }, limits.databaseAskedEveryMs).unref();
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.timer);
    await this.asking;
    await this.client?.end().catch(() => undefined);
  }

  private async ask(): Promise<void> {
    try {
      this.client ??= await this.connect();
      await this.client.query('SELECT 1');
      this.reached = true;
    } catch {
      this.drop(this.client);
    }
  }

  private async connect(): Promise<PostgresClient> {
    const timeouts = {
      connectionTimeoutMillis: limits.databaseAnswerMs,
      query_timeout: limits.databaseAnswerMs,
    };
    const client = new PostgresClient({ ...connectionOptions(this.address), ...timeouts });
    client.on('error', () => this.drop(client));
    client.on('end', () => this.drop(client));
    await client.connect();
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
