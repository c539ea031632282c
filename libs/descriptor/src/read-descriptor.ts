import { isScalar, isSeq } from 'yaml';
import type { Document } from 'yaml';
import { limits } from '#kernel';
import { buildTree } from './build-tree.js';
import { kindOfBrokenText, kindOfDocument } from './descriptor-kind.js';
import type { Descriptor, DescriptorKind, Reading } from './descriptor.js';
import { Findings } from './findings.js';
import { parseYaml } from './parse-yaml.js';
import type { ParsedYaml } from './parse-yaml.js';
import { readCloudLaunch } from './read-cloudlaunch.js';
import { readInsightConnect, warnOfOtherVendor } from './read-insightconnect.js';
import { readNative } from './read-native.js';
import { repairIndentation } from './repair-indentation.js';
import { coreValue } from './scalar-value.js';
import { decodeText, SourceText } from './source-text.js';

export interface ReadOptions {
  /**
   * `refuse` at publish; `ignore` where an older store reads a newer descriptor: keys that it doesn't know are
   * only worth a warning then.
   */
  readonly unknownKeys?: 'refuse' | 'ignore';
  /** The publisher to whom it is published; a foreign descriptor that names another is read with a warning. */
  readonly publisher?: string;
}

/**
 * Reads a descriptor of any kind and says everything that is wrong with it, in one answer, with places. Never
 * throws: whatever the bytes are, the answer says what to do.
 */
export function readDescriptor(bytes: Uint8Array, options: ReadOptions = {}): Reading {
  const findings = new Findings(options.unknownKeys);
  if (bytes.byteLength > limits.descriptorBytes) return tooLarge(bytes.byteLength, findings);
  const { source, parsed, kind } = parse(decodeText(bytes), findings);
  // In a foreign file a bad character is no reason to do without the rest.
  const severity = kind === 'native' || kind === null ? 'error' : 'warning';
  for (const { offset, ...complaint } of source.badCharacters)
    findings.add(severity, { pointer: '', offset }, complaint);
  const descriptors =
    parsed.document && kind !== null ? readDocument(parsed.document, kind, options, findings) : [];
  if (parsed.faults.length > 0) findings.forgetConsequences(parsed.faults);
  for (const { offset, code, message, fix } of parsed.faults)
    findings.error({ pointer: '', offset }, { code, message, fix });
  if (kind === null && parsed.faults.length === 0) reportNoMap(parsed.document, findings);
  return answer(kind, descriptors, findings, source);
}

interface Parsed {
  readonly source: SourceText;
  readonly parsed: ParsedYaml;
  readonly kind: DescriptorKind | null;
}

/** Parses the text; a foreign one that YAML 1.2 refuses once more with its lines indented as YAML 1.2 wants them. */
function parse(source: SourceText, findings: Findings): Parsed {
  const parsed = parseYaml(source.text);
  const kind =
    kindOfDocument(parsed.document) ?? (parsed.faults.length > 0 ? kindOfBrokenText(source.text) : null);
  const asItIs = { source, parsed, kind };
  if (parsed.faults.length === 0 || kind === 'native' || kind === null || !parsed.document) return asItIs;
  const repair = repairIndentation(source.text);
  const reparsed = repair && parseYaml(repair.text);
  if (!repair || !reparsed || reparsed.faults.length > 0) return asItIs;
  for (const { repairedOffset, spaces } of repair.insertions) {
    const message =
      'This line goes on further left than YAML 1.2 allows; it is read as YAML 1.1 was. Indent it.';
    findings.warning(
      { pointer: '', offset: repairedOffset + spaces },
      { code: 'barely-legal-yaml', message },
    );
  }
  return {
    source: source.repaired(repair.insertions),
    parsed: reparsed,
    kind: kindOfDocument(reparsed.document),
  };
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

function readDocument(
  document: Document.Parsed,
  kind: DescriptorKind,
  options: ReadOptions,
  findings: Findings,
): readonly Descriptor[] {
  const tree = buildTree(document, kind === 'native' ? 'native' : 'foreign', findings);
  if (tree?.type !== 'map') return [];
  if (kind === 'cloudlaunch') return readCloudLaunch(tree, findings);
  if (kind === 'insightconnect' && options.publisher !== undefined)
    warnOfOtherVendor(tree, options.publisher, findings);
  const descriptor =
    kind === 'insightconnect' ? readInsightConnect(tree, findings) : readNative(tree, findings);
  return descriptor ? [descriptor] : [];
}

function reportNoMap(document: Document.Parsed | undefined, findings: Findings): void {
  const contents = document?.contents;
  const written = isScalar(contents) ? contents.source : '';
  const what = isSeq(contents) ? 'a list' : coreValue(written) === null ? 'empty' : 'a text';
  const glued = /^[\w-]+\s*(?::(?=\S)|=)/.test(written);
  const hint = glued ? 'after each key come a colon and a space: "name: KubePlugin"' : 'start with "name: …"';
  const message = `A descriptor is a map with a name and a version, and this is ${what}; ${hint}.`;
  findings.error({ pointer: '', offset: contents?.range[0] ?? 0 }, { code: 'not-a-map', message });
}
