import { Child } from './child-process.js';
import type { LoadCommand, LoadOutcome, LoadReply } from './load-messages.js';

export interface LoadRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

export interface RunOptions {
  readonly port: number;
  readonly connections: number;
  /** Sends the requests in turn for so long … */
  readonly seconds?: number;
  /** … or so many of them, from where the last run of the plan that was told so ended. */
  readonly amount?: number;
  readonly expectedStatuses: readonly number[];
}

/** Requests that the load generator holds ready. */
export type LoadPlan = number & { readonly plan: never };

/** Sends prepared requests from a process of its own. Throws with the answer when one is not the expected one. */
export class LoadGenerator {
  private plans = 0;

  private constructor(private readonly child: Child<LoadCommand, LoadReply>) {}

  static start(): LoadGenerator {
    return new LoadGenerator(Child.start('./load-process.js'));
  }

  async prepare(requests: readonly LoadRequest[]): Promise<LoadPlan> {
    const plan = (this.plans += 1) as LoadPlan;
    await this.child.ask({ kind: 'prepare', plan, requests: requests.map(toWire) });
    return plan;
  }

  async run(plan: LoadPlan, options: RunOptions): Promise<LoadOutcome> {
    const { port, connections, seconds = null, amount = null, expectedStatuses } = options;
    const reply = await this.child.ask({
      kind: 'run',
      plan,
      port,
      connections,
      seconds,
      amount,
      expectedStatuses,
    });
    if (reply.kind === 'ran') return reply.outcome;
    throw new Error(reply.kind === 'failed' ? reply.message : 'The load generator lost count.');
  }

  stop(): Promise<void> {
    return this.child.stop();
  }
}

function toWire({ method = 'GET', path, headers = {}, body = '' }: LoadRequest): Buffer {
  const bytes = Buffer.from(body);
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(method === 'GET' ? [] : [`content-length: ${bytes.length}`]),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), bytes]);
}
