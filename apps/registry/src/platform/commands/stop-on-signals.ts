import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '#kernel';

const reapMs = 100;
const parentCheckMs = 250;
const interrupted = 130;

/** Read as early as can be: of a process that is orphaned already it would be somebody else. */
const parent = process.ppid;
const signals = ['SIGTERM', 'SIGINT'] as const;
const endAtOnce = (): void => process.exit(0);

/** Until there is a store to be stopped, a signal ends the process at once, and cleanly: nobody was promised anything. */
export function endOnSignals(): void {
  for (const signal of signals) process.on(signal, endAtOnce);
}

/**
 * Stops on SIGTERM and Ctrl-C: no new connections, what runs is finished within `mostMs`, what is written is
 * flushed, exit 0. Where that takes long, such as where the database is silent, it ends all the same, with 1. A second
 * signal ends the process at once; what was acknowledged is on disk either way.
 *
 * With `byNpm` the end of the parent is such a signal, too: npm starts a shell, which starts the store, and a signal to
 * npm ends that shell alone.
 */
export function stopOnSignals(app: NestFastifyApplication, mostMs: number, byNpm: boolean): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(interrupted);
    stopping = true;
    if (signal === 'SIGINT') process.stdout.write('\nStopping; press Ctrl-C again to stop at once.\n');
    void Promise.race([close(app, mostMs), tooLate(mostMs)]).then((code) => process.exit(code));
  };
  for (const signal of signals) process.off(signal, endAtOnce).on(signal, stop);
  if (byNpm) whenOrphaned(() => stop('SIGTERM'));
}

function whenOrphaned(stop: () => void): void {
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, parentCheckMs);
  timer.unref();
}

/** Whoever told the process to stop kills it by and by. */
async function tooLate(mostMs: number): Promise<number> {
  await pause(mostMs + limits.shutdownRestMs);
  process.stderr.write(
    'mortise: The store ended before all was closed: a service that it needs does not answer, or work of its own takes long, such as building the search index. What was acknowledged is kept.\n',
  );
  return 1;
}

async function close(app: NestFastifyApplication, mostMs: number): Promise<number> {
  const server = app.getHttpServer();
  // Before all else: Nest closes it only after jobs and indexing have ended, and would let in meanwhile what it then cuts.
  server.close();
  // A connection that was busy when the server closed is idle, not closed, when its answer has gone out.
  const reaper = setInterval(() => server.closeIdleConnections(), reapMs);
  const cutter = setTimeout(() => server.closeAllConnections(), mostMs);
  try {
    await app.close();
    return 0;
  } catch (error) {
    process.stderr.write(`The store stopped, but not cleanly: ${String(error)}\n`);
    return 1;
  } finally {
    clearInterval(reaper);
    clearTimeout(cutter);
  }
}
