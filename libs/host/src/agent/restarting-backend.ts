import { setMaxListeners } from 'node:events';
import { messageOf } from '../host-error.js';
import type { BackendToRun, Ending, Runner, RunningBackend } from '../runners/runner.js';
import type { AgentLimits } from './agent-limits.js';
import { BackendConnection } from './backend-connection.js';
import { backoffMs, wait } from './wait-before.js';

/** `waiting`: it failed and is tried again soon. `given-up`: it failed again and again, and is tried again later. */
export type BackendState = 'starting' | 'running' | 'waiting' | 'given-up' | 'stopped';

/** What went wrong with a back end. */
export interface BackendFault {
  readonly code: 'start-failed' | 'crashed' | 'unresponsive' | 'limit-reached';
  readonly message: string;
  /** Whether it is given up for now. */
  readonly givenUp: boolean;
  readonly retryInMs: number;
}

interface Supervision {
  readonly runner: Runner;
  readonly limits: AgentLimits;
  onFault(fault: BackendFault): void;
  /** It answers: for the first time, or again. The signal ends with this run of it. */
  onRunning?(connection: BackendConnection, ended: AbortSignal): void;
}

/** A running back end that a request goes to. `release` once, when the answer is over. */
export interface BackendLease {
  readonly connection: BackendConnection;
  /** Ends when the back end is to be stopped without waiting any longer. */
  readonly ended: AbortSignal;
  release(): void;
}

interface Run {
  readonly running: RunningBackend;
  readonly connection: BackendConnection;
  readonly ended: AbortController;
}

/**
 * Keeps one back end running: starts again what died, after a pause that grows with each failure, and forgets earlier
 * ones once it has been well for a while. What fails again and again is given up, told loudly, and tried again later.
 * Nothing that a back end does is thrown from here.
 */
export class RestartingBackend {
  private readonly stopping = new AbortController();
  private run: Run | undefined;
  private failures = 0;
  private leases = 0;
  private whenIdle: (() => void) | undefined;
  private supervising: Promise<void> | undefined;
  private current: BackendState = 'starting';
  private retryAt = 0;
  private last: BackendFault | undefined;
  restarts = 0;

  constructor(
    readonly backend: BackendToRun,
    private readonly care: Supervision,
  ) {}

  get state(): BackendState {
    return this.current;
  }

  get pid(): number | undefined {
    return this.run?.running.pid;
  }

  get inFlight(): number {
    return this.leases;
  }

  get fault(): BackendFault | undefined {
    return this.current === 'running' ? undefined : this.last;
  }

  /** Seconds until it is tried again, for `Retry-After`. */
  get retryAfterSeconds(): number {
    return Math.max(1, Math.ceil((this.retryAt - Date.now()) / 1_000));
  }

  /** Resolves when it runs, or with what its first start came to; it is looked after from then on. */
  begin(): Promise<BackendFault | undefined> {
    return new Promise((resolve) => {
      this.supervising = this.supervise(resolve);
    });
  }

  /** Undefined while it doesn't run, or as many requests are under way as may be. */
  lease(): BackendLease | undefined {
    const { run } = this;
    if (!run || this.current !== 'running' || this.leases >= this.care.limits.requestsPerBackend)
      return undefined;
    this.leases += 1;
    let isOpen = true;
    return {
      connection: run.connection,
      ended: run.ended.signal,
      release: () => {
        if (!isOpen) return;
        isOpen = false;
        this.leases -= 1;
        if (this.leases === 0) this.whenIdle?.();
      },
    };
  }

  /** Lets what is under way finish, `drainMs` at most, and then ends the back end. */
  async stop({ drainMs }: { readonly drainMs: number }): Promise<void> {
    await this.drained(drainMs);
    this.current = 'stopped';
    this.stopping.abort();
    await this.supervising;
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private async drained(mostMs: number): Promise<void> {
    if (this.leases === 0 || mostMs <= 0) return;
    const over = new AbortController();
    await Promise.race([
      new Promise<void>((resolve) => {
        this.whenIdle = resolve;
      }),
      wait(mostMs, over.signal),
    ]);
    this.whenIdle = undefined;
    over.abort();
  }

  private async supervise(first: (fault: BackendFault | undefined) => void): Promise<void> {
    while (!this.isStopping()) {
      const startedAt = Date.now();
      const fault = await this.runOnce(() => {
        first(undefined);
      });
      if (!fault || this.isStopping()) break;
      this.failures = Date.now() - startedAt >= this.care.limits.healthyMs ? 1 : this.failures + 1;
      const told = this.judged(fault);
      this.last = told;
      this.current = told.givenUp ? 'given-up' : 'waiting';
      this.retryAt = Date.now() + told.retryInMs;
      this.care.onFault(told);
      first(told);
      if (!(await wait(told.retryInMs, this.stopping.signal))) break;
      this.restarts += 1;
    }
    this.current = 'stopped';
    first(undefined);
  }

  /** Starts it and stays until it has ended. Undefined when that was wanted. */
  private async runOnce(onRunning: () => void): Promise<Pick<BackendFault, 'code' | 'message'> | undefined> {
    const { limits, runner } = this.care;
    this.current = 'starting';
    let running: RunningBackend;
    try {
      running = await runner.start(this.backend, this.stopping.signal);
    } catch (error) {
      return { code: 'start-failed', message: messageOf(error) };
    }
    const connection = new BackendConnection(running.address, limits);
    const ended = new AbortController();
    // Every request under way listens for it.
    setMaxListeners(limits.requestsPerBackend + 1, ended.signal);
    this.run = { running, connection, ended };
    this.current = 'running';
    this.care.onRunning?.(connection, this.run.ended.signal);
    onRunning();
    try {
      return await this.watch(this.run);
    } finally {
      this.run.ended.abort();
      this.run = undefined;
      connection.close();
    }
  }

  /** Until it has ended, by itself or since it is to stop; the runner ends what no longer answers. */
  private async watch({ running }: Run): Promise<Pick<BackendFault, 'code' | 'message'> | undefined> {
    const stopped = new Promise<'stopped'>((resolve) => {
      this.stopping.signal.addEventListener('abort', () => resolve('stopped'), { once: true });
    });
    const outcome = await Promise.race([running.ended, stopped]);
    if (outcome !== 'stopped') return crashed(outcome);
    await running.stop(this.care.limits.stopGraceMs).catch(() => undefined);
    await running.ended;
    return undefined;
  }

  private judged(fault: Pick<BackendFault, 'code' | 'message'>): BackendFault {
    const { limits } = this.care;
    const beyond = this.failures - limits.failuresBeforeGivenUp;
    if (beyond < 0) {
      const backoff = { firstMs: limits.restartFirstMs, lastMs: limits.restartLastMs };
      return { ...fault, givenUp: false, retryInMs: backoffMs(backoff, this.failures) };
    }
    const later = { firstMs: limits.givenUpFirstMs, lastMs: limits.givenUpLastMs };
    return { ...fault, givenUp: true, retryInMs: backoffMs(later, beyond + 1) };
  }
}

const crashed = ({ reason, limit }: Ending): Pick<BackendFault, 'code' | 'message'> => ({
  code: limit === undefined ? 'crashed' : limit === 'unresponsive' ? 'unresponsive' : 'limit-reached',
  message: reason,
});
