/**
 * A YAML text as a tree with places. Aliases are written out, keys are text, and maps are JavaScript Maps,
 * so that no key can reach a prototype.
 */
export type YamlNode = ScalarNode | ListNode | MapNode;

interface Placed {
  /** Offset in the text. */
  readonly start: number;
  readonly parent: ListNode | MapNode | null;
  /** The key or index under which the parent holds it. */
  readonly key: string | number;
}

export interface ScalarNode extends Placed {
  readonly type: 'scalar';
  readonly value: string | number | boolean | null;
  /** As written, without quotes and with lines joined. */
  readonly text: string;
  /** Whether it was written without quotes. */
  readonly plain: boolean;
}

export interface ListNode extends Placed {
  readonly type: 'list';
  readonly items: YamlNode[];
}

export interface MapNode extends Placed {
  readonly type: 'map';
  readonly entries: Map<string, MapEntry>;
}

export interface MapEntry {
  readonly keyStart: number;
  readonly value: YamlNode;
}

/** JSON pointer (RFC 6901) of the node in its document. */
export function pointerOf(node: YamlNode): string {
  const steps: string[] = [];
  for (let at: YamlNode = node; at.parent !== null; at = at.parent) steps.push(pointerStep(at.key));
  return steps.reverse().join('');
}

/** One step of a JSON pointer, with its slash. */
export function pointerStep(key: string | number): string {
  return `/${String(key).replace(/~/g, '~0').replace(/\//g, '~1')}`;
}

/** How a node is called in sentences. */
export function kindOf(node: YamlNode): string {
  if (node.type !== 'scalar') return node.type === 'map' ? 'a map' : 'a list';
  if (node.value === null) return 'nothing';
  if (typeof node.value === 'string') return 'a text';
  return typeof node.value === 'number'
    ? 'a number'
    : `${String(node.value)}, which YAML takes for yes or no`;
}
