/** Says what was looked at, and keeps what was found wrong. */
export class ChaosReport {
  readonly wrong: string[] = [];

  say(text: string): void {
    process.stdout.write(`${text}\n`);
  }

  /** One thing that must never be. */
  fault(text: string): void {
    this.wrong.push(text);
    this.say(`WRONG   ${text}`);
  }

  check(what: string, holds: boolean, seen = ''): void {
    if (holds) this.say(`ok      ${what}${seen === '' ? '' : `: ${seen}`}`);
    else this.fault(`${what}${seen === '' ? '' : `: ${seen}`}`);
  }

  /** Times in milliseconds of which such a share, by default all, may be at most so long. */
  times(what: string, times: readonly number[], mostMs: number, share = 1): void {
    const sorted = [...times].sort((a, b) => a - b);
    const at = (part: number): number => sorted[Math.ceil(sorted.length * part) - 1] ?? Number.NaN;
    const seen = `p50 ${Math.round(at(0.5))} ms, p99 ${Math.round(at(0.99))} ms, worst ${Math.round(at(1))} ms, of ${sorted.length}`;
    this.check(`${what} within ${mostMs} ms`, at(share) <= mostMs, seen);
  }
}
