import { RegistryError, storePlaceholder } from '#kernel';
import { artifactsRefused, lockNotSatisfied } from './errors.js';
import type { ArtifactProblem } from './errors.js';
import { isUnavailable } from './is-unavailable.js';
import { readLock } from './read-lock.js';
import type { LockedFile } from './read-lock.js';
import type { PackagePin, ReleaseArtifact } from './release.js';
import type { ResolvedPackage, ResolveOptions } from './resolution.js';
import type { LockUpload } from './uploaded-artifact.js';

export interface ResolvedLock {
  /** What is kept of the lock: the artifact, and the document that hosts get. */
  readonly artifact: ReleaseArtifact & { readonly document: string };
  /** What it names beyond the packages of the release. */
  readonly held: readonly HeldFile[];
}

/** A file beyond those of the release, or a sentence that says why it can't be had. */
type Found = { readonly held: HeldFile } | { readonly problem: string };

interface HeldFile {
  readonly artifact: ReleaseArtifact;
  readonly pin: PackagePin;
}

/**
 * Sees to it that every file which the lock names is in the store: one of the release, one that the publisher may use, or
 * one that upstream has under that name with that digest. Addresses in the lock are never followed. Undefined where
 * upstream is needed and may not be asked yet. Throws `lock-invalid`, and `lock-not-satisfied` with all that is missing.
 */
export async function resolveLock(
  lock: LockUpload,
  packages: readonly ResolvedPackage[],
  options: ResolveOptions,
): Promise<ResolvedLock | undefined> {
  const parsed = readLock(lock.text, lock.filename);
  const { files } = parsed;
  if (parsed.problems.length > 0) throw artifactsRefused(parsed.problems);
  const own = new Set(packages.flatMap(({ uploads, held }) => [...uploads, ...held].map(keyOf)));
  const others = new Map(files.filter((file) => !own.has(keyOf(file))).map((file) => [keyOf(file), file]));
  const held: HeldFile[] = [];
  const missing: ArtifactProblem[] = [];
  for (const file of others.values()) {
    options.onProgress(file.filename, { done: held.length, of: others.size });
    const found = await find(file, options);
    if (found === 'upstream-needed') return undefined;
    if (found === 'unseen') continue;
    if ('held' in found) held.push(found.held);
    else missing.push({ code: 'lock-not-satisfied', filename: file.filename, message: found.problem });
  }
  if (missing.length > 0) throw lockNotSatisfied(missing);
  const { kind, filename, size, sha256 } = lock;
  const document = parsed.render(
    (file) => `${storePlaceholder}/api/v1/artifacts/${file.sha256}/${encodeURIComponent(file.filename)}`,
    `${storePlaceholder}/pypi/simple/`,
  );
  return { artifact: { kind, filename, size, sha256, document }, held };
}

const keyOf = ({ sha256, filename }: Pick<ReleaseArtifact, 'sha256' | 'filename'>): string =>
  `${sha256} ${filename}`;

async function find(
  file: LockedFile,
  options: ResolveOptions,
): Promise<Found | 'upstream-needed' | 'unseen'> {
  const { shelf, source, publisher, fetching } = options;
  const owner = await shelf.owner('python', file.package);
  const kept = owner === undefined ? undefined : await findKept(file, owner, options);
  if (kept) return kept;
  const { filename } = file;
  if (typeof owner === 'string') {
    const whose = owner === publisher ? 'you' : 'another publisher';
    const problem = `${filename} is of a package that belongs to ${whose}, and is not in the store: upload it first.`;
    return { problem };
  }
  if (!source.isOn('python'))
    return { problem: `${filename} is not in the store, which has no upstream to look in.` };
  if (fetching === 'pull') return pull(file, options);
  return fetching === 'look' ? 'unseen' : 'upstream-needed';
}

async function findKept(
  file: LockedFile,
  owner: string | null,
  { shelf, publisher }: ResolveOptions,
): Promise<Found | undefined> {
  const kept = await shelf.file('python', file.package, file.filename);
  if (!kept) return undefined;
  const { version, artifact } = kept;
  const pin = { side: 'python' as const, package: file.package, version };
  const mayUseAll = owner === null || owner === publisher;
  if (!mayUseAll && !(await shelf.knownFiles(pin)).some(({ sha256 }) => sha256 === artifact.sha256))
    return undefined;
  if (artifact.sha256 !== file.sha256)
    return { problem: `${file.filename} has other bytes than the lock wants: SHA-256 ${artifact.sha256}.` };
  const stopped = (await shelf.find(pin))?.quarantined;
  if (!stopped) return { held: { artifact, pin } };
  const reason = stopped.reason ?? 'no reason given';
  return { problem: `${file.package} ${version} is quarantined (${reason}): lock another version.` };
}

async function pull(file: LockedFile, options: ResolveOptions): Promise<Found> {
  const nowhere = { problem: `${file.filename} is neither in the store nor upstream.` };
  try {
    const pulled = await options.source.pullFile('python', file.package, file.filename);
    return (pulled && (await findKept(file, null, options))) ?? nowhere;
  } catch (error) {
    // What is refused of one file is told with the others; a silent upstream ends it.
    if (!(error instanceof RegistryError) || isUnavailable(error)) throw error;
    return { problem: error.message };
  }
}
