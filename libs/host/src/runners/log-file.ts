import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { hostLimits } from '../host-limits.js';

export interface LogBounds {
  readonly fileBytes: number;
  readonly files: number;
  readonly lineBytes: number;
  /** More than this within `floodWindowMs` is a flood. */
  readonly floodBytes: number;
  readonly floodWindowMs: number;
}

/**
 * What a back end prints, kept in a few files of bounded size: `log`, `log.1`, …, the newest first. Secrets are masked line
 * by line, so that none slips through between two reads; a line longer than `lineBytes` is broken.
 */
export class LogFile {
  private descriptor: number;
  private size: number;
  private rest = '';
  private windowStart = Date.now();
  private windowBytes = 0;
  private lastLines: string[] = [];

  constructor(
    private readonly path: string,
    private readonly secrets: () => readonly string[],
    private readonly bounds: LogBounds = hostLimits.backendLog,
  ) {
    mkdirSync(dirname(path), { recursive: true });
    this.descriptor = openSync(path, 'a', 0o600);
    this.size = statSync(path).size;
  }

  /** False once it is a flood: then nothing more is kept until the window is over. */
  write(chunk: string): boolean {
    const now = Date.now();
    if (now - this.windowStart > this.bounds.floodWindowMs) {
      this.windowStart = now;
      this.windowBytes = 0;
    }
    this.windowBytes += chunk.length;
    if (this.windowBytes > this.bounds.floodBytes) return false;
    const lines = (this.rest + chunk).split('\n');
    this.rest = lines.pop() ?? '';
    if (this.rest.length > this.bounds.lineBytes) {
      lines.push(this.rest);
      this.rest = '';
    }
    this.keep(lines);
    return true;
  }

  /** What was printed last: what people need to see when it ends. */
  get tail(): string {
    return [...this.lastLines, this.rest].filter(Boolean).join('\n').slice(-hostLimits.backendTailCharacters);
  }

  /** What became of who printed: no word of theirs, so that it is none of the `tail`. To be said before `close`. */
  note(sentence: string): void {
    this.keepRest();
    this.append([`mortise: ${sentence} (${new Date().toISOString()})`]);
  }

  close(): void {
    this.keepRest();
    closeSync(this.descriptor);
  }

  private keepRest(): void {
    if (this.rest !== '') this.keep([this.rest]);
    this.rest = '';
  }

  private keep(lines: readonly string[]): void {
    if (lines.length === 0) return;
    const masked = lines.map((line) => this.masked(line));
    this.lastLines = [...this.lastLines, ...masked].slice(-hostLimits.backendTailLines);
    this.append(masked);
  }

  private append(lines: readonly string[]): void {
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    try {
      if (this.size + bytes.length > this.bounds.fileBytes) this.turnOver();
      writeSync(this.descriptor, bytes);
      this.size += bytes.length;
    } catch {
      // A full disk costs these lines, and not the agent with every other back end.
    }
  }

  private masked(line: string): string {
    let shown = line;
    for (const secret of this.secrets()) shown = shown.replaceAll(secret, '********');
    return shown;
  }

  /** What is written to stays open until there is another: its number would be somebody else's. */
  private turnOver(): void {
    for (let number = this.bounds.files - 1; number >= 1; number -= 1) {
      const from = number === 1 ? this.path : `${this.path}.${number - 1}`;
      if (existsSync(from)) renameSync(from, `${this.path}.${number}`);
    }
    const turned = this.descriptor;
    this.descriptor = openSync(this.path, 'w', 0o600);
    this.size = 0;
    closeSync(turned);
  }
}
