import { limits } from '#kernel';
import type { Problem, Severity } from './descriptor.js';
import type { SourceText } from './source-text.js';
import { pointerOf, pointerStep } from './yaml-node.js';
import type { MapNode, YamlNode } from './yaml-node.js';

/** What is wrong, before it is known where. */
export interface Complaint {
  readonly code: string;
  readonly message: string;
  readonly fix?: string | undefined;
}

export interface Place {
  readonly pointer: string;
  readonly offset: number;
}

/** Where the key `key` of a map stands, with the pointer to its value. */
export function keyPlace(map: MapNode, key: string): Place {
  const entry = map.entries.get(key);
  // By way of the value: a map that stands for a list of one-key maps holds values of other parents.
  const pointer = entry ? pointerOf(entry.value) : pointerOf(map) + pointerStep(key);
  return { pointer, offset: entry?.keyStart ?? map.start };
}

export function placeOf(node: YamlNode): Place {
  return { pointer: pointerOf(node), offset: node.start };
}

interface Finding extends Complaint, Place {
  readonly severity: Severity;
}

const absences: ReadonlySet<string> = new Set([
  'missing-key',
  'name-missing',
  'version-missing',
  'interface-empty',
]);

const misreadings: ReadonlySet<string> = new Set([
  'not-text',
  'not-a-map',
  'not-a-list',
  'unknown-key',
  'key-not-text',
  'empty-text',
  'unknown-anchor',
]);

/** Collects all that is wrong with one text. */
export class Findings {
  private found: Finding[] = [];

  /** `unknownKeys: 'ignore'`: keys that this store doesn't know are only worth a warning. */
  constructor(readonly unknownKeys: 'refuse' | 'ignore' = 'refuse') {}

  error(at: YamlNode | Place, complaint: Complaint): void {
    this.add('error', at, complaint);
  }

  warning(at: YamlNode | Place, complaint: Complaint): void {
    this.add('warning', at, complaint);
  }

  add(severity: Severity, at: YamlNode | Place, complaint: Complaint): void {
    const place = 'pointer' in at ? at : placeOf(at);
    this.found.push({ ...complaint, ...place, severity });
  }

  /**
   * Forgets what only follows from faults of the text: that something is missing, since what was written may not
   * have been seen, and that another sort of value is due where the parser stumbled.
   */
  forgetConsequences(
    faults: readonly {
      readonly offset: number;
      readonly noticedAt?: readonly number[];
      readonly spoils?: number;
    }[],
  ): void {
    const stumbled = new Set(faults.flatMap(({ offset, noticedAt = [] }) => [offset, ...noticedAt]));
    const spoilt = new Set(faults.map(({ spoils }) => spoils));
    this.found = this.found.filter(
      ({ code, offset }) =>
        !absences.has(code) && !(misreadings.has(code) && stumbled.has(offset)) && !spoilt.has(offset),
    );
  }

  /** Whether a key that isn't known was probably meant to be one of these. */
  suggests(keys: readonly string[]): boolean {
    return this.found.some(
      ({ code, fix }) => code === 'unknown-key' && fix !== undefined && keys.includes(fix),
    );
  }

  get hasError(): boolean {
    return this.found.some(({ severity }) => severity === 'error');
  }

  /** All problems in the order of the text; beyond the limit the last one says how many more there are. */
  problems(source: SourceText): Problem[] {
    const ordered = this.found.map((finding, index) => ({ finding, index }));
    ordered.sort((a, b) => a.finding.offset - b.finding.offset || a.index - b.index);
    const findings = ordered.map(({ finding }) => finding);
    if (findings.length <= limits.descriptorProblems) return findings.map((one) => toProblem(one, source));
    return cutToLimit(findings, source);
  }
}

function toProblem({ code, pointer, offset, message, fix, severity }: Finding, source: SourceText): Problem {
  const place = source.place(offset);
  return { code, pointer, ...place, message, ...(fix === undefined ? {} : { fix }), severity };
}

/** Errors are kept before warnings, so that no cut hides why a descriptor is refused. */
function cutToLimit(findings: readonly Finding[], source: SourceText): Problem[] {
  const room = limits.descriptorProblems - 1;
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  let warningsLeft = Math.max(0, room - errors);
  const kept = findings
    .filter(({ severity }) => severity === 'error' || warningsLeft-- > 0)
    .slice(0, room)
    .map((finding) => toProblem(finding, source));
  const last = kept[kept.length - 1];
  kept.push({
    code: 'too-many-problems',
    pointer: '',
    line: last?.line ?? 1,
    column: last?.column ?? 1,
    message: `There are ${findings.length - room} more problems; mend these first.`,
    severity: errors > 0 ? 'error' : 'warning',
  });
  return kept;
}
