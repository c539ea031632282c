import { limits } from '#kernel';
import type { Findings } from './findings.js';
import { quoted, textComplaint } from './rule.js';
import type { Rule } from './rule.js';
import { isExactNumber, yaml11Boolean } from './scalar-value.js';
import { kindOf } from './yaml-node.js';
import type { MapNode, ScalarNode, YamlNode } from './yaml-node.js';

/** `tolerant` is for foreign descriptors: what can't be kept as it is becomes a text, with a warning. */
type Manner = 'strict' | 'tolerant';

/**
 * The node as JSON would hold it. Numbers that JSON or JavaScript can't keep as they were written, and texts
 * that can't be stored, are errors. No key can reach a prototype: such keys never enter the tree.
 */
export function plainValue(node: YamlNode, findings: Findings, manner: Manner = 'strict'): unknown {
  if (node.type === 'map') return plainMap(node, findings, manner);
  if (node.type === 'list') return node.items.map((item) => plainValue(item, findings, manner));
  if (typeof node.value === 'number') return plainNumber(node, node.value, findings, manner);
  if (typeof node.value !== 'string' || node.value === '') return node.value;
  return plainText(node, node.value, findings, manner);
}

export function plainMap(
  map: MapNode,
  findings: Findings,
  manner: Manner = 'strict',
): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const [key, { value }] of map.entries) plain[key] = plainValue(value, findings, manner);
  return plain;
}

function plainText(node: ScalarNode, text: string, findings: Findings, manner: Manner): unknown {
  const meant = manner === 'tolerant' && node.plain ? yaml11Boolean(text) : undefined;
  if (meant !== undefined) {
    const message = `"${text}" is read as ${String(meant)}, as YAML 1.1 did; write ${String(meant)}, or quote it.`;
    findings.warning(node, { code: 'ambiguous-scalar', message, fix: String(meant) });
    return meant;
  }
  const complaint = textComplaint(text, limits.descriptorTextCharacters);
  if (!complaint) return text;
  findings.add(manner === 'strict' ? 'error' : 'warning', node, complaint);
  return null;
}

function plainNumber(node: ScalarNode, value: number, findings: Findings, manner: Manner): unknown {
  if (isExactNumber(value, node.text)) return value;
  const message = `The number ${node.text.slice(0, 60)} can't be kept exactly; put it in quotes.`;
  findings.add(manner === 'strict' ? 'error' : 'warning', node, {
    code: 'number-not-exact',
    message,
    fix: quoted(node),
  });
  return manner === 'strict' ? null : node.text;
}

/** A map with any keys and any values. */
export function anyMap(description: string): Rule<Readonly<Record<string, unknown>>> {
  return {
    schema: { type: 'object', description },
    read(node, findings) {
      if (node.type === 'map') return plainMap(node, findings);
      findings.error(node, {
        code: 'not-a-map',
        message: `A map is due here, e.g. {nodes: 3}, not ${kindOf(node)}.`,
      });
      return undefined;
    },
  };
}
