import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { processAdmin } from '../store-process.js';

export const mortiseBin = fileURLToPath(new URL('../../../apps/cli/bin/mortise.js', import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Into stdin, which is closed then: there is never a terminal. */
  readonly input?: string;
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Kills the command, and all that it started, after so many milliseconds. */
  readonly killAfterMs?: number;
  /** Closes what it prints to before it prints, as `| head` does when it has seen enough. */
  readonly readsNothing?: boolean;
}

const mostMs = 120_000;

/** Somebody with a home of their own and no terminal, who types `mortise …`. */
export class Typist {
  readonly home: string;
  /** All that was ever printed, for those who look for secrets in it. */
  readonly printed: string[] = [];

  constructor(private readonly store: string) {
    this.home = mkdtempSync(join(tmpdir(), 'mortise-typist-'));
    mkdirSync(join(this.home, 'work'));
  }

  get work(): string {
    return join(this.home, 'work');
  }

  get credentialFile(): string {
    return join(this.home, '.config', 'mortise', 'credentials.json');
  }

  async run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const child = spawn(process.execPath, [mortiseBin, ...args], {
      cwd: options.folder ?? this.work,
      env: {
        PATH: process.env['PATH'],
        HOME: this.home,
        MORTISE_CLI_STORE: this.store,
        npm_config_cache: process.env['npm_config_cache'],
        ...options.environment,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    child.stdin.on('error', () => undefined).end(options.input ?? '');
    let [stdout, stderr] = ['', ''];
    if (options.readsNothing === true) for (const pipe of [child.stdout, child.stderr]) pipe.destroy();
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const timer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), options.killAfterMs ?? mostMs);
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    clearTimeout(timer);
    this.printed.push(stdout, stderr);
    return { code, stdout, stderr };
  }

  /** Runs what has to go well, and gives what it answered. */
  async json(...args: string[]): Promise<ReturnType<typeof JSON.parse>> {
    const { code, stdout, stderr } = await this.run([...args, '--json']);
    if (code !== 0) throw new Error(`mortise ${args.join(' ')} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout);
  }

  async signIn(...args: string[]): Promise<void> {
    const line = ['login', '--username', processAdmin.username, ...args];
    const { code, stderr } = await this.run(line, { input: `${processAdmin.password}\n` });
    if (code !== 0) throw new Error(`Signing in ended with ${code}: ${stderr}`);
  }

  leave(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}

const secret = /mrt_(?:pat|host|plugin)_[0-9A-Za-z]{16,}|eyJ[\w-]{8,}\.[\w-]{8,}\./;

/** What was printed that nobody but its owner may see; undefined where there is nothing. */
export const leakedIn = (printed: readonly string[]): string | undefined =>
  printed.find((text) => secret.test(text) || text.includes(processAdmin.password));
