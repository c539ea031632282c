import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import type { ServerCertificate } from './certificates.js';
import { freePort } from './free-port.js';

const versionsFolder = '/usr/lib/postgresql';
const bootMs = 30_000;
const stopMs = 10_000;

interface User {
  readonly uid?: number;
  readonly gid?: number;
}

interface Options {
  /** Whether it keeps what it says it keeps: for crashes and figures. Tests of anything else go faster without. */
  readonly durable?: boolean;
  /** With it, TLS may be asked for. */
  readonly certificate?: ServerCertificate;
}

/** A PostgreSQL server of one's own, on a free port of this machine, with its data in a new folder that goes with it. */
export class PostgresServer {
  private process: ChildProcess | undefined;

  private constructor(
    private readonly binaries: string,
    private readonly user: User,
    private readonly folder: string,
    private readonly port: number,
    private readonly options: Options,
  ) {}

  static async start(options: Options = {}): Promise<PostgresServer> {
    const binaries = findBinaries();
    const user = unprivilegedUser();
    const folder = mkdtempSync(join(tmpdir(), 'mortise-postgres-'));
    chmodSync(folder, 0o755);
    const server = new PostgresServer(binaries, user, folder, await freePort(), options);
    server.initialize();
    await server.boot();
    return server;
  }

  /** The address of one of its databases, for its only user. */
  address(database = 'postgres'): string {
    return `postgres://mortise:${password}@127.0.0.1:${this.port}/${database}`;
  }

  /** Starts it, after `kill`, on the same data and port. */
  async boot(): Promise<void> {
    const settings = {
      port: String(this.port),
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '200',
      ...(this.options.durable ? {} : { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }),
      ...(this.options.certificate && { ssl: 'on' }),
    };
    const given = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const data = join(this.folder, 'data');
    const server = spawn(join(this.binaries, 'postgres'), ['-D', data, ...given], {
      ...this.user,
      stdio: 'ignore',
    });
    this.process = server;
    const end = Date.now() + bootMs;
    while (!(await this.answers())) {
      if (server.exitCode !== null || Date.now() > end) throw new Error('PostgreSQL did not start.');
      await pause(50);
    }
  }

  /**
   * As a loss of power would: SIGQUIT, on which it ends at once and leaves nobody behind. After SIGKILL those who served
   * connections find out by themselves, and until they have ended it can't be booted.
   */
  async kill(signal: 'SIGQUIT' | 'SIGKILL' = 'SIGQUIT'): Promise<void> {
    await this.end(signal);
  }

  /** Holds it still with all who serve connections, and lets it go on: these stay open, and nothing is answered. */
  pause(): void {
    this.signal('SIGSTOP');
  }

  resume(): void {
    this.signal('SIGCONT');
  }

  private signal(signal: NodeJS.Signals): void {
    const pid = this.process!.pid!;
    process.kill(pid, signal);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    for (const child of children) {
      try {
        process.kill(Number(child), signal);
      } catch (error) {
        // It may have ended since.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
  }

  async stop(): Promise<void> {
    await this.end('SIGINT');
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const server = this.process;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    await Promise.race([ended, pause(stopMs, undefined, { ref: false })]);
  }

  private initialize(): void {
    const home = join(this.folder, 'data');
    mkdirSync(home, 0o700);
    const secret = join(this.folder, 'password');
    writeFileSync(secret, `${decodeURIComponent(password)}\n`);
    if (this.user.uid !== undefined && this.user.gid !== undefined)
      chownSync(home, this.user.uid, this.user.gid);
    // A language that sorts otherwise than bytes do, as databases of most installations have one.
    const order = ['--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=en'];
    const access = ['-U', 'mortise', '--auth=scram-sha-256', `--pwfile=${secret}`];
    execFileSync(
      join(this.binaries, 'initdb'),
      ['-D', home, '-E', 'UTF8', '--no-sync', ...order, ...access],
      {
        ...this.user,
        cwd: '/',
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    if (this.options.certificate) this.install(this.options.certificate, home);
  }

  /** It takes a key only where nobody else may read it. */
  private install({ certificate, key }: ServerCertificate, home: string): void {
    const { uid, gid } = this.user;
    for (const [from, name] of [
      [certificate, 'server.crt'],
      [key, 'server.key'],
    ] as const) {
      const to = join(home, name);
      copyFileSync(from, to);
      chmodSync(to, 0o600);
      if (uid !== undefined && gid !== undefined) chownSync(to, uid, gid);
    }
  }

  private async answers(): Promise<boolean> {
    const client = new Client({ connectionString: this.address(), connectionTimeoutMillis: 1000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/** It is refused without one, and has a character that an address must escape. */
const password = 'p%40ss';

function findBinaries(): string {
  const found = newestBinaries();
  if (found !== undefined) return found;
  process.stderr.write('PostgreSQL is missing: trying apt-get install postgresql.\n');
  execFileSync('apt-get', ['update', '-qq'], { stdio: 'inherit' });
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'postgresql'], {
    stdio: 'inherit',
    // Without a run level to serve in, the package starts no server of its own.
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
  });
  const installed = newestBinaries();
  if (installed === undefined) throw new Error(`There is no PostgreSQL under ${versionsFolder}.`);
  return installed;
}

function newestBinaries(): string | undefined {
  const versions = existsSync(versionsFolder) ? readdirSync(versionsFolder).map(Number) : [];
  return versions
    .filter((version) => version >= 15)
    .sort((a, b) => b - a)
    .map((version) => join(versionsFolder, String(version), 'bin'))
    .find((folder) => existsSync(join(folder, 'initdb')));
}

/** PostgreSQL refuses to run as root. */
function unprivilegedUser(): User {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}
