import { Composer, Lexer, Parser } from 'yaml';
import type { Document } from 'yaml';
import { limits } from '#kernel';
import type { Complaint } from './findings.js';
import { adviceOn } from './syntax-advice.js';
import type { SyntaxFault } from './syntax-fault.js';

export interface ParsedYaml {
  /** Undefined when the text was too large, too deep, or has nothing in it. With faults it may be incomplete. */
  readonly document: Document.Parsed | undefined;
  readonly faults: readonly SyntaxFault[];
}

type CstToken = Parameters<Composer['next']>[0];

/** Marks and keys that the parser keeps open at once are a few more than the levels of nesting. */
const openTokens = 2 * limits.descriptorDepth;

/**
 * Parses one YAML 1.2 document. Every scalar stays the text that was written (the failsafe schema), since what
 * a scalar means depends on where it stands. The parser is driven lexeme by lexeme: a text beyond the limits is
 * given up while it is read, before anything recurses over it.
 */
export function parseYaml(text: string): ParsedYaml {
  const lines = countLines(text);
  if (lines > limits.descriptorLines) return refused(tooManyLines(lines));
  try {
    const cut = cutIntoTokens(text);
    return 'fault' in cut ? refused(cut.fault) : withConflictMarker(compose(cut.tokens, text), text);
  } catch {
    // The parser gives up on some texts with a RangeError of its own (too many arguments, too deep a stack).
    return refused({
      code: 'yaml-syntax',
      offset: 0,
      message: 'The text is too tangled to be read as YAML.',
    });
  }
}

/** What a merge left behind breaks YAML in ways that no parser's words explain. */
function withConflictMarker(parsed: ParsedYaml, text: string): ParsedYaml {
  if (parsed.faults.length === 0) return parsed;
  const offset = text.search(/^(?:<{7} |={7}\r?$|>{7} )/m);
  if (offset < 0) return parsed;
  const message =
    'A merge left its conflict markers here; choose one side and remove the lines <<<<<<<, ======= and >>>>>>>.';
  return { ...parsed, faults: [{ code: 'conflict-markers', offset, message }, ...parsed.faults] };
}

function refused(fault: SyntaxFault): ParsedYaml {
  return { document: undefined, faults: [fault] };
}

function cutIntoTokens(text: string): { tokens: CstToken[] } | { fault: SyntaxFault } {
  const parser = new Parser();
  const tokens: CstToken[] = [];
  let lexemes = 0;
  let misplaced = 0;
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      tokens.push(token);
      if (token.type === 'error') misplaced++;
    }
    if (misplaced > limits.descriptorProblems)
      return { fault: { ...notYaml, offset: Math.min(offset, text.length) } };
    const fault = beyondLimits(++lexemes, parser.stack.length, lexeme.length);
    if (fault) return { fault: { ...fault, offset: Math.min(offset, text.length) } };
    // The lexer adds marks of its own, one control character each, that aren't in the text.
    if (!isLexerMark(lexeme)) offset += lexeme.length;
  }
  for (const token of parser.end()) tokens.push(token);
  return { tokens };
}

const isLexerMark = (lexeme: string): boolean =>
  lexeme === '\u{FEFF}' || lexeme === '\u0002' || lexeme === '\u0018' || lexeme === '\u001f';

function beyondLimits(lexemes: number, open: number, characters: number): Complaint | undefined {
  if (open > openTokens) return tooDeep;
  if (lexemes > limits.descriptorTokens) {
    return {
      code: 'too-many-tokens',
      message: `A descriptor has at most ${limits.descriptorTokens} words and marks; make it shorter.`,
    };
  }
  if (characters > limits.descriptorTextCharacters) {
    return {
      code: 'text-too-long',
      message: `A text has at most ${limits.descriptorTextCharacters} characters; make it shorter.`,
    };
  }
  return undefined;
}

const notYaml: Complaint = {
  code: 'yaml-syntax',
  message: "Little of this is YAML; a descriptor starts with a line like 'name: KubePlugin'.",
};

export const tooDeep: Complaint = {
  code: 'too-deep',
  message: `Maps and lists nest at most ${limits.descriptorDepth} deep; make it flatter.`,
};

function tooManyLines(lines: number): SyntaxFault {
  const message = `A descriptor has at most ${limits.descriptorLines} lines and this has ${lines}; make it shorter.`;
  return { code: 'too-many-lines', offset: 0, message };
}

function compose(tokens: readonly CstToken[], text: string): ParsedYaml {
  const composer = new Composer({
    version: '1.2',
    schema: 'failsafe',
    // Keys are compared while the tree is built; here the comparison is quadratic.
    uniqueKeys: false,
    resolveKnownTags: false,
    merge: false,
    prettyErrors: false,
  });
  limitFaults(composer);
  let document: Document.Parsed | undefined;
  try {
    for (const composed of composer.compose(tokens, true, text.length)) {
      if (document) return { document, faults: [...adviceOn(document, text), severalDocuments(composed)] };
      document = composed;
    }
  } catch (stop) {
    if (!(stop instanceof TooManyFaults)) throw stop;
    return refused({ ...notYaml, offset: stop.first });
  }
  return { document, faults: document ? adviceOn(document, text) : [] };
}

class TooManyFaults extends Error {
  constructor(readonly first: number) {
    super();
  }
}

type FaultSource = number | readonly [number, ...unknown[]] | { readonly offset: number };
type ReportFault = (source: FaultSource, code: string, message: string, warning?: boolean) => void;

/**
 * Makes the composer give up on a text beyond so many faults, of which each costs it more than a line of YAML does.
 * The parser has no public way of doing so. Warnings of unknown tags are none of ours: every tag of the core schema
 * is unknown to it here, and tags are judged while the tree is built.
 */
function limitFaults(composer: Composer): void {
  const reporter = composer as unknown as { onError: ReportFault };
  const report = reporter.onError;
  let count = 0;
  let first = 0;
  reporter.onError = (source, code, message, warning) => {
    if (warning === true && code === 'TAG_RESOLVE_FAILED') return;
    if (count === 0) first = offsetOf(source);
    if (++count > limits.descriptorProblems) throw new TooManyFaults(first);
    report(source, code, message, warning);
  };
}

function offsetOf(source: FaultSource): number {
  if (typeof source === 'number') return source;
  return 'offset' in source ? source.offset : source[0];
}

function severalDocuments(second: Document.Parsed): SyntaxFault {
  return {
    code: 'several-documents',
    offset: second.range[0],
    message:
      'A descriptor is one YAML document; remove this "---" and what follows it, or send that by itself.',
  };
}

function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}
