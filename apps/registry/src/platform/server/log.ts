import { pino } from 'pino';
import type { DestinationStream } from 'pino';
import { RegistryError } from '#kernel';
import { plainLine } from './plain-line.js';
import { withoutSecrets } from './without-secrets.js';

/** What is written of an answer. `route` is a template, never a path. */
export interface Answered {
  readonly requestId: string;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly ms: number;
}

/** Where the server writes what happens to it. Never handed a token, key or password. */
export abstract class Log {
  abstract debug(facts: Record<string, unknown>, message: string): void;
  abstract info(facts: Record<string, unknown>, message: string): void;
  abstract warn(facts: Record<string, unknown>, message: string): void;
  abstract error(facts: Record<string, unknown>, message: string): void;
  /** Every answer has a line: the one that `info` or `debug` would write of these facts, for a fraction of its time. */
  abstract answered(level: 'debug' | 'info', answer: Answered): void;
  /** Writes out what is still held in memory. */
  abstract flush(): void;
}

const flushMs = 250;
/** Every write to the stream costs a system call on a thread that other work waits for. */
const heldCharacters = 65_536;

let writtenAt = 0;
let written = '';

/** The time as a member of a line. Lines come by the dozen in a millisecond, and share its text. */
function timeMember(): string {
  const now = Date.now();
  if (now === writtenAt) return written;
  writtenAt = now;
  written = `,"time":"${new Date(now).toISOString()}"`;
  return written;
}

/**
 * One JSON line an event, by pino, on the standard error stream; one plain line where that is a terminal. A line is
 * held for a quarter of a second at most, so that logging costs a request no system call.
 */
export function openLog(level: string, destination?: DestinationStream): Log {
  const stream = destination ? eachWithoutSecrets(destination) : openStream();
  const logger = pino(
    {
      level,
      base: null,
      serializers: { error: (error: unknown) => describeError(error) },
      timestamp: timeMember,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  );
  const isWritten = { debug: logger.isLevelEnabled('debug'), info: logger.isLevelEnabled('info') };
  return Object.assign(logger, {
    answered(label: 'debug' | 'info', answer: Answered): void {
      if (isWritten[label]) stream.write(lineOf(label, answer));
    },
  });
}

/** Neither the parser's methods nor the ids that the store takes have anything in them that JSON would escape. */
function lineOf(level: string, { requestId, method, route, status, ms }: Answered): string {
  return `{"level":"${level}"${timeMember()},"requestId":"${requestId}","method":"${method}","route":${JSON.stringify(route)},"status":${status},"ms":${ms},"msg":"answered"}\n`;
}

function openStream(): DestinationStream {
  if (!process.stderr.isTTY) return new HeldLines();
  return eachWithoutSecrets({ write: (line) => void process.stderr.write(plainLine(line)) });
}

const eachWithoutSecrets = (stream: DestinationStream): DestinationStream => ({
  write: (line) => stream.write(withoutSecrets(line)),
});

/**
 * The standard error stream, by many lines at a time, which are looked through for secrets all at once. They are held
 * here, since pino's own stream measures all that it holds anew with each line that comes.
 */
class HeldLines implements DestinationStream {
  private readonly stream = pino.destination({ dest: 2, sync: false });
  private held = '';

  constructor() {
    // Nobody reads it any more, or its disk is full: the store goes on without a log.
    this.stream.on('error', () => undefined);
    setInterval(() => this.flush(), flushMs).unref();
    process.once('exit', () => {
      this.flush();
      this.stream.flushSync();
    });
  }

  write(line: string): void {
    this.held += line;
    if (this.held.length >= heldCharacters) this.flush();
  }

  flush(): void {
    if (this.held === '') return;
    this.stream.write(withoutSecrets(this.held));
    this.held = '';
  }
}

/**
 * What is safe to keep of an error: libraries hang statements, parameters and bodies on theirs. Where a part of the store
 * is away there is nothing to be learnt from the stack.
 */
function describeError(error: unknown, depth = 0, withStack = true): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const isTraced = withStack && !(error instanceof RegistryError && error.kind === 'unavailable');
  const causes = cause === undefined || depth > 3 ? {} : { cause: describeError(cause, depth + 1, isTraced) };
  return { name, message, ...code, ...(isTraced ? { stack } : {}), ...causes };
}
