import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { freePort } from '../services/free-port.js';
import { endWithBench, stopProcess } from './child-process.js';
import type { ProbeCommand, SyncCounts, ThreadProfile } from './probe.js';

export const administrator = { username: 'admin', password: 'correct horse battery staple' };

/** As long as a million plugins take to be indexed for the first time, and some. */
const readyWithinMs = 3_600_000;

export interface StartOptions {
  /** The data folder. */
  readonly folder: string;
  /** Loads the probe: what it measures with, not what memory and start are measured on. */
  readonly probe?: boolean;
  /** Settings that a part needs beside its own. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A server in a process of its own, and how long it took. */
export class ServerProcess {
  private readonly startedAt = performance.now();

  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    private readonly folder: string,
  ) {
    endWithBench(child);
  }

  /** The store as `npm start` starts it, with its settings as they are by themselves. Its log goes nowhere. */
  static async startStore({
    folder,
    probe = false,
    environment: settings = {},
  }: StartOptions): Promise<ServerProcess> {
    const port = await freePort();
    const others = Object.entries(process.env).filter(([name]) => !name.startsWith('MORTISE_'));
    const environment = {
      ...Object.fromEntries(others),
      MORTISE_DATA: folder,
      MORTISE_PORT: String(port),
      MORTISE_DEMO: 'off',
      MORTISE_UPSTREAM_NPM: 'off',
      MORTISE_UPSTREAM_PYTHON: 'off',
      MORTISE_ADMIN_USERNAME: administrator.username,
      MORTISE_ADMIN_PASSWORD: administrator.password,
      ...settings,
    };
    const preload = probe ? ['--import', new URL('./probe.js', import.meta.url).href] : [];
    const main = fileURLToPath(new URL('../../apps/registry/src/main.js', import.meta.url));
    const child = spawn(process.execPath, [...preload, main, 'start'], {
      env: environment,
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', ...(probe ? (['ipc'] as const) : [])],
    });
    return new ServerProcess(child, port, folder);
  }

  /** The bare Nest application, as a program of its own. */
  static async startBareNest(): Promise<ServerProcess> {
    const port = await freePort();
    const script = fileURLToPath(new URL('./bare-nest.js', import.meta.url));
    return new ServerProcess(spawn(process.execPath, [script, String(port)], { stdio: 'ignore' }), port, '.');
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** Resolves with the milliseconds since the process was started, once `path` is answered with 200. */
  async answers(path: string): Promise<number> {
    for (let waitedMs = 0; waitedMs < readyWithinMs; waitedMs = performance.now() - this.startedAt) {
      if (this.child.exitCode !== null)
        throw new Error(`The server ended by itself: start it on ${this.folder} to see why.`);
      if ((await statusOf(this.port, path)) === 200) return performance.now() - this.startedAt;
      // Often enough to measure a start by, and seldom enough not to slow a long one down.
      await new Promise((resolve) => setTimeout(resolve, Math.max(2, waitedMs / 500)));
    }
    throw new Error(`The server did not answer ${path} in time.`);
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Resident memory of the process. */
  memoryMebibytes(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
  }

  countSyncs(): Promise<SyncCounts> {
    return this.askProbe('count-syncs');
  }

  startProfile(): Promise<unknown> {
    return this.askProbe('start-profile');
  }

  stopProfile(): Promise<ThreadProfile[]> {
    return this.askProbe('stop-profile');
  }

  stop(): Promise<void> {
    return stopProcess(this.child);
  }

  private askProbe<Reply>(command: ProbeCommand): Promise<Reply> {
    return new Promise((resolve) => {
      this.child.once('message', (reply) => {
        resolve(reply as Reply);
      });
      this.child.send(command);
    });
  }
}

function statusOf(port: number, path: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const call = request({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      response.resume();
      response.on('end', () => {
        resolve(response.statusCode);
      });
    });
    call.on('error', () => {
      resolve(undefined);
    });
    call.end();
  });
}
