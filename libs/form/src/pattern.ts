import { limits } from '#kernel';
import type { FormComplaint } from './form-complaint.js';

/**
 * What is wrong with a regular expression that a form asks its answers to match: it doesn't compile, it needs a
 * backtracking engine (look-around, back-references), or it obviously takes exponential time.
 */
export function patternComplaint(pattern: unknown): FormComplaint | undefined {
  if (typeof pattern !== 'string')
    return { code: 'pattern-invalid', message: 'A pattern is a text; put it in quotes.' };
  if (pattern.length > limits.formPatternCharacters) {
    return {
      code: 'pattern-invalid',
      message: `A pattern has at most ${limits.formPatternCharacters} characters.`,
    };
  }
  if (!compiles(pattern)) {
    return {
      code: 'pattern-invalid',
      message: "This isn't a regular expression; mend its brackets and escapes.",
    };
  }
  if (/\(\?(?:[=!]|<[=!])|\\[1-9]|\\k</.test(withoutEscapedBackslashes(pattern))) {
    return {
      code: 'pattern-perilous',
      message:
        'Patterns have neither look-around nor back-references, since some hosts run them on a linear-time engine.',
    };
  }
  return isPerilous(pattern)
    ? {
        code: 'pattern-perilous',
        message:
          'A repetition inside a repetition can take exponential time here; write it with one repetition.',
      }
    : undefined;
}

function compiles(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}

const withoutEscapedBackslashes = (pattern: string): string => pattern.replace(/\\\\/g, '');

/** One thing in a sequence, with how often it may stand there. */
interface Atom {
  readonly source: string;
  readonly group: Group | undefined;
  optional: boolean;
  repeated: boolean;
}

interface Group {
  readonly branches: Atom[][];
}

/** Repeating more often than this counts as repeating without end. */
const manyTimes = 16;

function isPerilous(pattern: string): boolean {
  return groupIsPerilous(parse(pattern));
}

function groupIsPerilous(group: Group): boolean {
  return group.branches
    .flat()
    .some(
      (atom) =>
        atom.group !== undefined &&
        (groupIsPerilous(atom.group) || (atom.repeated && isAmbiguous(atom.group))),
    );
}

/** Whether a repeated group can match the same text in more ways than one. */
function isAmbiguous(group: Group): boolean {
  const sources = group.branches.map((branch) => branch.map((atom) => atom.source).join(''));
  const overlapping = sources.some((one, i) => sources.some((other, j) => i !== j && other.startsWith(one)));
  return overlapping || group.branches.some(branchIsAmbiguous);
}

/** A branch with a repetition is clear only where a separator must follow that the repetition itself can't match. */
function branchIsAmbiguous(branch: readonly Atom[]): boolean {
  const loops = flatten(branch).filter(({ repeated }) => repeated);
  if (loops.length === 0) return false;
  return !branch.some((atom) => isSeparator(atom) && loops.every((loop) => !canMatch(loop, atom)));
}

function flatten(branch: readonly Atom[]): Atom[] {
  return branch.flatMap((atom) => (atom.group ? [atom, ...atom.group.branches.flatMap(flatten)] : [atom]));
}

const isSeparator = (atom: Atom): boolean =>
  !atom.optional &&
  !atom.repeated &&
  atom.group === undefined &&
  /^(?:\\?[^\w\\[\].^$]|\\[.\\[\]^$]|\w)$/.test(atom.source);

function canMatch(loop: Atom, separator: Atom): boolean {
  if (loop.group !== undefined) return loop.group.branches.flat().some((atom) => canMatch(atom, separator));
  const character = separator.source.replace(/^\\/, '');
  return new RegExp(`^(?:${loop.source})$`, 'u').test(character);
}

/** A small reading of a pattern that is known to compile: sequences, groups, classes, quantifiers. */
function parse(pattern: string): Group {
  const root: Group = { branches: [[]] };
  const open: Group[] = [root];
  let at = 0;
  while (at < pattern.length) {
    const group = open[open.length - 1] ?? root;
    const branch = group.branches[group.branches.length - 1] ?? [];
    const character = pattern.charAt(at);
    if (character === '(') {
      const inner: Group = { branches: [[]] };
      branch.push({ source: `(${at}`, group: inner, optional: false, repeated: false });
      open.push(inner);
      at += /^\((?:\?(?::|<[^>]*>))?/.exec(pattern.slice(at))?.[0].length ?? 1;
    } else if (character === ')') {
      open.pop();
      at++;
    } else if (character === '|') {
      group.branches.push([]);
      at++;
    } else {
      at += readAtomOrQuantifier(pattern.slice(at), branch);
    }
  }
  return root;
}

function readAtomOrQuantifier(rest: string, branch: Atom[]): number {
  const quantifier = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(rest);
  const last = branch[branch.length - 1];
  if (quantifier && last) {
    const [whole, least, comma, most] = quantifier;
    const mark = whole.charAt(0);
    const endless =
      mark === '*' || mark === '+' || (comma === ',' && (most === '' || Number(most) > manyTimes));
    last.repeated ||= endless || Number(least ?? 0) > manyTimes;
    last.optional ||= mark === '*' || mark === '?' || least === '0';
    return whole.length;
  }
  const source =
    /^(?:\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[A-Za-z]|.)|\[(?:\\.|[^\]\\])*\]|.)/su.exec(
      rest,
    )?.[0] ?? rest.charAt(0);
  // ^ and $ match nothing that could repeat.
  if (source !== '^' && source !== '$')
    branch.push({ source, group: undefined, optional: false, repeated: false });
  return source.length;
}
