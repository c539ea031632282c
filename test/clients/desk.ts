import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ClientName } from './client-list.js';
import { commandOf } from './installed-clients.js';

export interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly errors: string;
  /** Both, in the order in which they came. */
  readonly said: string;
}

export interface RunOptions {
  /** A folder of the desk; its home without one. */
  readonly in?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** What is typed once a prompt appears: each in turn. */
  readonly typed?: readonly (readonly [prompt: RegExp, text: string])[];
  /** It is ended when it takes longer. */
  readonly withinMs?: number;
  /** Told what was said, each time that there is more of it. */
  readonly hears?: (said: string) => void;
}

const longestMs = 120_000;

/**
 * Somebody's desk: a home folder with a configuration and caches of its own, so that nothing of this machine's reaches
 * the clients, and nothing of one desk another.
 */
export class Desk {
  readonly home = mkdtempSync(join(tmpdir(), 'mortise-desk-'));

  clear(): void {
    rmSync(this.home, { recursive: true, force: true });
  }

  path(...parts: string[]): string {
    return join(this.home, ...parts);
  }

  /** Writes files below the home folder, with the folders that they need. */
  write(files: Readonly<Record<string, string | Buffer | object>>): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(this.path(name)), { recursive: true });
      const isText = typeof content === 'string' || Buffer.isBuffer(content);
      writeFileSync(this.path(name), isText ? content : JSON.stringify(content, null, 2));
    }
  }

  copy(from: string, to: string): void {
    cpSync(this.path(from), this.path(to), { recursive: true });
  }

  remove(name: string): void {
    rmSync(this.path(name), { recursive: true, force: true });
  }

  /** npm's configuration (bun and pnpm read it too). `registry` ends with a slash. */
  useNpm(registry: string, token?: string, more: readonly string[] = []): void {
    const key = registry.replace(/^https?:/, '');
    const lines = [
      `registry=${registry}`,
      ...(token === undefined ? [] : [`${key}:_authToken=${token}`]),
      ...['audit=false', 'fund=false', 'update-notifier=false', 'fetch-retries=0', 'min-release-age=0'],
      ...more,
    ];
    this.write({ '.npmrc': `${lines.join('\n')}\n` });
  }

  /** Runs a client to its end and tells how it went; never throws for what the client says. */
  run(client: ClientName, words: readonly string[], options: RunOptions = {}): Promise<Ran> {
    return this.runProgram(commandOf(client), words, options);
  }

  /** Runs a client that has to succeed; throws with all that it said otherwise. Answers with its output. */
  async must(client: ClientName, words: readonly string[], options: RunOptions = {}): Promise<string> {
    const ran = await this.run(client, words, options);
    if (ran.status !== 0)
      throw new Error(`${client} ${words.join(' ')} ended with ${ran.status}:\n${ran.said}`);
    return ran.out;
  }

  runProgram(program: string, words: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const child = spawn(program, words, {
      cwd: this.path(options.in ?? '.'),
      env: {
        PATH: process.env['PATH'],
        HOME: this.home,
        TMPDIR: tmpdir(),
        LANG: 'C.UTF-8',
        NO_COLOR: '1',
        XDG_CACHE_HOME: this.path('.cache'),
        ...options.environment,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const typed = [...(options.typed ?? [])];
    if (typed.length === 0) child.stdin.end();
    let [out, errors, said] = ['', '', ''];
    let heardTo = 0;
    const hear = (): void => {
      options.hears?.(said);
      const next = typed[0];
      if (next === undefined || !next[0].test(said.slice(heardTo))) return;
      heardTo = said.length;
      typed.shift();
      child.stdin.write(`${next[1]}\n`);
    };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      out += chunk;
      said += chunk;
      hear();
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      errors += chunk;
      said += chunk;
      hear();
    });
    child.stdin.on('error', () => undefined);
    const stop = setTimeout(() => child.kill('SIGKILL'), options.withinMs ?? longestMs);
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status) => {
        clearTimeout(stop);
        resolve({ status, out, errors, said });
      });
    });
  }
}
