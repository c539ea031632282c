import type { ProblemDetail } from '#client';
import type { Output } from './output.js';

/** Where the problems are: the file as the person named it, and its text. */
export interface ProblemSource {
  readonly name: string;
  readonly text: string;
}

const tabWidth = 4;
/** Of a long line only the part around the column is shown. */
const shownCharacters = 120;

/**
 * Each problem with the line that it is about, a caret below the column, and the fix. Without the text there is the
 * sentence alone. For stderr or stdout alike.
 */
export function problemLines(
  problems: readonly ProblemDetail[],
  source: ProblemSource | undefined,
  output: Output,
): string[] {
  const lines = source?.text.split(/\r\n|\n|\r/) ?? [];
  return problems.flatMap((problem) => [
    headline(problem, source, output),
    ...excerpt(problem, lines, output),
  ]);
}

function headline(problem: ProblemDetail, source: ProblemSource | undefined, output: Output): string {
  const { severity = 'error', code, message, line, column } = problem;
  const word = output.paint(severity === 'error' ? 'red' : 'yellow', severity);
  const at =
    line === undefined ? '' : `${source?.name ?? 'line '}${source ? ':' : ''}${line}:${column ?? 1}: `;
  return `${output.paint('bold', at)}${word}: ${message}${code === undefined ? '' : output.paint('dim', ` [${code}]`)}`;
}

function excerpt(
  { line, column = 1, fix }: ProblemDetail,
  lines: readonly string[],
  output: Output,
): string[] {
  const text = line === undefined ? undefined : lines[line - 1];
  const fixLine =
    fix === undefined ? [] : [`${output.paint('green', 'fix:')} ${fix.split('\n').join('\n       ')}`];
  if (line === undefined || text === undefined) return fixLine.map((shown) => `  ${shown}`);
  const start = column > shownCharacters ? column - shownCharacters / 2 : 0;
  const shown = expand(text.slice(start, start + shownCharacters));
  const before = expand(text.slice(start, Math.max(start, column - 1)));
  const number = String(line);
  const margin = ' '.repeat(number.length);
  return [
    output.paint('dim', `  ${number} | `) + shown,
    output.paint('dim', `  ${margin} | `) + ' '.repeat([...before].length) + output.paint('red', '^'),
    ...fixLine.map((shownFix) => `  ${margin}   ${shownFix}`),
  ];
}

const expand = (text: string): string => text.replaceAll('\t', ' '.repeat(tabWidth));
