import type { Findings } from './findings.js';
import type { Rule } from './rule.js';
import { quoted, textComplaint } from './rule.js';
import { isExactNumber } from './scalar-value.js';
import type { MapNode, ScalarNode, YamlNode } from './yaml-node.js';
import { limits } from '#kernel';

/**
 * The node as JSON would hold it. Numbers that JSON or JavaScript can't keep as they were written, and texts
 * that can't be stored, are errors. No key can reach a prototype: such keys never enter the tree.
 */
export function plainValue(node: YamlNode, findings: Findings): unknown {
  if (node.type === 'map') return plainMap(node, findings);
  if (node.type === 'list') return node.items.map((item) => plainValue(item, findings));
  if (typeof node.value === 'number') return plainNumber(node, node.value, findings);
  if (typeof node.value !== 'string' || node.value === '') return node.value;
  const complaint = textComplaint(node.value, limits.descriptorTextCharacters);
  if (complaint) findings.error(node, complaint);
  return complaint ? null : node.value;
}

export function plainMap(map: MapNode, findings: Findings): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const [key, { value }] of map.entries) plain[key] = plainValue(value, findings);
  return plain;
}

function plainNumber(node: ScalarNode, value: number, findings: Findings): number | null {
  if (isExactNumber(value, node.text)) return value;
  const fix = quoted(node);
  const message = `The number ${node.text.slice(0, 60)} can't be kept exactly; put it in quotes.`;
  findings.error(node, { code: 'number-not-exact', message, fix });
  return null;
}

/** A map with any keys and any values. */
export function anyMap(description: string): Rule<Readonly<Record<string, unknown>>> {
  return {
    schema: { type: 'object', description },
    read(node, findings) {
      if (node.type === 'map') return plainMap(node, findings);
      findings.error(node, { code: 'not-a-map', message: 'A map is due here, e.g. {nodes: 3}.' });
      return undefined;
    },
  };
}
