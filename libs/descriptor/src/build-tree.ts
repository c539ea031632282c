import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Alias, Document, Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { limits } from '#kernel';
import type { Complaint, Findings } from './findings.js';
import { tooDeep } from './parse-yaml.js';
import { coreValue } from './scalar-value.js';
import { pointerOf, pointerStep } from './yaml-node.js';
import type { ListNode, MapNode, ScalarNode, YamlNode } from './yaml-node.js';

/** How strictly to read: a foreign file may be YAML 1.1, with merge keys, and the last of two equal keys wins. */
export type Dialect = 'native' | 'foreign';

/** Keys that reach an object's prototype in careless programs; nothing honest is called so. */
export const perilousKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Turns the parser's document into a tree of our own. Undefined when nothing is left of it. */
export function buildTree(
  document: Document.Parsed,
  dialect: Dialect,
  findings: Findings,
): YamlNode | undefined {
  try {
    return new TreeBuilder(dialect, findings).build(document.contents, null, '', 0);
  } catch (stop) {
    if (!(stop instanceof BeyondLimit)) throw stop;
    findings.error({ pointer: '', offset: stop.offset }, stop.complaint);
    return undefined;
  }
}

class BeyondLimit extends Error {
  constructor(
    readonly complaint: Complaint,
    readonly offset: number,
  ) {
    super(complaint.code);
  }
}

type Parent = ListNode | MapNode | null;

/** Nodes are filled while their children are built, since these point back to them. */
type Filling<T> = { -readonly [key in keyof T]: T[key] };

class TreeBuilder {
  private readonly anchors = new Map<string, Node>();
  private readonly open = new Set<Node>();
  private nodes = 0;
  private aliases = 0;
  /** The place of the alias that is being written out: problems inside point to it. */
  private aliasStart: number | undefined;

  constructor(
    private readonly dialect: Dialect,
    private readonly findings: Findings,
  ) {}

  build(node: Node | null, parent: Parent, key: string | number, depth: number): YamlNode {
    const start = this.startOf(node);
    this.nodes++;
    if (this.nodes > limits.descriptorNodes) throw new BeyondLimit(tooManyNodes, start);
    if (depth > limits.descriptorDepth) throw new BeyondLimit(tooDeep, start);
    if (isAlias(node)) return this.buildAlias(node, parent, key, depth);
    if (node && !isScalar(node) && node.anchor !== undefined) this.anchors.set(node.anchor, node);
    if (isScalar(node)) return this.buildScalar(node, start, parent, key);
    if (isMap(node)) return this.buildMap(node, start, parent, key, depth);
    if (isSeq(node)) return this.buildList(node, start, parent, key, depth);
    return { type: 'scalar', value: null, text: '', plain: true, start, parent, key };
  }

  private startOf(node: Node | null): number {
    return this.aliasStart ?? node?.range?.[0] ?? 0;
  }

  private report(complaint: Complaint, parent: Parent, key: string | number, offset: number): void {
    const place = { pointer: parent ? pointerOf(parent) + pointerStep(key) : '', offset };
    this.findings.add(this.dialect === 'native' ? 'error' : 'warning', place, complaint);
  }

  private buildScalar(node: Scalar, start: number, parent: Parent, key: string | number): ScalarNode {
    if (node.anchor !== undefined) this.anchors.set(node.anchor, node);
    const text = sourceOf(node);
    const plain = node.type === 'PLAIN' || node.type === undefined;
    const tag = node.tag?.replace(/^tag:yaml\.org,2002:/, '!!');
    if (tag !== undefined && !scalarTags.has(tag)) this.report(tagComplaint(tag), parent, key, start);
    const asText = tag === '!!str' || tag === '!' || (!plain && !resolvedTags.has(tag ?? ''));
    const written = asText ? undefined : coreValue(text);
    return {
      type: 'scalar',
      value: asText ? text : (written ?? null),
      text,
      plain: plain && !asText,
      start,
      parent,
      key,
    };
  }

  private buildList(
    node: YAMLSeq,
    start: number,
    parent: Parent,
    key: string | number,
    depth: number,
  ): ListNode {
    if (node.tag !== undefined && node.tag !== 'tag:yaml.org,2002:seq')
      this.reportTag(node, start, parent, key);
    const list: Filling<ListNode> = { type: 'list', items: [], start, parent, key };
    this.open.add(node);
    for (const item of node.items) {
      const child = isPair(item) ? null : (item as Node | null);
      list.items.push(this.build(child, list, list.items.length, depth + 1));
    }
    this.open.delete(node);
    return list;
  }

  private buildMap(
    node: YAMLMap,
    start: number,
    parent: Parent,
    key: string | number,
    depth: number,
  ): MapNode {
    if (node.tag !== undefined && node.tag !== 'tag:yaml.org,2002:map')
      this.reportTag(node, start, parent, key);
    const map: Filling<MapNode> = { type: 'map', entries: new Map(), start, parent, key };
    this.open.add(node);
    for (const pair of node.items) this.addPair(pair as Pair<Node | null, Node | null>, map, depth);
    this.open.delete(node);
    return map;
  }

  private addPair(pair: Pair<Node | null, Node | null>, map: MapNode, depth: number): void {
    const keyStart = this.startOf(pair.key);
    const key = this.keyText(pair.key, map, keyStart);
    if (key === undefined) return;
    if (key === '<<' && isScalar(pair.key) && pair.key.type === 'PLAIN')
      return this.merge(pair, map, keyStart, depth);
    if (perilousKeys.has(key)) return this.report(perilousKey(key), map.parent, map.key, keyStart);
    if (map.entries.has(key)) {
      this.report(duplicateKey(key, this.dialect), map, key, keyStart);
      if (this.dialect === 'native') return;
    }
    const value = this.build(pair.value ?? null, map, key, depth + 1);
    // A key without a value has no place of its own.
    const placed = pair.value ? value : { ...value, start: keyStart };
    map.entries.set(key, { keyStart, value: placed });
  }

  private keyText(node: Node | null, map: MapNode, keyStart: number): string | undefined {
    const key = isAlias(node) ? this.anchors.get(node.source) : node;
    if (isScalar(key)) {
      if (isScalar(node) && node.anchor !== undefined) this.anchors.set(node.anchor, node);
      const text = sourceOf(key);
      if (text.length <= limits.descriptorKeyCharacters && text !== '') return text;
    }
    this.report(keyNotText, map.parent, map.key, keyStart);
    return undefined;
  }

  private buildAlias(alias: Alias, parent: Parent, key: string | number, depth: number): YamlNode {
    const start = this.startOf(alias);
    if (++this.aliases > limits.descriptorAliases) throw new BeyondLimit(tooManyAliases, start);
    const target = this.anchors.get(alias.source);
    const outer = this.aliasStart;
    if (target && !this.open.has(target)) {
      this.aliasStart = start;
      const node = this.build(target, parent, key, depth);
      this.aliasStart = outer;
      return node;
    }
    this.report(target ? aliasInItself(alias.source) : unknownAnchor(alias.source), parent, key, start);
    // Most likely a text that starts with an asterisk.
    const written = `*${alias.source}`;
    return { type: 'scalar', value: written, text: written, plain: true, start, parent, key };
  }

  /** YAML 1.1's `<<`: the other map's entries, where this one has none of that name. */
  private merge(pair: Pair<Node | null, Node | null>, map: MapNode, keyStart: number, depth: number): void {
    if (this.dialect === 'native') return this.report(mergeKey, map.parent, map.key, keyStart);
    const value = this.build(pair.value ?? null, map, '<<', depth + 1);
    for (const source of value.type === 'list' ? value.items : [value]) {
      if (source.type !== 'map') continue;
      for (const [key, entry] of source.entries) {
        const adopted = { ...entry.value, parent: map, key } as YamlNode;
        if (!map.entries.has(key)) map.entries.set(key, { keyStart, value: adopted });
      }
    }
  }

  private reportTag(
    node: { tag?: string | undefined },
    start: number,
    parent: Parent,
    key: string | number,
  ): void {
    this.report(tagComplaint((node.tag ?? '').replace(/^tag:yaml\.org,2002:/, '!!')), parent, key, start);
  }
}

const isPair = (item: unknown): boolean => typeof item === 'object' && item !== null && 'key' in item;

/** Under the failsafe schema a scalar's value is its text. */
const sourceOf = (scalar: Scalar): string =>
  scalar.source ?? (typeof scalar.value === 'string' ? scalar.value : '');

/** Tags that say how to read a scalar that is in quotes. */
const resolvedTags: ReadonlySet<string> = new Set(['!!int', '!!float', '!!bool', '!!null']);
const scalarTags: ReadonlySet<string> = new Set([...resolvedTags, '!!str', '!']);

const tooManyNodes: Complaint = {
  code: 'too-many-values',
  message: `With its aliases written out a descriptor has at most ${limits.descriptorNodes} values; make it shorter.`,
};

const tooManyAliases: Complaint = {
  code: 'too-many-aliases',
  message: `A descriptor uses at most ${limits.descriptorAliases} aliases; write the values out.`,
};

const mergeKey: Complaint = {
  code: 'merge-key',
  message: 'YAML 1.2 has no merge key "<<"; write the keys out.',
};

const keyNotText: Complaint = {
  code: 'key-not-text',
  message: `A key is a text of 1 to ${limits.descriptorKeyCharacters} characters, not a map, a list or nothing.`,
};

const tagComplaint = (tag: string): Complaint => ({
  code: 'tag-not-allowed',
  message: `The tag ${tag.slice(0, limits.descriptorKeyCharacters)} isn't read here; remove it and write the plain value.`,
});

const perilousKey = (key: string): Complaint => ({
  code: 'key-not-allowed',
  message: `"${key}" can't be a key; choose another name.`,
});

const duplicateKey = (key: string, dialect: Dialect): Complaint => ({
  code: 'duplicate-key',
  message:
    dialect === 'native'
      ? `"${key}" stands here a second time; keep one of the two.`
      : `"${key}" stands here a second time; the last one counts.`,
});

const unknownAnchor = (anchor: string): Complaint => ({
  code: 'unknown-anchor',
  message: `There is no anchor "&${anchor}" before this alias; a text that starts with * is put in quotes.`,
});

const aliasInItself = (anchor: string): Complaint => ({
  code: 'alias-in-itself',
  message: `The alias "*${anchor}" stands inside what it names; write the value out.`,
});
