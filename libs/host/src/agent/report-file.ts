import { readFileSync, renameSync, statSync } from 'node:fs';
import { errorCode, writeDurably } from '../folder/write-durably.js';
import { messageOf } from '../host-error.js';
import { hostLimits } from '../host-limits.js';

const kinds = ['loaded', 'unloaded', 'warning', 'failed'] as const;

/** A report as the store takes it. */
export interface StoreReport {
  readonly installation: string;
  readonly kind: (typeof kinds)[number];
  readonly message: string;
  readonly interface: string | null;
  readonly version: string;
  readonly at: string;
}

/** A report that the store has not taken, and how often it happened since. */
export interface WaitingReport {
  readonly report: StoreReport;
  readonly times: number;
}

/** `reports.json`: what the store was not told yet, for the agent that starts after this one was killed. */
export class ReportFile {
  constructor(private readonly path: string) {}

  /**
   * What waits, the oldest first. A file that can't be read is put aside, so that no start fails for it; then `damage`
   * says so.
   */
  read(): { readonly waiting: readonly WaitingReport[]; readonly damage?: string } {
    try {
      if (statSync(this.path).size > hostLimits.stateFileBytes) throw new Error('It is too large.');
      return { waiting: parseReports(readFileSync(this.path, 'utf8')) };
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return { waiting: [] };
      return { waiting: [], damage: `${this.path} can't be read (${messageOf(error)}): ${this.putAside()}` };
    }
  }

  /** Throws as `writeDurably` does. */
  write(waiting: readonly WaitingReport[]): Promise<void> {
    return writeDurably(this.path, `${JSON.stringify({ schema_version: 1, waiting })}\n`);
  }

  private putAside(): string {
    const aside = `${this.path}.damaged`;
    const lost = 'The store is not told what was in it.';
    try {
      renameSync(this.path, aside);
      return `it is kept as ${aside}. ${lost}`;
    } catch (error) {
      return `nor put aside (${messageOf(error)}). ${lost}`;
    }
  }
}

function parseReports(text: string): readonly WaitingReport[] {
  const { schema_version, waiting } = JSON.parse(text) as { schema_version?: unknown; waiting?: unknown };
  if (schema_version !== 1 || !Array.isArray(waiting) || !waiting.every(isWaiting))
    throw new Error('It is damaged, or written by a newer mortise.');
  return waiting;
}

function isWaiting(value: unknown): value is WaitingReport {
  const { report, times } = (value ?? {}) as { report?: unknown; times?: unknown };
  const said = (report ?? {}) as Record<keyof StoreReport, unknown>;
  const words = [said.installation, said.message, said.version, said.at];
  return (
    Number.isSafeInteger(times) &&
    words.every((word) => typeof word === 'string') &&
    (said.interface === null || typeof said.interface === 'string') &&
    kinds.some((kind) => kind === said.kind)
  );
}
