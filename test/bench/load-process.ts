/** The load generator, in a process of its own: keeps prepared requests, sends them as it is told, reports what came back. */
import { LoadConnection } from './load-connection.js';
import type { LoadAnswer } from './load-connection.js';
import type { LoadCommand, LoadOutcome, LoadReply, RunCommand } from './load-messages.js';

interface Plan {
  readonly requests: readonly Uint8Array[];
  /** Where a run of so many requests begins. */
  next: number;
}

const plans = new Map<number, Plan>();

/** One run: a cursor over the requests that all connections share. */
class Run {
  private readonly latencies: number[] = [];
  private sent = 0;
  private bodyBytes = 0;
  private leastBodyBytes = Infinity;
  private startedAt = 0;
  private endsAt = Infinity;
  private readonly result: Promise<LoadOutcome>;
  private resolve!: (outcome: LoadOutcome) => void;
  private reject!: (error: Error) => void;

  constructor(
    private readonly command: RunCommand,
    private readonly requests: readonly Uint8Array[],
    private readonly first: number,
  ) {
    this.result = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  async outcome(): Promise<LoadOutcome> {
    const { port, connections: count, seconds } = this.command;
    const connections = await Promise.all(
      Array.from({ length: count }, () =>
        LoadConnection.open(
          port,
          (connection, answer) => {
            this.take(connection, answer);
          },
          this.reject,
        ),
      ),
    );
    this.startedAt = performance.now();
    if (seconds !== null) this.endsAt = this.startedAt + seconds * 1000;
    try {
      for (const connection of connections) this.sendNext(connection);
      return await this.result;
    } finally {
      for (const connection of connections) connection.close();
    }
  }

  private sendNext(connection: LoadConnection): void {
    const { amount } = this.command;
    if (performance.now() < this.endsAt && (amount === null || this.sent < amount)) {
      connection.send(this.requests[(this.first + this.sent) % this.requests.length]!);
      this.sent += 1;
    } else if (this.latencies.length === this.sent) {
      this.finish();
    }
  }

  private take(connection: LoadConnection, answer: LoadAnswer): void {
    if (!this.command.expectedStatuses.includes(answer.status)) {
      this.reject(
        new Error(`Expected ${this.command.expectedStatuses.join(' or ')}, but got:\n${answer.beginning}`),
      );
      return;
    }
    this.latencies.push(answer.latencyMs);
    this.bodyBytes += answer.bodyBytes;
    if (answer.bodyBytes < this.leastBodyBytes) this.leastBodyBytes = answer.bodyBytes;
    this.sendNext(connection);
  }

  private finish(): void {
    this.resolve({
      requests: this.latencies.length,
      seconds: (performance.now() - this.startedAt) / 1000,
      latenciesMs: Float64Array.from(this.latencies).sort(),
      bodyBytes: this.bodyBytes,
      leastBodyBytes: this.leastBodyBytes,
    });
  }
}

async function obey(command: LoadCommand): Promise<LoadReply> {
  if (command.kind === 'prepare') {
    plans.set(command.plan, { requests: command.requests, next: 0 });
    return { kind: 'prepared' };
  }
  const plan = plans.get(command.plan);
  if (!plan) return { kind: 'failed', message: `There is no plan ${command.plan}.` };
  const first = command.amount === null ? 0 : plan.next;
  plan.next += command.amount ?? 0;
  try {
    return { kind: 'ran', outcome: await new Run(command, plan.requests, first).outcome() };
  } catch (error) {
    return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}

process.on('message', (command: LoadCommand) => {
  void obey(command).then((reply) => process.send!(reply));
});
process.on('disconnect', () => process.exit());
