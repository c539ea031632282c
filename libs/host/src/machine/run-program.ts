import { spawn } from 'node:child_process';
import { HostError } from '../host-error.js';
import { hostLimits } from '../host-limits.js';
import { childEnvironment } from './child-environment.js';

export interface ProgramRun {
  readonly command: string;
  readonly args: readonly string[];
  /** Given on stdin. */
  readonly input?: string;
  /** Its stdin stays empty, and ends with this process, not before: it can tell that nobody waits for it any more. */
  readonly isTied?: boolean;
  /** Beside what every program gets. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ProgramOutput {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end, without a shell; ends its whole group when it is aborted or takes too long. Throws
 * `program-missing`, `program-slow`, `program-talkative`; the caller's own abort as it is.
 */
export async function runProgram(run: ProgramRun): Promise<ProgramOutput> {
  const { command, args, signal, timeoutMs = hostLimits.programMs } = run;
  signal?.throwIfAborted();
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: childEnvironment(run.environment),
    cwd: run.cwd,
    detached: process.platform !== 'win32',
  });
  const kill = (): void => {
    try {
      if (child.pid !== undefined)
        process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  let failure: HostError | undefined;
  const fail = (error: HostError): void => {
    failure ??= error;
    kill();
  };
  const timer = setTimeout(() => fail(slow(command, timeoutMs)), timeoutMs);
  signal?.addEventListener('abort', kill, { once: true });
  const tooMuch = (): void => fail(talkative(command));
  const stdout = collect(child.stdout, tooMuch);
  const stderr = collect(child.stderr, tooMuch);
  // A program that ends without reading what it is given says why itself.
  child.stdin.on('error', () => undefined);
  if (run.isTied !== true) child.stdin.end(run.input ?? '');
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.on('error', (error) => reject(missing(command, error)));
      child.on('close', (ended) => resolve(ended ?? -1));
    });
    signal?.throwIfAborted();
    if (failure) throw failure;
    return { code, stdout: stdout(), stderr: stderr() };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', kill);
  }
}

function collect(stream: NodeJS.ReadableStream, tooMuch: () => void): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > hostLimits.programOutputBytes) tooMuch();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString();
}

/** What pip says below an error: that it is above, and not pip's. */
const pointer =
  /^(?:note: This |hint: See above|error: (?:subprocess-exited|metadata-generation)|[×│╰]|\[end of output\])/;

/** The end of what a program said, without empty lines and what only points at others. */
export const lastLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !pointer.test(line))
    .slice(-hostLimits.toldOutputLines)
    .join('; ')
    .slice(-hostLimits.toldOutputCharacters);

const missing = (command: string, error: NodeJS.ErrnoException): HostError =>
  new HostError('program-missing', `${command} ${whyMissing(error)}, or name another.`, { cause: error });

function whyMissing({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ENOENT':
      return 'is not there: install it';
    case 'EACCES':
      return 'may not be run by this user: make it executable';
    default:
      return `can't be started (${message}): mend it`;
  }
}

const slow = (command: string, ms: number): HostError =>
  new HostError('program-slow', `${command} was ended because it took more than ${ms / 1000} s.`);

const talkative = (command: string): HostError =>
  new HostError('program-talkative', `${command} was ended because it printed more than is read of it.`);
