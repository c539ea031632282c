import { limits } from '#kernel';
import type { Damage } from '#kernel';

const unreadable = /^SQLITE_(?:CORRUPT|NOTADB|IOERR)/;

/**
 * Tells a person what a verification comes upon, as it comes upon it, or a program all of it at the end. How far it is
 * goes to a terminal only.
 */
export class VerifyReport {
  private readonly damages: Damage[] = [];
  private readonly notes: { code: string; what: string }[] = [];
  private readonly counts: [name: string, count: number][] = [];
  private found = 0;
  private readonly showsProgress = process.stderr.isTTY;

  constructor(
    private readonly json: boolean,
    private readonly write: (text: string) => void,
  ) {}

  damage(damage: Damage): void {
    this.found += 1;
    if (this.damages.length < limits.damagesInJson) this.damages.push(damage);
    if (!this.json)
      this.say(`${damage.code}: ${damage.subject}. ${damage.what}\n  To mend it: ${damage.mend}`);
  }

  /** Something that does no harm and is good to know. */
  note(code: string, what: string): void {
    this.notes.push({ code, what });
    if (!this.json) this.say(`note: ${what}`);
  }

  lookedAt(name: string, count: number): void {
    this.counts.push([name, count]);
  }

  /** Runs a part of the verification; that what it reads is damaged in itself is damage, too. */
  async take(subject: string, part: () => Promise<void>): Promise<void> {
    try {
      await part();
    } catch (error) {
      const code = String((error as { code?: unknown } | undefined)?.code);
      if (!unreadable.test(code)) throw error;
      const isIndex = subject === 'the search index';
      this.damage({
        code: isIndex ? 'index-damaged' : 'database-damaged',
        subject,
        what: `It can't be read to its end (${code}).`,
        mend: isIndex
          ? 'Stop the store and run "mortise-registry reindex".'
          : 'Put the database back from a backup that was made before it was damaged.',
      });
    }
  }

  /** Shows how far `work` is, again and again, while it runs. */
  async watch(progress: () => string, work: () => Promise<void>): Promise<void> {
    if (!this.showsProgress) return work();
    const timer = setInterval(() => process.stderr.write(`\r\u001b[K${progress()}`), limits.verifyProgressMs);
    try {
      await work();
    } finally {
      clearInterval(timer);
      process.stderr.write('\r\u001b[K');
    }
  }

  /** Says what was looked at and what came of it; whether all is well. */
  end(): boolean {
    const isWell = this.found === 0;
    if (this.json) {
      const looked_at = Object.fromEntries(
        this.counts.map(([name, count]) => [name.replace(' ', '_'), count]),
      );
      const { found, damages, notes } = this;
      this.say(JSON.stringify({ ok: isWell, found, damages, notes, looked_at }));
      return isWell;
    }
    const seen = this.counts.map(([name, count]) => `${count} ${name}`).join(', ');
    this.say(
      `Looked at ${seen === '' ? 'what could be read' : seen}: ${isWell ? 'all is well' : `${found(this.found)}, see above`}.`,
    );
    return isWell;
  }

  private say(text: string): void {
    if (this.showsProgress) process.stderr.write('\r\u001b[K');
    this.write(text);
  }
}

const found = (damages: number): string => (damages === 1 ? '1 damage' : `${damages} damages`);
