import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get as getPlain } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { get as getByTls } from 'node:https';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ServerCertificate } from './certificates.js';
import { freePort } from './free-port.js';

const version = 'v1.8.0';
const source = 'github.com/versity/versitygw/cmd/versitygw';
const bootMs = 10_000;
const stopMs = 5_000;
const buildMs = 900_000;

/** What whoever talks to it needs in its environment. */
export const s3Credentials = {
  AWS_ACCESS_KEY_ID: 'mortise',
  AWS_SECRET_ACCESS_KEY: 'mortise-secret',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
} as const;

/**
 * An S3-compatible server (versitygw, over plain files) of one's own, on a free port of this machine, with its data in a
 * new folder that goes with it. Conditional puts, uploads in pieces, ranges, signed addresses and their end hold.
 */
export class S3Server {
  private process: ChildProcess | undefined;

  private constructor(
    private readonly binary: string,
    private readonly folder: string,
    private readonly port: number,
    private readonly certificate: ServerCertificate | undefined,
  ) {}

  /** Builds the server where this machine has none yet, which takes minutes once. With a certificate it speaks TLS alone. */
  static async start(certificate?: ServerCertificate): Promise<S3Server> {
    const binary = findOrBuild();
    const folder = mkdtempSync(join(tmpdir(), 'mortise-s3-'));
    mkdirSync(join(folder, 'data'));
    const server = new S3Server(binary, folder, await freePort(), certificate);
    await server.boot();
    return server;
  }

  get endpoint(): string {
    return `${this.certificate ? 'https' : 'http'}://127.0.0.1:${this.port}`;
  }

  /** The address of one of its buckets, as `MORTISE_BLOBS` has it. */
  address(bucket: string, more: Readonly<Record<string, string>> = {}): string {
    return s3Address(this.endpoint, bucket, more);
  }

  /** Where a bucket's objects lie as files. */
  placeOf(bucket: string): string {
    return join(this.folder, 'data', bucket);
  }

  /** Starts it, after `kill`, on the same data and port; with another secret it lets in nobody who knows the usual one. */
  async boot(secret: string = s3Credentials.AWS_SECRET_ACCESS_KEY): Promise<void> {
    const words = [
      '--port',
      `127.0.0.1:${this.port}`,
      '--health',
      '/health',
      ...(this.certificate ? ['--cert', this.certificate.certificate, '--key', this.certificate.key] : []),
      'posix',
      join(this.folder, 'data'),
    ];
    const env = {
      PATH: process.env['PATH'],
      ROOT_ACCESS_KEY: s3Credentials.AWS_ACCESS_KEY_ID,
      ROOT_SECRET_KEY: secret,
    };
    const server = spawn(this.binary, words, { env, stdio: 'ignore' });
    this.process = server;
    const end = Date.now() + bootMs;
    while (!(await this.answers())) {
      if (server.exitCode !== null || Date.now() > end) throw new Error('The S3 server did not start.');
      await pause(50);
    }
  }

  /** As a loss of power would. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** It takes requests and answers none, until `resume`. */
  async suspend(): Promise<void> {
    const { process } = this;
    if (!process) return;
    process.kill('SIGSTOP');
    // The signal is on its way when `kill` returns; what is asked meanwhile would be answered.
    while (!/\) T /.test(readFileSync(`/proc/${process.pid}/stat`, 'utf8'))) await pause(5);
  }

  resume(): void {
    this.process?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    this.resume();
    await this.end('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const server = this.process;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    const force = setTimeout(() => server.kill('SIGKILL'), stopMs);
    await ended;
    clearTimeout(force);
  }

  private async answers(): Promise<boolean> {
    const address = `${this.endpoint}/health`;
    const { certificate } = this;
    const asked = certificate
      ? getByTls(address, { ca: readFileSync(certificate.authority) })
      : getPlain(address);
    try {
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      answer.resume();
      return answer.statusCode === 200;
    } catch {
      return false;
    }
  }
}

export function s3Address(
  endpoint: string,
  bucket: string,
  more: Readonly<Record<string, string>> = {},
): string {
  return `s3://${bucket}?${new URLSearchParams({ endpoint, ...more }).toString()}`;
}

function findOrBuild(): string {
  const folder = join(homedir(), '.cache', 'versitygw', version);
  const binary = join(folder, 'versitygw');
  if (existsSync(binary)) return binary;
  process.stderr.write('Building the S3 server for tests, once; this takes some minutes.\n');
  mkdirSync(folder, { recursive: true });
  const env = { ...process.env, GOBIN: folder };
  execFileSync('go', ['install', `${source}@${version}`], { env, stdio: 'inherit', timeout: buildMs });
  return binary;
}
