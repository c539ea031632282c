import { Client } from 'pg';
import type { ClientConfig } from 'pg';
import { limits } from '#kernel';

/** By it the connections of this process are told from those of others, in `pg_stat_activity`. */
const applicationName = `mortise ${process.pid}`;

/** How every connection to `address` is made: each wait of it has an end. */
export const connectionOptions = (address: string): ClientConfig => ({
  connectionString: address,
  application_name: applicationName,
  connectionTimeoutMillis: limits.databaseConnectMs,
  statement_timeout: limits.databaseStatementMs,
  lock_timeout: limits.databaseTurnMs,
  idle_in_transaction_session_timeout: limits.databaseStatementMs,
  // The server's own timeouts say nothing where the way to it is gone.
  query_timeout: limits.databaseStatementMs + limits.databaseConnectMs,
  keepAlive: true,
});

/**
 * Closes itself once a statement was given up: its late answer must not hold up the next one. And text has no NUL here,
 * which PostgreSQL refuses: whoever looks for such a name finds nothing, as on SQLite.
 */
export class PostgresClient extends Client {
  constructor(options: ClientConfig) {
    super(options);
    // What breaks the connection fails its statements, too. Between two of them, and on the way out of the pool and
    // back, nobody else listens, and an error that nobody hears would end the process.
    this.on('error', () => undefined);
    const query = this.query.bind(this) as (...given: unknown[]) => unknown;
    this.query = ((text: unknown, values: unknown, ...rest: unknown[]) => {
      const answer = query(text, Array.isArray(values) ? values.map(withoutNul) : values, ...rest);
      if (answer instanceof Promise) answer.catch((error: unknown) => this.closeAfter(error));
      return answer;
    }) as typeof this.query;
  }

  private closeAfter(error: unknown): void {
    if (error instanceof Error && error.message === 'Query read timeout') void this.end();
  }
}

const withoutNul = (value: unknown): unknown =>
  typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
