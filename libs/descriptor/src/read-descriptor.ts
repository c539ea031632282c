import { limits } from '#kernel';
import type { Document } from 'yaml';
import { isMap, isScalar, isSeq } from 'yaml';
import { buildTree } from './build-tree.js';
import type { Descriptor, DescriptorKind, Reading } from './descriptor.js';
import { Findings } from './findings.js';
import { parseYaml } from './parse-yaml.js';
import { readNative } from './read-native.js';
import { decodeText, SourceText } from './source-text.js';

export interface ReadOptions {
  /**
   * `refuse` at publish; `ignore` where an older store reads a newer descriptor: keys that it doesn't know are
   * only worth a warning then.
   */
  readonly unknownKeys?: 'refuse' | 'ignore';
}

/**
 * Reads a descriptor of any kind and says everything that is wrong with it, in one answer, with places. Never
 * throws: whatever the bytes are, the answer says what to do.
 */
export function readDescriptor(bytes: Uint8Array, options: ReadOptions = {}): Reading {
  const findings = new Findings(options.unknownKeys);
  if (bytes.byteLength > limits.descriptorBytes) return tooLarge(bytes.byteLength, findings);
  const source = decodeText(bytes);
  const parsed = parseYaml(source.text);
  const kind = parsed.document ? kindOfDocument(parsed.document) : null;
  for (const { offset, ...complaint } of parsed.faults) findings.error({ pointer: '', offset }, complaint);
  for (const { offset, ...complaint } of source.badCharacters)
    findings.error({ pointer: '', offset }, complaint);
  const descriptors = parsed.document && kind !== null ? readDocument(parsed.document, findings) : [];
  if (kind === null) reportNoMap(parsed.document, parsed.faults.length > 0, findings);
  return answer(kind, descriptors, findings, source);
}

function answer(
  kind: DescriptorKind | null,
  descriptors: readonly Descriptor[],
  findings: Findings,
  source: SourceText,
): Reading {
  const valid = !findings.hasError;
  return { kind, valid, problems: findings.problems(source), descriptors: valid ? descriptors : [] };
}

function tooLarge(bytes: number, findings: Findings): Reading {
  const message = `A descriptor has at most ${limits.descriptorBytes} bytes and this has ${bytes}; make it shorter.`;
  findings.error({ pointer: '', offset: 0 }, { code: 'descriptor-too-large', message });
  return answer(null, [], findings, new SourceText(''));
}

function kindOfDocument(document: Document.Parsed): DescriptorKind | null {
  if (!isMap(document.contents)) return null;
  return 'native';
}

function readDocument(document: Document.Parsed, findings: Findings): Descriptor[] {
  const tree = buildTree(document, 'native', findings);
  if (tree?.type !== 'map') return [];
  const descriptor = readNative(tree, findings);
  return descriptor ? [descriptor] : [];
}

function reportNoMap(document: Document.Parsed | undefined, saidWhy: boolean, findings: Findings): void {
  if (saidWhy) return;
  const contents = document?.contents;
  const what = isSeq(contents) ? 'a list' : isScalar(contents) && contents.source ? 'a text' : 'empty';
  const message = `A descriptor is a map with a name and a version, and this is ${what}; start with "name: …".`;
  findings.error({ pointer: '', offset: contents?.range?.[0] ?? 0 }, { code: 'not-a-map', message });
}
