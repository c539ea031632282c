import type { PackageSide } from '../package-side.js';
import { normalizePythonName } from '../python/python-name.js';

interface Pattern {
  readonly side: PackageSide;
  readonly matches: RegExp;
}

/**
 * Which names may be fetched from upstream, by patterns: `npm:@acme/*`, `python:acme-*`, or without a side for both; `*` is
 * any run of characters. A name that is blocked is never fetched; where anything is allowed by name, all else is not.
 */
export class UpstreamNames {
  private readonly allowed: readonly Pattern[];
  private readonly blocked: readonly Pattern[];

  constructor(allow: readonly string[], block: readonly string[]) {
    this.allowed = allow.flatMap(toPatterns);
    this.blocked = block.flatMap(toPatterns);
  }

  allows(side: PackageSide, name: string): boolean {
    const isNamed = (pattern: Pattern) => pattern.side === side && pattern.matches.test(name);
    if (this.blocked.some(isNamed)) return false;
    return this.allowed.length === 0 || this.allowed.some(isNamed);
  }
}

/** A Python name is the same in every spelling, and so is its pattern. */
function toPatterns(written: string): Pattern[] {
  const [, side, glob = ''] = /^(?:(npm|python):)?(.*)$/.exec(written) ?? [];
  const npm: Pattern = { side: 'npm', matches: toExpression(glob) };
  const python: Pattern = { side: 'python', matches: toExpression(normalizePythonName(glob)) };
  if (side === 'npm') return [npm];
  return side === 'python' ? [python] : [npm, python];
}

function toExpression(glob: string): RegExp {
  const parts = glob.split(/\*+/).map((part) => part.replace(/[^A-Za-z0-9]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'i');
}
