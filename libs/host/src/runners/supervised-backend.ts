import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { HostError } from '../host-error.js';
import { hostLimits } from '../host-limits.js';
import { askBackend } from './backend-http.js';
import { DiskWatch } from './disk-watch.js';
import type { HeldSocket } from './held-socket.js';
import { LogFile } from './log-file.js';
import type { RunFolder } from './run-folder.js';
import type { BackendAddress, BackendToRun, Ending, EndingLimit, RunningBackend } from './runner.js';

/** What a runner knows of the thing that it started. */
export interface Containment {
  /** Looks at the limits once; the one that is broken, if any. */
  look(): EndingLimit | undefined;
  /** Which limit explains that it ended by itself, if any. */
  explain(code: number | null): Promise<EndingLimit | undefined>;
  /** The ids of its processes, as far as this machine shows them. */
  processIds(): readonly number[];
  /** TERM to the back end itself. */
  terminate(): void;
  /** Ends everything of it, and gives back what was made for it. */
  end(): Promise<void>;
  holdSocket(): HeldSocket | undefined;
}

const limitSentences: Record<EndingLimit, string> = {
  memory: 'it needed more memory than it may have',
  processes: 'it kept as many processes and threads as it may have',
  cpu: 'it used more CPU than it may',
  disk: 'it kept more files in its cache than it may (`runtime.disk` in the descriptor asks for more, and `most_disk` in host.json allows it)',
  files: 'it had more files open than it may',
  log: 'it flooded its log',
  unresponsive: 'it no longer answered',
};

/** A started back end under watch: its log, its limits, whether it is well, its orderly and disorderly end. */
export class SupervisedBackend implements RunningBackend {
  readonly ended: Promise<Ending>;
  private settle: (ending: Ending) => void = () => undefined;
  private readonly log: LogFile;
  private readonly disk: DiskWatch;
  private readonly timer: NodeJS.Timeout;
  private broken: EndingLimit | undefined;
  private stopping = false;
  private over = false;
  private silences = 0;
  private isLate = false;
  private nextHealth = Infinity;
  private socket: HeldSocket | undefined;

  constructor(
    private readonly child: ChildProcess,
    private readonly backend: BackendToRun,
    private readonly folder: RunFolder,
    private readonly containment: Containment,
  ) {
    this.ended = new Promise((resolve) => (this.settle = resolve));
    this.log = new LogFile(backend.logFile, () => folder.secrets);
    // Another version of the same installation may have spoken before.
    this.log.note(`${backend.version} is started.`);
    this.disk = new DiskWatch(
      [backend.cacheFolder, folder.own, folder.temporary],
      backend.limits.diskBytes,
      () => containment.processIds(),
    );
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8');
      stream?.on('data', (chunk: string) => this.take(chunk));
      stream?.on('error', () => undefined);
    }
    child.on('exit', (code, signal) => void this.finish(code, signal));
    child.on('error', (error) => void this.finish(null, error.message));
    this.timer = setInterval(() => this.watch(), hostLimits.backendLookMs);
    this.timer.unref();
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get address(): BackendAddress {
    return { socketPath: this.socket?.path ?? this.folder.socket };
  }

  /** Waits until it answers for its status. Throws HostError `backend-failed`, or what `signal` was aborted with. */
  async ready(signal: AbortSignal): Promise<this> {
    const deadline = Date.now() + hostLimits.backendStartMs;
    let pauseMs = 10;
    while (!this.over && !signal.aborted && Date.now() < deadline) {
      this.socket ??= this.containment.holdSocket();
      const answer =
        this.socket && (await askBackend(this.address, 'GET', '/api/v1/status', hostLimits.backendAskMs));
      if (answer?.status === 200) {
        this.nextHealth = Date.now() + hostLimits.backendHealthMs;
        return this;
      }
      await Promise.race([sleep(pauseMs), this.ended]);
      pauseMs = Math.min(pauseMs * 1.5, 200);
    }
    this.isLate = !this.over && !signal.aborted;
    await this.stop(0);
    signal.throwIfAborted();
    throw new HostError('backend-failed', await this.failure());
  }

  private async failure(): Promise<string> {
    const { reason } = await this.ended;
    const said = this.log.tail === '' ? 'It printed nothing.' : `It printed last:\n${this.log.tail}`;
    return `The back end of ${this.backend.plugin} ${this.backend.version} did not start: ${reason}. ${said}`;
  }

  async stop(graceMs: number): Promise<void> {
    if (!this.stopping) {
      this.stopping = true;
      if (graceMs > 0 && !this.over) await this.drain(graceMs);
      if (graceMs > 0 && !this.over) {
        this.containment.terminate();
        await this.within(hostLimits.backendTermMs);
      }
      if (!this.over) await this.containment.end();
    }
    await this.ended;
  }

  /** Asks it to finish what it has begun, and waits until it says that it has. */
  private async drain(graceMs: number): Promise<void> {
    const deadline = Date.now() + graceMs;
    const asked = await askBackend(
      this.address,
      'POST',
      '/api/v1/admin/shutdown',
      Math.min(graceMs, hostLimits.backendAskMs),
    );
    while (asked?.status === 200 && !this.over && Date.now() < deadline) {
      const answer = await askBackend(this.address, 'GET', '/api/v1/admin/status', hostLimits.backendAskMs);
      // A runtime that doesn't count its work has its own grace after TERM.
      if (answer?.status !== 200 || isSafe(answer.body)) return;
      await this.within(50);
    }
  }

  private within(ms: number): Promise<unknown> {
    const timer = new AbortController();
    const waited = sleep(ms, undefined, { signal: timer.signal }).catch(() => undefined);
    return Promise.race([waited, this.ended.finally(() => timer.abort())]);
  }

  private take(chunk: string): void {
    if (!this.over && !this.log.write(chunk)) this.breakOff('log');
  }

  private watch(): void {
    if (this.over) return;
    this.followKey();
    const broken = this.containment.look() ?? this.disk.look();
    if (broken) this.breakOff(broken);
    if (Date.now() >= this.nextHealth) void this.askHealth();
  }

  /** A full disk, or a key that is just being removed: what was handed over stays, and the next look tries again. */
  private followKey(): void {
    try {
      this.folder.followKey();
    } catch {
      // Nobody waits for it, and thrown from a timer it would end the agent.
    }
  }

  private async askHealth(): Promise<void> {
    this.nextHealth = Infinity;
    const answer = await askBackend(this.address, 'GET', '/api/v1/status', hostLimits.backendAskMs);
    this.silences = answer?.status === 200 ? 0 : this.silences + 1;
    this.nextHealth = Date.now() + hostLimits.backendHealthMs;
    if (this.silences >= hostLimits.backendSilences && !this.stopping) this.breakOff('unresponsive');
  }

  /** Ends it for breaking a limit; once. */
  private breakOff(limit: EndingLimit): void {
    if (this.broken || this.over) return;
    this.broken = limit;
    void this.containment.end();
  }

  private async finish(code: number | null, signal: string | null): Promise<void> {
    if (this.over) return;
    this.over = true;
    // Whoever waited for it stops it as soon as it is over.
    const isStopped = this.stopping;
    clearInterval(this.timer);
    // What was stopped ends by our own KILL at worst, which looks like the kernel's.
    const limit = this.broken ?? (isStopped ? undefined : await this.containment.explain(code));
    await this.containment.end();
    // What it printed last may still be in the pipe; a child of it that kept the pipe open is gone by now.
    await sleep(20);
    this.child.stdout?.destroy();
    this.child.stderr?.destroy();
    const reason = reasonOf({ code, signal, limit, isStopped, isLate: this.isLate });
    this.log.note(`${reason}.`);
    this.log.close();
    this.socket?.close();
    await this.folder.remove();
    this.settle({ reason, code, ...(limit ? { limit } : {}) });
  }
}

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly limit: EndingLimit | undefined;
  readonly isStopped: boolean;
  readonly isLate: boolean;
}

function reasonOf({ code, signal, limit, isStopped, isLate }: Ended): string {
  if (limit) return `it was ended because ${limitSentences[limit]}`;
  if (isLate) return `it did not answer within ${hostLimits.backendStartMs / 1000} seconds`;
  if (isStopped) return 'it was stopped';
  return code === null ? `it was ended by ${signal ?? 'a signal'}` : `it ended with exit code ${code}`;
}

const isSafe = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'shutdown_safe' in body && body.shutdown_safe === true;
