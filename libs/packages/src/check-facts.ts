import { RegistryError } from '#kernel';
import type { FileRecord } from './upstream/file-records.js';
import { inspectArtifact } from './inspect/inspect-artifact.js';
import type { KeptBytes } from './kept-bytes.js';
import { comparePythonVersions } from './python/python-version.js';

/** Digests of the bytes, as they were read just now. */
export interface ReadDigests {
  /** `sha512-…`, as npm has it. */
  readonly integrity: string;
  /** SHA-1 in hexadecimal. */
  readonly shasum: string;
}

type Facts = Readonly<Record<string, unknown>>;

/** What is computed from the contents of an artifact, by the names of its facts. */
const computed = ['package', 'files', 'unpackedSize', 'metadata', 'mediaType'] as const;

/**
 * The names of those facts of a record that aren't what the bytes themselves say; `bytes` are whole. Of what was pulled and
 * never looked into, only what the outside of the bytes tells.
 */
export async function checkFacts(
  record: FileRecord,
  bytes: KeptBytes,
  digests: ReadDigests,
): Promise<string[]> {
  const { facts } = record;
  // Of a METADATA by itself nothing is written down but its digest and its size.
  if (record.kind === 'metadata') return [];
  if (typeof facts !== 'object' || facts === null) return ['all of them'];
  const outside: Facts = {
    filename: record.filename,
    kind: record.kind,
    sha256: bytes.sha256,
    size: bytes.size,
    ...(record.kind === 'tarball' ? digests : {}),
  };
  const wrong = Object.keys(outside).filter((name) => !isSame((facts as Facts)[name], outside[name]));
  if (wrong.length > 0 || !wasInspected(record, facts as Facts)) return wrong;
  return checkContents(record, facts as Facts, bytes);
}

async function checkContents(record: FileRecord, facts: Facts, bytes: KeptBytes): Promise<string[]> {
  try {
    const found = (await inspectArtifact(bytes, record.filename)) as unknown as Facts;
    const wrong = computed.filter((name) => name in facts && !isSame(facts[name], found[name]));
    return isSameVersion(record, facts, found) ? wrong : [...wrong, 'version'];
  } catch (error) {
    if (error instanceof RegistryError && error.code !== 'blob-missing') return ['what kind of file it is'];
    throw error;
  }
}

/** A version on the Python side may be kept in another spelling than the file has it in. */
function isSameVersion(record: FileRecord, facts: Facts, found: Facts): boolean {
  const [kept, read] = [facts['version'], found['version']];
  if (typeof kept !== 'string' || typeof read !== 'string') return kept === read;
  const isPython = record.kind === 'wheel' || record.kind === 'sdist';
  return kept === read || (isPython && comparePythonVersions(kept, read) === 0);
}

/** Of a pulled sdist that can't be told by its facts; upstream has many that the store would not take. */
function wasInspected({ kind, isUpstream }: FileRecord, { files, metadata }: Facts): boolean {
  if (kind === 'tarball') return Array.isArray(files) && files.length > 0;
  return kind === 'wheel' ? metadata !== null : !isUpstream;
}

/** Whether two values of JSON are the same, whatever the order of their keys. */
function isSame(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([x], [y]) => (x < y ? -1 : 1)))
      : part,
  );
}
