import { closestWord } from '#kernel';
import { keyPlace } from './findings.js';
import type { Findings } from './findings.js';
import type { MapNode } from './yaml-node.js';

/** For every key that isn't known, the one of the others that it was probably meant to be. */
export function meantKeys(
  map: MapNode,
  known: readonly string[],
  mistaken: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const free = known.filter((key) => !map.entries.has(key));
  const meant = new Map<string, string>();
  for (const key of map.entries.keys()) {
    if (known.includes(key)) continue;
    const word = Object.hasOwn(mistaken, key) ? mistaken[key] : closestWord(key, free);
    if (word !== undefined) meant.set(key, word);
  }
  return meant;
}

/** An error, with the key that was meant or what else may have happened. */
export function reportUnknownKey(
  map: MapNode,
  key: string,
  known: readonly string[],
  meant: string | undefined,
  findings: Findings,
): void {
  const hint = meant === undefined ? hintFor(key, known) : `did you mean "${meant}"?`;
  const message = `"${key}" isn't a key here; ${hint}`;
  const severity = findings.unknownKeys === 'ignore' ? 'warning' : 'error';
  findings.add(severity, keyPlace(map, key), { code: 'unknown-key', message, fix: meant });
}

function hintFor(key: string, known: readonly string[]): string {
  const odd = /^[^\P{Z} ]|^[\u200b\ufeff]/u.exec(key)?.[0].codePointAt(0);
  if (odd !== undefined)
    return `it starts with the character U+${odd.toString(16).toUpperCase().padStart(4, '0')}, which isn't a plain space.`;
  if (key.startsWith('//')) return 'a comment in YAML starts with #.';
  if (key === '$schema') return 'editors read it from a comment: # yaml-language-server: $schema=….';
  return `known here are ${known.join(', ')}.`;
}
