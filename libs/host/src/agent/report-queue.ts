import type { AgentEvent } from './agent-event.js';
import type { AgentLimits } from './agent-limits.js';
import { backoffMs, wait } from './wait-before.js';

/** A report as the store takes it. */
export interface StoreReport {
  readonly installation: string;
  readonly kind: 'loaded' | 'unloaded' | 'warning' | 'failed';
  readonly message: string;
  readonly interface: string | null;
  readonly version: string;
  readonly at: string;
}

/** How sending one went: `again` after so long (null: as long as seems right), or it is over, taken or refused. */
export type ReportOutcome = 'over' | { readonly againAfterMs: number | null };

interface Waiting {
  report: StoreReport;
  times: number;
}

/**
 * Reports on their way to the store: what became of each plugin. The same again is counted, not sent twice; what the
 * store doesn't take now waits, and beyond a number the oldest are dropped: news matters more than history.
 */
export class ReportQueue {
  private readonly waiting = new Map<string, Waiting>();
  private sending: Promise<void> | undefined;
  private readonly stopping = new AbortController();

  constructor(
    private readonly send: (report: StoreReport, signal: AbortSignal) => Promise<ReportOutcome>,
    private readonly limits: AgentLimits,
  ) {}

  get length(): number {
    return this.waiting.size;
  }

  /** Takes what is worth a report of an event. */
  add(event: AgentEvent): void {
    const report = reportOf(event, this.limits.reportMessageCharacters);
    if (!report || this.stopping.signal.aborted) return;
    const key = JSON.stringify([
      report.installation,
      report.version,
      report.kind,
      report.interface,
      report.message,
    ]);
    const known = this.waiting.get(key);
    this.waiting.set(key, { report, times: (known?.times ?? 0) + 1 });
    const oldest = this.waiting.keys().next().value;
    if (this.waiting.size > this.limits.reportsWaiting && oldest !== undefined) this.waiting.delete(oldest);
    this.sending ??= this.sendAll().finally(() => {
      this.sending = undefined;
    });
  }

  /** Sends no more. What waits is lost: the next start reports anew what is then true. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.sending;
  }

  private async sendAll(): Promise<void> {
    const { signal } = this.stopping;
    // Whatever happens in the same moment goes in one round.
    await wait(this.limits.reportCollectMs, signal);
    let failures = 0;
    for (let next = first(this.waiting); next && !signal.aborted; next = first(this.waiting)) {
      const [key, { report, times }] = next;
      const outcome = await this.send(counted(report, times), signal);
      if (outcome === 'over') {
        failures = 0;
        if (this.waiting.get(key)?.times === times) this.waiting.delete(key);
        continue;
      }
      failures += 1;
      const backoff = { firstMs: this.limits.reportRetryFirstMs, lastMs: this.limits.reportRetryLastMs };
      await wait(Math.max(outcome.againAfterMs ?? 0, backoffMs(backoff, failures)), signal);
    }
  }
}

const first = <Key, Value>(map: ReadonlyMap<Key, Value>): [Key, Value] | undefined =>
  map.entries().next().value;

const counted = (report: StoreReport, times: number): StoreReport =>
  times === 1 ? report : { ...report, message: `${report.message} (${times} times)` };

const sentences: Partial<Record<AgentEvent['type'], string>> = {
  loaded: 'It is loaded, and answers.',
  unloaded: 'It is unloaded.',
};

function reportOf(event: AgentEvent, mostCharacters: number): StoreReport | undefined {
  const { type, installation, version, at, data } = event;
  if (installation === null || version === null) return undefined;
  if (type !== 'loaded' && type !== 'unloaded' && type !== 'warning' && type !== 'failed') return undefined;
  const { code, message } = data;
  const said = typeof message === 'string' ? `${String(code)}: ${message}` : (sentences[type] ?? type);
  // Room is left for how often.
  return {
    installation,
    kind: type,
    message: said.slice(0, mostCharacters - 40),
    interface: event.interface,
    version,
    at,
  };
}
