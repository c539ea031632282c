import { Worker } from 'node:worker_threads';
import { searchUnavailable } from '#search';
import { fromFailure } from './thread-messages.js';
import type { AnswerMessage, CallMessage } from './thread-messages.js';

export interface ThreadOptions {
  readonly script: URL;
  readonly name: string;
  /** A thread that answers nothing for so long is ended. */
  readonly timeoutMs: number;
  readonly heapMebibytes: number;
  /** After so long without a call the thread is ended, and its memory given back. Left out: never. */
  readonly idleMs?: number;
  /** The first call of every thread that is started: what brings it to where the last one was. */
  readonly firstCall: () => FirstCall | undefined;
}

interface FirstCall {
  readonly method: string;
  readonly argument: unknown;
  readonly answered?: (value: unknown) => void;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Calls methods in a worker thread. A thread that dies or hangs fails its open calls with `search-unavailable`; the
 * next call starts another. An idle thread doesn't keep the process alive.
 */
export class ThreadCalls {
  readonly #options: ThreadOptions;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #watch: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;
  #holds = 0;
  #lastAnswerAt = 0;
  #lastId = 0;
  #isClosed = false;

  constructor(options: ThreadOptions) {
    this.#options = options;
  }

  /** Calls that wait for an answer. */
  get waiting(): number {
    return this.#waiting.size;
  }

  start(): void {
    if (this.#worker !== undefined || this.#isClosed) return;
    const { script, name, heapMebibytes, firstCall } = this.#options;
    const worker = new Worker(script, {
      name,
      env: {},
      // Flags of the process (a script to evaluate, a loader) are not meant for it.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: heapMebibytes, maxYoungGenerationSizeMb: 8 },
    });
    this.#worker = worker;
    worker.unref();
    worker.on('message', (message: AnswerMessage) => {
      if (this.#worker === worker) this.#settle(message);
    });
    worker.on('error', (error) => {
      this.#fail(worker, error);
    });
    worker.on('exit', () => {
      this.#fail(worker, new Error(`The thread ${name} ended.`));
    });
    const first = firstCall();
    if (first === undefined) return;
    // Should it fail, the thread fails every later call for the same reason.
    this.call(first.method, first.argument).then(first.answered, () => undefined);
  }

  call(method: string, argument: unknown): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(searchUnavailable());
    this.start();
    const worker = this.#worker;
    if (worker === undefined) return Promise.reject(searchUnavailable());
    clearTimeout(this.#idle);
    if (this.#waiting.size === 0) this.#keepWatch(worker);
    const id = (this.#lastId += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, method, argument } satisfies CallMessage);
    });
  }

  /** Keeps the thread while work is done that needs it as it is, however long it isn't called. */
  async hold<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#holds += 1;
    clearTimeout(this.#idle);
    try {
      return await work();
    } finally {
      this.#holds -= 1;
      if (this.#waiting.size === 0) this.#endWhenIdle();
    }
  }

  /** Ends the thread when it has answered the calls that wait; later ones are refused. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    const closing = worker === undefined ? undefined : this.call('close', null);
    this.#isClosed = true;
    await closing?.catch(() => undefined);
    await worker?.terminate();
  }

  /** Threads close what they have open in a method of that name. */
  #endWhenIdle(): void {
    const { idleMs } = this.#options;
    const worker = this.#worker;
    if (idleMs === undefined || worker === undefined || this.#holds > 0) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      if (this.#worker !== worker || this.#waiting.size > 0) return;
      this.#worker = undefined;
      worker.once('message', () => void worker.terminate());
      worker.postMessage({ id: 0, method: 'close', argument: null } satisfies CallMessage);
    }, idleMs);
    this.#idle.unref();
  }

  #settle(message: AnswerMessage): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    this.#lastAnswerAt = performance.now();
    if (this.#waiting.size === 0) this.#endWatch();
    if ('failure' in message) waiting?.reject(fromFailure(message.failure));
    else waiting?.resolve(message.value);
  }

  #fail(worker: Worker, cause: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#endWatch();
    const failed = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of failed) reject(searchUnavailable(cause));
  }

  /** While calls wait, the thread keeps the process alive and must answer now and then. */
  #keepWatch(worker: Worker): void {
    worker.ref();
    this.#lastAnswerAt = performance.now();
    this.#watch ??= setInterval(() => {
      if (performance.now() - this.#lastAnswerAt > this.#options.timeoutMs) void worker.terminate();
    }, this.#options.timeoutMs / 4);
    this.#watch.unref();
  }

  #endWatch(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
    this.#worker?.unref();
    this.#endWhenIdle();
  }
}
