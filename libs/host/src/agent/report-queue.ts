import { setImmediate as turn } from 'node:timers/promises';
import type { AgentEvent } from './agent-event.js';
import type { AgentLimits } from './agent-limits.js';
import type { ReportFile, StoreReport, WaitingReport } from './report-file.js';
import { backoffMs, wait } from './wait-before.js';

/** How sending one went: `again` after so long (null: as long as seems right), or it is over, taken or refused. */
export type ReportOutcome = 'over' | { readonly againAfterMs: number | null };

interface Around {
  readonly send: (report: StoreReport, signal: AbortSignal) => Promise<ReportOutcome>;
  readonly limits: AgentLimits;
  readonly file: Pick<ReportFile, 'read' | 'write'>;
  /** Told of a file that was damaged. */
  readonly onDamage: (message: string) => void;
  /** Told when the file can't be written: reports are sent all the same. */
  readonly onError: (error: unknown) => void;
}

/**
 * Reports on their way to the store: what became of each plugin. The same again is counted, not sent twice; what the
 * store doesn't take now waits, and beyond a number the oldest are dropped: news matters more than history. What waits
 * is in a file too, so that it is sent by the next agent where this one is killed. One that was sent and is still in
 * the file is sent again as it was: the store keeps the same report once.
 */
export class ReportQueue {
  private readonly waiting = new Map<string, WaitingReport>();
  private sending: Promise<void> | undefined;
  private saving: Promise<void> | undefined;
  private isSaved = true;
  private readonly stopping = new AbortController();

  /** Takes up at once what an agent before this one left in the file; nothing is sent before `start` or `add`. */
  constructor(private readonly around: Around) {
    const { waiting, damage } = around.file.read();
    for (const one of waiting) this.wait(one);
    if (damage !== undefined) around.onDamage(damage);
  }

  get length(): number {
    return this.waiting.size;
  }

  /** Sends what waits already. */
  start(): void {
    this.sending ??= this.sendAll();
  }

  /** Takes what is worth a report of an event. */
  add(event: AgentEvent): void {
    const report = reportOf(event, this.around.limits.reportMessageCharacters);
    if (!report || this.stopping.signal.aborted) return;
    this.wait({ report, times: 1 });
    this.save();
    this.start();
  }

  /** Sends no more. What waits stays in the file, for the next start. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.sending;
    await this.saving;
  }

  private wait({ report, times }: WaitingReport): void {
    const key = JSON.stringify([
      report.installation,
      report.version,
      report.kind,
      report.interface,
      report.message,
    ]);
    const known = this.waiting.get(key);
    this.waiting.set(key, { report, times: (known?.times ?? 0) + times });
    const oldest = this.waiting.keys().next().value;
    if (this.waiting.size > this.around.limits.reportsWaiting && oldest !== undefined)
      this.waiting.delete(oldest);
  }

  private save(): void {
    this.isSaved = false;
    this.saving ??= this.saveAll();
  }

  /** A change is written at once, those that come soon after it together. */
  private async saveAll(): Promise<void> {
    const { file, limits, onError } = this.around;
    while (!this.isSaved) {
      // Not while somebody's event is told.
      await turn();
      this.isSaved = true;
      await file.write([...this.waiting.values()]).catch(onError);
      await wait(limits.reportCollectMs, this.stopping.signal);
    }
    this.saving = undefined;
  }

  private async sendAll(): Promise<void> {
    const { send, limits } = this.around;
    const { signal } = this.stopping;
    // Whatever happens in the same moment goes in one round.
    await wait(limits.reportCollectMs, signal);
    let failures = 0;
    for (let next = first(this.waiting); next && !signal.aborted; next = first(this.waiting)) {
      const [key, { report, times }] = next;
      const outcome = await send(counted(report, times), signal);
      // Whether the store has taken what was cut short, nobody knows.
      if (this.stopping.signal.aborted) break;
      if (outcome === 'over') {
        failures = 0;
        if (this.waiting.get(key)?.times === times) this.waiting.delete(key);
        this.save();
        continue;
      }
      failures += 1;
      const backoff = { firstMs: limits.reportRetryFirstMs, lastMs: limits.reportRetryLastMs };
      await wait(Math.max(outcome.againAfterMs ?? 0, backoffMs(backoff, failures)), signal);
    }
    this.sending = undefined;
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
