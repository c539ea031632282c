import { parentPort } from 'node:worker_threads';
import { toFailure } from './thread-messages.js';
import type { AnswerMessage, CallMessage } from './thread-messages.js';

export type Methods = Readonly<Record<string, (argument: never) => unknown>>;

/** Answers the calls that a worker thread is sent, in the order in which they come. */
export function serveThread(methods: Methods): void {
  const port = parentPort;
  if (port === null) throw new Error('This file runs in a worker thread.');
  port.on('message', ({ id, method, argument }: CallMessage) => {
    port.postMessage(answer(methods, id, method, argument));
  });
}

function answer(methods: Methods, id: number, method: string, argument: unknown): AnswerMessage {
  try {
    const run = methods[method];
    if (run === undefined) throw new Error(`The thread has no method ${method}.`);
    return { id, value: run(argument as never) };
  } catch (error) {
    return { id, failure: toFailure(error) };
  }
}
