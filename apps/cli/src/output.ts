import { styleText } from 'node:util';
import { DefaultRenderer, Listr, ListrLogger, ProcessOutput } from 'listr2';
import type { ListrTask } from 'listr2';

export interface OutputOptions {
  readonly json: boolean;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** As `NO_COLOR` asks. */
  readonly plain: boolean;
}

const leastColumns = 40;
/** Where nothing is drawn, a long step says this often that it goes on. */
const silenceMs = 10_000;

type Style = 'red' | 'yellow' | 'green' | 'bold' | 'dim' | 'cyan';

/** A step under way: what it is doing now, in a few words. */
export type Tell = (what: string) => void;

export interface Step<Result> {
  readonly title: string;
  readonly run: (tell: Tell) => Promise<Result>;
}

/** Everything but line ends, tabs and colours: what a store says can't move the cursor or rename the window. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const controls = /(?!\u001b\[[\d;]*m)(?![\n\t])[\p{Cc}\p{Bidi_C}]/gu;
// eslint-disable-next-line no-control-regex -- likewise
const colors = /\u001b\[[\d;]*m/gu;
const withoutControls = (text: string): string => text.replace(controls, '');

/**
 * What a command says. Results go to stdout; all about getting there (notes, warnings, progress) to stderr. With
 * `--json` stdout has the documents that are handed over and nothing else, and progress is silent.
 */
export class Output {
  readonly json: boolean;
  /** Whether progress is drawn, rather than told line by line. */
  readonly drawsProgress: boolean;
  private readonly colors: { readonly stdout: boolean; readonly stderr: boolean };

  constructor(private readonly options: OutputOptions) {
    const { json, stdout, stderr, plain } = options;
    this.json = json;
    this.colors = { stdout: stdout.isTTY && !plain, stderr: stderr.isTTY && !plain };
    // A terminal that tells no width wraps each letter.
    const isWide = ((stderr.columns as number | undefined) ?? leastColumns) >= leastColumns;
    this.drawsProgress = stderr.isTTY && isWide && !json && !plain;
  }

  /** The one result of a command: the document with `--json`, else the lines for people. */
  result(document: unknown, lines: readonly string[]): void {
    if (this.json) this.options.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    else for (const line of lines) this.line(line);
  }

  /** One result of many: a JSON line, or a line for people. */
  item(document: unknown, line: string): void {
    if (this.json) this.options.stdout.write(`${JSON.stringify(document)}\n`);
    else this.line(line);
  }

  /** Bytes as they are, for what is a file (a completion script, a descriptor). */
  raw(bytes: string | Uint8Array): void {
    this.options.stdout.write(bytes);
  }

  /** Aborts once whoever reads the output has left, for what does nothing but show. */
  readerLeft(): AbortSignal {
    const left = new AbortController();
    this.options.stdout.once('error', () => left.abort());
    return left.signal;
  }

  /** For people, beside the result. */
  note(line: string): void {
    if (!this.json) this.options.stderr.write(`${withoutControls(line)}\n`);
  }

  warn(line: string): void {
    this.options.stderr.write(`${withoutControls(`${this.paintError('yellow', 'warning:')} ${line}`)}\n`);
  }

  /** What went wrong: for people, or as one JSON line; on stderr either way. */
  failure(document: object, lines: readonly string[]): void {
    const text = this.json ? JSON.stringify(document) : withoutControls(lines.join('\n'));
    this.options.stderr.write(`${text}\n`);
  }

  /** Colours what stdout shows. */
  paint(style: Style, text: string): string {
    return this.colors.stdout ? styleText(style, text, { validateStream: false }) : text;
  }

  /** Colours what stderr shows. */
  paintError(style: Style, text: string): string {
    return this.colors.stderr ? styleText(style, text, { validateStream: false }) : text;
  }

  /** Columns as wide as what is in them; the last is as long as it is. */
  table(rows: readonly (readonly string[])[]): string[] {
    const widths = (rows[0] ?? []).map((_, column) =>
      Math.max(...rows.map((row) => widthOf(row[column] ?? ''))),
    );
    return rows.map((row) =>
      row
        .map((cell, at) =>
          at === row.length - 1 ? cell : cell + ' '.repeat((widths[at] ?? 0) - widthOf(cell)),
        )
        .join('  ')
        .trimEnd(),
    );
  }

  /** Does what takes a while, and shows it: drawn on a terminal, a line for each step elsewhere, silent with `--json`. */
  async step<Result>({ title, run }: Step<Result>): Promise<Result> {
    if (this.drawsProgress) return this.drawn(title, run);
    this.note(title);
    const begun = performance.now();
    let doing = '';
    const goesOn = setInterval(
      () => this.note(`${title}${doing} (${Math.round((performance.now() - begun) / 1000)} s)`),
      silenceMs,
    );
    try {
      return await run((what) => (doing = `: ${what}`));
    } finally {
      clearInterval(goesOn);
    }
  }

  private async drawn<Result>(title: string, run: Step<Result>['run']): Promise<Result> {
    const holder: { result?: Result } = {};
    const { stderr } = this.options;
    const processOutput = new ProcessOutput(stderr, stderr);
    const rendererOptions = {
      showErrorMessage: false,
      logger: new ListrLogger({ useIcons: true, toStderr: [], processOutput }),
    };
    const task: ListrTask<unknown, typeof DefaultRenderer> = {
      title,
      task: async (_, shown) => {
        holder.result = await run((what) => (shown.title = `${title}: ${withoutControls(what)}`));
      },
    };
    // It asks stdout whether it may draw; what it draws on is stderr, whatever becomes of stdout.
    const list = new Listr([task], {
      registerSignalListeners: false,
      renderer: DefaultRenderer,
      rendererOptions,
      fallbackRenderer: DefaultRenderer,
      fallbackRendererOptions: rendererOptions,
    });
    await list.run();
    return holder.result as Result;
  }

  private line(line: string): void {
    this.options.stdout.write(`${withoutControls(line)}\n`);
  }
}

const widthOf = (text: string): number => [...withoutControls(text).replace(colors, '')].length;
