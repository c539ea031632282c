import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from './services/free-port.js';

const main = fileURLToPath(new URL('../apps/registry/src/main.js', import.meta.url));
const startMs = 120_000;
const stopMs = 15_000;

export const processAdmin = { username: 'admin', password: 'correct horse battery' };

export interface StoreProcessOptions {
  /** Settings beside those that a test needs. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The same again after a restart, since clients remember addresses. */
  readonly port?: number;
  readonly command?: 'start' | 'serve' | 'work';
}

/** A store in a process of its own, which can be killed in the middle of anything. */
export class StoreProcess {
  private constructor(
    readonly address: string,
    readonly port: number,
    private readonly child: ChildProcess,
  ) {}

  /** Starts on the data folder, and waits until it answers. */
  static async start(folder: string, options: StoreProcessOptions = {}): Promise<StoreProcess> {
    const { port = await freePort(), command = 'start' } = options;
    const child = spawn(process.execPath, [main, command], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        MORTISE_DATA: folder,
        MORTISE_PORT: String(port),
        MORTISE_DEMO: 'off',
        MORTISE_UPSTREAM_NPM: 'off',
        MORTISE_UPSTREAM_PYTHON: 'off',
        MORTISE_LOG_LEVEL: 'error',
        MORTISE_ADMIN_PASSWORD: processAdmin.password,
        ...options.environment,
      },
    });
    const store = new StoreProcess(`http://127.0.0.1:${port}`, port, child);
    try {
      await store.answers();
    } catch (error) {
      await store.kill();
      throw error;
    }
    return store;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** As a loss of power would: nothing is closed, nothing is told. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** It sleeps, and knows nothing of it, until `resume`. */
  pause(): void {
    this.child.kill('SIGSTOP');
  }

  resume(): void {
    this.child.kill('SIGCONT');
  }

  /** As an operator would. */
  async stop(): Promise<void> {
    const force = setTimeout(() => this.child.kill('SIGKILL'), stopMs);
    await this.end('SIGTERM');
    clearTimeout(force);
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (this.hasEnded) return;
    const exited = once(this.child, 'exit');
    this.child.kill(signal);
    await exited;
  }

  private async answers(): Promise<void> {
    for (const end = Date.now() + startMs; Date.now() < end;) {
      if (this.child.exitCode !== null) throw new Error(`The store ended with ${this.child.exitCode}.`);
      const answer = await fetch(`${this.address}/health/ready`).catch(() => undefined);
      if (answer && answer.status < 500) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error('The store did not answer in time.');
  }
}
