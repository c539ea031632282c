import { spawn } from 'node:child_process';
import { CliFailure } from './cli-failure.js';
import type { Context } from './context.js';

export interface Program {
  /** What it is for, as it is told where it fails: `Building the wheel of python`. */
  readonly task: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
}

const mostOutput = 16 * 1024 * 1024;
const shownLines = 30;
const mostMs = 15 * 60_000;
const graceMs = 2000;

/**
 * Runs a program to its end and gives what it wrote to stdout. Throws CliFailure `program-absent` where there is none
 * of that name, `program-failed` with the last lines it said. Stopped, with all that it started, when the caller is.
 */
export function runProgram(context: Context, program: Program): Promise<string> {
  const { command, args, folder, environment = {}, input = '' } = program;
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(mostMs)]);
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...context.settings.forPrograms, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const stdout: Buffer[] = [];
  const said: Buffer[] = [];
  let size = 0;
  const keep = (into: Buffer[]) => (chunk: Buffer) => {
    size += chunk.length;
    if (size <= mostOutput) into.push(chunk);
  };
  child.stdout.on('data', keep(stdout)).on('data', keep(said));
  child.stderr.on('data', keep(said));
  // It may end without reading what it is given.
  child.stdin.on('error', () => undefined).end(input);
  const stop = (): void => stopGroup(child.pid);
  signal.addEventListener('abort', stop, { once: true });
  return new Promise((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      signal.removeEventListener('abort', stop);
      reject(error.code === 'ENOENT' ? absent(command) : error);
    });
    child.on('close', (code) => {
      signal.removeEventListener('abort', stop);
      if (signal.aborted) reject(context.signal.aborted ? (signal.reason as Error) : tooSlow(command));
      else if (code === 0) resolve(Buffer.concat(stdout).toString());
      else reject(failed(program, code, Buffer.concat(said).toString()));
    });
  });
}

function stopGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  const send = (signal: NodeJS.Signals): void => {
    try {
      process.kill(-pid, signal);
    } catch {
      // It has ended by itself.
    }
  };
  send('SIGTERM');
  setTimeout(() => send('SIGKILL'), graceMs).unref();
}

const absent = (command: string): CliFailure =>
  new CliFailure('program-absent', `There is no program "${command}" on this machine.`);

const tooSlow = (command: string): CliFailure =>
  new CliFailure('program-failed', `${command} did not end within ${mostMs / 60_000} minutes.`);

function failed({ task, command, args }: Program, code: number | null, output: string): CliFailure {
  // What they say of the index may have the credential in its address.
  const lines = output
    .replaceAll(/mrt_[a-z]+_\w+/g, 'mrt_…')
    .trimEnd()
    .split('\n')
    .slice(-shownLines);
  // Whoever runs a module of Python means the module.
  const tool = args[0] === '-m' ? (args[1] ?? command) : command;
  return new CliFailure(
    'program-failed',
    `${task} failed (${tool} ended with ${code ?? 'a signal'}):\n${lines.join('\n')}`,
  );
}
