import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

/** Where the server writes what happens to it. Never handed a token, key or password. */
export abstract class Log {
  abstract debug(facts: Record<string, unknown>, message: string): void;
  abstract info(facts: Record<string, unknown>, message: string): void;
  abstract warn(facts: Record<string, unknown>, message: string): void;
  abstract error(facts: Record<string, unknown>, message: string): void;
}

/** One JSON line an event, by pino. */
export function openLog(level: string, destination?: DestinationStream): Log & Logger {
  const options = {
    level,
    base: null,
    serializers: { error: pino.stdSerializers.err },
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  return destination ? pino(options, destination) : pino(options);
}
