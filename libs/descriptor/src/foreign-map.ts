import { closestWord, limits } from '#kernel';
import { keyPlace } from './findings.js';
import type { Findings } from './findings.js';
import { textComplaint } from './rule.js';
import { isYaml11Number, yaml11Boolean } from './scalar-value.js';
import { kindOf } from './yaml-node.js';
import type { MapNode, ScalarNode, YamlNode } from './yaml-node.js';

/**
 * A map of a foreign descriptor, read as far as it goes. Nothing in it is an error; whatever can't be used, or
 * isn't asked for, is a warning that names the line, so that nothing is dropped in silence.
 */
export class ForeignMap {
  private readonly asked = new Set<string>();

  constructor(
    readonly node: MapNode,
    readonly findings: Findings,
  ) {}

  keys(): IterableIterator<string> {
    return this.node.entries.keys();
  }

  /** What stands under the key; undefined when nothing does. */
  get(key: string): YamlNode | undefined {
    this.asked.add(key);
    const value = this.node.entries.get(key)?.value;
    return value?.type === 'scalar' && value.value === null ? undefined : value;
  }

  map(key: string): ForeignMap | undefined {
    const value = this.get(key);
    if (value === undefined || value.type === 'map') return value && new ForeignMap(value, this.findings);
    this.unusable(value, 'a map');
    return undefined;
  }

  text(key: string, maxCharacters: number): string | null {
    const value = this.get(key);
    return value === undefined ? null : foreignText(value, maxCharacters, this.findings);
  }

  /** A list of texts, or one text in its place. Each stands in it once. */
  texts(key: string, maxCharacters: number): string[] {
    const value = this.get(key);
    if (value === undefined) return [];
    const texts = (value.type === 'list' ? value.items : [value])
      .map((item) =>
        item.type === 'scalar' && item.value === null
          ? null
          : foreignText(item, maxCharacters, this.findings),
      )
      .filter((text) => text !== null);
    return [...new Set(texts)];
  }

  /** true or false, also as YAML 1.1 wrote them. */
  flag(key: string): boolean | undefined {
    const value = this.get(key);
    if (value?.type === 'scalar') {
      if (typeof value.value === 'boolean') return value.value;
      const meant = yaml11Boolean(value.text);
      if (meant !== undefined) this.findings.warning(value, yaml11Word(value.text, String(meant)));
      if (meant !== undefined) return meant;
    }
    if (value) this.unusable(value, 'true or false');
    return undefined;
  }

  /**
   * Warns of every key that wasn't asked for: of those that belong to the format that they are kept in the text
   * only, of others that they are unknown.
   */
  reportRest(known: readonly string[], mistaken: Readonly<Record<string, string>> = {}): void {
    for (const key of this.node.entries.keys()) {
      if (this.asked.has(key)) continue;
      if (known.includes(key)) {
        const message = `"${key}" is kept in the descriptor's text and has no other effect here.`;
        this.findings.warning(keyPlace(this.node, key), { code: 'not-carried', message });
      } else {
        const fix = Object.hasOwn(mistaken, key)
          ? mistaken[key]
          : closestWord(key, [...known, ...this.asked]);
        const hint = fix === undefined ? 'it is left out' : `did you mean "${fix}"?`;
        const message = `"${key}" isn't a key here; ${hint}${fix === undefined ? '.' : ''}`;
        this.findings.warning(keyPlace(this.node, key), { code: 'unknown-key', message, fix });
      }
    }
  }

  private unusable(node: YamlNode, due: string): void {
    this.findings.warning(node, {
      code: 'value-left-out',
      message: `${due} is due here, not ${kindOf(node)}; it is left out.`,
    });
  }
}

/** A scalar as a text, as it was written: 1.10 stays 1.10. Null when there is none in it. */
export function foreignText(node: YamlNode, maxCharacters: number, findings: Findings): string | null {
  if (node.type !== 'scalar') {
    findings.warning(node, {
      code: 'value-left-out',
      message: `A text is due here, not ${kindOf(node)}; it is left out.`,
    });
    return null;
  }
  warnOfOtherReading(node, findings);
  const readable = node.text.trim();
  if (readable === '') return null;
  const complaint = textComplaint(readable, maxCharacters);
  if (!complaint) return readable;
  findings.warning(node, complaint);
  // eslint-disable-next-line no-control-regex -- replacing control characters is its purpose
  return readable.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\p{Surrogate}/gu, '\uFFFD').slice(0, maxCharacters);
}

/** Texts without quotes that a YAML parser, of this version or of 1.1, takes for something else. */
function warnOfOtherReading(node: ScalarNode, findings: Findings): void {
  if (!node.plain) return;
  const other =
    typeof node.value !== 'string' || yaml11Boolean(node.text) !== undefined || isYaml11Number(node.text);
  if (other) findings.warning(node, yaml11Word(node.text, JSON.stringify(node.text)));
}

/** Warns where YAML 1.1 says yes or no and YAML 1.2 reads a text. */
export function warnOfYaml11(node: YamlNode | undefined, findings: Findings): void {
  if (node?.type !== 'scalar' || !node.plain || yaml11Boolean(node.text) === undefined) return;
  findings.warning(node, yaml11Word(node.text, JSON.stringify(node.text)));
}

const yaml11Word = (written: string, fix: string) => ({
  code: 'ambiguous-scalar',
  message: `Some YAML parsers read ${written.slice(0, 60)} otherwise than it is meant; write ${fix.slice(0, 70)}.`,
  fix: fix.slice(0, limits.descriptorLineCharacters),
});
