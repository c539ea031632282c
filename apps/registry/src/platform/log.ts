import { pino } from 'pino';
import type { DestinationStream } from 'pino';
import { plainLine } from './plain-line.js';
import { withoutSecrets } from './without-secrets.js';

/** Where the server writes what happens to it. Never handed a token, key or password. */
export abstract class Log {
  abstract debug(facts: Record<string, unknown>, message: string): void;
  abstract info(facts: Record<string, unknown>, message: string): void;
  abstract warn(facts: Record<string, unknown>, message: string): void;
  abstract error(facts: Record<string, unknown>, message: string): void;
  /** Writes out what is still held in memory. */
  abstract flush(): void;
}

const flushMs = 250;
const heldBytes = 4096;

/**
 * One JSON line an event, by pino, on the standard error stream; one plain line where that is a terminal. A line is
 * held for a quarter of a second at most, so that logging costs a request no system call.
 */
export function openLog(level: string, destination?: DestinationStream): Log {
  const options: pino.LoggerOptions = {
    level,
    base: null,
    serializers: { error: describeError },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    hooks: { streamWrite: withoutSecrets },
  };
  if (destination) return pino(options, destination);
  if (process.stderr.isTTY) {
    return pino(options, { write: (line) => void process.stderr.write(plainLine(line)) });
  }
  return pino(
    options,
    pino.destination({ dest: 2, sync: false, minLength: heldBytes, periodicFlush: flushMs }),
  );
}

/** What is safe to keep of an error: libraries hang statements, parameters and bodies on theirs. */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const causes = cause === undefined || depth > 3 ? {} : { cause: describeError(cause, depth + 1) };
  return { name, message, ...code, stack, ...causes };
}
