import { visit } from 'yaml';
import type { Document } from 'yaml';
import type { SyntaxFault } from './syntax-fault.js';

interface ParserError {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [number, number];
}

interface Told {
  readonly fault: SyntaxFault;
  readonly noticedAt: number[];
}

/** What the parser has against a text, said so that somebody who doesn't know YAML's grammar can mend it. */
export function adviceOn(document: Document.Parsed, text: string): SyntaxFault[] {
  const told = new Map<string, Told>();
  const places = new Map<number, Told>();
  for (const error of [...document.errors, ...document.warnings]) {
    const fault = adviceFor(error, text, document);
    const noticed = error.pos[0];
    // One slip makes the parser stumble at one place twice, or over the rest of the line or text: only the first
    // is told.
    const first = told.get(kinship(fault, text)) ?? places.get(noticed);
    if (first) first.noticedAt.push(noticed);
    else if (told.size === 0 || fault.message !== lostItsWay) {
      const one = { fault, noticedAt: [noticed] };
      told.set(kinship(fault, text), one);
      places.set(noticed, one);
    }
  }
  return [...told.values()].map(({ fault, noticedAt }) => ({ ...fault, noticedAt }));
}

/** The same for faults of which the later ones follow from the first. */
function kinship({ code, offset }: SyntaxFault, text: string): string {
  return code === 'yaml-syntax' ? `line ${text.lastIndexOf('\n', offset - 1)}` : `${code} ${offset}`;
}

function adviceFor(error: ParserError, text: string, document: Document.Parsed): SyntaxFault {
  const { code, message } = error;
  const offset = error.pos[0];
  if (text.startsWith('```', contentOfLine(offset, text))) return fault(offset, fence);
  if (code === 'MISSING_CHAR' && message.endsWith('quote')) return unclosedQuote(document, offset);
  const known = advices.find(([advised, words]) => advised === code && words.test(message));
  return known?.[2](offset, text, message) ?? fault(offset, faultMessages[code] ?? sentence(message), code);
}

type Advice = (offset: number, text: string, message: string) => SyntaxFault | undefined;

/** By the parser's code and, as one code stands for much, its words. */
const advices: readonly (readonly [code: string, words: RegExp, advice: Advice])[] = [
  ['BAD_SCALAR_START', /./, (offset, text) => startNeedsQuotes(offset, text)],
  ['BAD_ALIAS', /empty/, (offset, text) => startNeedsQuotes(offset, text)],
  ['UNEXPECTED_TOKEN', /^Block scalar header|^Not a YAML token/, valueNeedsQuotes],
  ['UNEXPECTED_TOKEN', /block-seq-ind on same line/, valueNeedsQuotes],
  ['UNEXPECTED_TOKEN', /at node end$/, afterTheEnd],
  ['UNEXPECTED_TOKEN', /in YAML stream/, (offset) => fault(offset, lostItsWay)],
  ['BLOCK_AS_IMPLICIT_KEY', /./, nestedOnOneLine],
  ['MULTILINE_IMPLICIT_KEY', /./, keyWithoutSpace],
  [
    'MISSING_CHAR',
    /^Implicit map keys/,
    (offset, text) => keyWithoutSpace(offset, text) ?? fault(offset, noKey),
  ],
  ['MISSING_CHAR', /^Missing ,/, (offset) => fault(offset, commaMissing)],
  ['UNEXPECTED_TOKEN', /^Unexpected , in/, (offset) => fault(offset, commaTooMany)],
  ['BAD_INDENT', /end with an? [\]}]/, unclosedBracket],
  ['MISSING_CHAR', /end with an? [\]}]/, unclosedBracket],
  ['BAD_INDENT', /./, (offset, text) => fault(contentOfLine(offset, text), wrongIndentation)],
  ['BAD_DQ_ESCAPE', /./, wrongEscape],
];

function fault(offset: number, message: string, parserCode = ''): SyntaxFault {
  return { code: faultCodes[parserCode] ?? 'yaml-syntax', offset, message };
}

const faultCodes: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'tab-indentation',
  BAD_ALIAS: 'unknown-anchor',
  TAG_RESOLVE_FAILED: 'tag-not-allowed',
};

const faultMessages: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "Tabs can't indent YAML; use spaces.",
  MULTILINE_IMPLICIT_KEY:
    'A key and its colon stand on one line; if this continues the text above, indent it further or put the text in quotes.',
};

const lostItsWay = "This can't be read, because of what is wrong above; mend that first.";
const fence = 'A fence of ``` belongs to Markdown, not to YAML; leave its lines out.';
const noKey =
  'This line has no "key: value"; if it goes on with the text above, indent it further than the key of that text.';
const commaMissing = 'What stands in [ ] or { } is separated by commas, and one is missing before this.';
const commaTooMany = 'Nothing stands before this comma; remove the comma, or write what is missing.';
const wrongIndentation =
  "The indentation doesn't fit: items of one map or list start at one column, and what belongs to them further right.";

const sentence = (message: string): string => `This isn't YAML: ${message.trim().replace(/\.?$/, '.')}`;

/** No line that a person wrote is longer, and longer ones aren't worth the search for a better sentence. */
const readableLineCharacters = 1_000;

function lineAt(offset: number, text: string): { start: number; line: string } {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const line = text.slice(start, start + readableLineCharacters).split('\n', 1)[0] ?? '';
  return { start, line: line.replace(/\r$/, '') };
}

/** Where the line's first character that isn't white space stands. */
function contentOfLine(offset: number, text: string): number {
  const { start, line } = lineAt(offset, text);
  return start + (/^\s*/.exec(line)?.[0].length ?? 0);
}

/** What follows `key: ` on the line, without a comment. */
function valueOnLine(offset: number, text: string): { start: number; written: string } | undefined {
  const { start, line } = lineAt(offset, text);
  const match = /^(\s*(?:- +)*(?:"[^"]*"|'[^']*'|[^\s"'[{#:][^:]*):[ \t]+)(\S.*)$/.exec(line);
  const [, before = '', value = ''] = match ?? [];
  const written = value.replace(/\s#.*$/, '').trimEnd();
  return written === '' ? undefined : { start: start + before.length, written };
}

/** The text in double quotes; quotes around the whole of it were meant as such. */
function inQuotes(written: string): string {
  const inner = /^(["'])(.*)\1$/.exec(written)?.[2];
  return JSON.stringify(inner ?? written);
}

function quotesNeeded(offset: number, what: string, fix: string): SyntaxFault {
  return { code: 'quotes-needed', offset, message: `${what} is put in quotes; write ${fix}.`, fix };
}

/** `front_end: @scope/panel` is what everyone writes first. */
function startNeedsQuotes(offset: number, text: string): SyntaxFault {
  const { start, line } = lineAt(offset, text);
  const rest = line.slice(offset - start);
  const written = /^.*?(?=\s*(?:[,\]}]|\s#|$))/.exec(rest)?.[0] ?? '';
  return quotesNeeded(offset, `A text that starts with ${text.charAt(offset)}`, JSON.stringify(written));
}

function valueNeedsQuotes(offset: number, text: string): SyntaxFault | undefined {
  const value = valueOnLine(offset, text);
  if (!value) return undefined;
  const first = value.written.startsWith('- ') ? '"- "' : value.written.charAt(0);
  return quotesNeeded(value.start, `A text that starts with ${first}`, inQuotes(value.written));
}

function afterTheEnd(offset: number, text: string): SyntaxFault {
  const { start } = lineAt(offset, text);
  const startsLine = contentOfLine(offset, text) === offset;
  const above = lineAt(start - 1, text);
  if (startsLine && contentOfLine(above.start, text) - above.start > offset - start)
    return fault(offset, furtherLeft);
  const value = startsLine ? undefined : valueOnLine(offset, text);
  if (value && /^["'[{*]/.test(value.written))
    return quotesNeeded(
      value.start,
      'A text that has quotes, brackets or * around its beginning only',
      inQuotes(value.written),
    );
  return fault(offset, endedBefore);
}

const furtherLeft =
  'This line starts further left than the map or list above; start all its items at one column.';
const endedBefore =
  'A text, list or map has ended before this; a text with brackets, braces or quotes inside is put in quotes as a whole.';

function nestedOnOneLine(offset: number, text: string): SyntaxFault {
  const value = valueOnLine(offset, text);
  if (value && /:(?:\s|$)/.test(value.written) && value.start <= offset)
    return quotesNeeded(value.start, 'A text that holds ": "', inQuotes(value.written));
  const end = text.indexOf('\n', offset);
  if (value && end >= 0) {
    const message =
      'This line is indented further than the one above, whose key has a value already; start both at one column.';
    return fault(contentOfLine(end + 1, text), message);
  }
  return fault(
    offset,
    'A map or list can\'t start here; a text that holds ": " is put in quotes, and a list goes on lines of its own.',
  );
}

function keyWithoutSpace(offset: number, text: string): SyntaxFault | undefined {
  const { line } = lineAt(offset, text);
  const [, key = '', rest = ''] =
    /^\s*([A-Za-z_]+)(?::| *=)(?! )(\S.*)$/.exec(line) ?? /^\s*([A-Za-z_]+) = (.*)$/.exec(line) ?? [];
  if (key === '') return undefined;
  const fix = `${key}: ${rest}`;
  return { code: 'yaml-syntax', offset, message: `After a key come a colon and a space; write ${fix}`, fix };
}

/** It is noticed where the text in quotes ends, which is the end of all as often as not; it is mended where it begins. */
function unclosedQuote(document: Document.Parsed, noticed: number): SyntaxFault {
  let opening = noticed;
  visit(document, {
    Scalar: (_, { type, range }) => {
      if (!type?.startsWith('QUOTE') || !range || range[0] > noticed || range[1] < noticed) return undefined;
      opening = range[0];
      return visit.BREAK;
    },
  });
  const message =
    'The quote that opens here is never closed; close it, and indent the lines on which the text goes on.';
  return { ...fault(opening, message), spoils: opening };
}

function unclosedBracket(offset: number, text: string, message: string): SyntaxFault {
  const bracket = message.includes('}') ? '}' : ']';
  const words = `A ${bracket === '}' ? 'map in { }' : 'list in [ ]'} isn't closed before this; add the ${bracket}, or indent the lines on which it goes on.`;
  return fault(contentOfLine(offset, text), words);
}

function wrongEscape(offset: number, text: string): SyntaxFault {
  const escape = text.slice(offset, offset + 2);
  const message = `${escape} means nothing in double quotes; write \\${escape}, or put the text in single quotes.`;
  return { code: 'yaml-syntax', offset, message };
}
