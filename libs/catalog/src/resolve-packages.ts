import { fileTaken, packageNotFound, packageOwned, packageQuarantined } from './errors.js';
import type { MatchedReference } from './match-artifacts.js';
import type { HeldVersion, PackageShelf } from './package-shelf.js';
import type { PackagePin, ReleaseArtifact } from './release.js';
import type { PackageUpload } from './uploaded-artifact.js';

/** A package version that the release names, and its files. */
export interface ResolvedPackage {
  readonly pin: PackagePin;
  /** Those that the store doesn't hold yet. */
  readonly uploads: readonly PackageUpload[];
  readonly held: readonly ReleaseArtifact[];
}

/**
 * Chooses one version of every package: the one that came along, the one that is named, else the newest stable one that
 * the store holds and the publisher may use.
 */
export async function resolvePackages(
  references: readonly MatchedReference[],
  publisher: string,
  shelf: PackageShelf,
): Promise<readonly ResolvedPackage[]> {
  const resolved = await Promise.all(
    references.map((reference) =>
      reference.uploads.length > 0
        ? resolveUploaded(reference, publisher, shelf)
        : resolveHeld(reference, publisher, shelf),
    ),
  );
  const missing = references.filter((_, index) => resolved[index] === undefined);
  if (missing.length > 0) {
    throw packageNotFound(
      missing.map(({ side, package: name, version }) => ({ side, package: name, version })),
    );
  }
  return resolved.filter((found) => found !== undefined);
}

async function resolveUploaded(
  { side, package: name, uploads }: MatchedReference,
  publisher: string,
  shelf: PackageShelf,
): Promise<ResolvedPackage> {
  const uploaded = { side, package: name, version: uploads[0]?.version ?? '' };
  const owner = await shelf.owner(side, name);
  if (owner !== undefined && owner !== publisher) throw packageOwned(uploaded);
  const existing = owner === undefined ? undefined : await shelf.find(uploaded);
  if (!existing) return { pin: uploaded, uploads, held: [] };
  const pin = { ...uploaded, version: existing.version };
  if (existing.quarantined) throw packageQuarantined(pin, existing.quarantined.reason);
  const files = await shelf.files(pin);
  const contradicting = uploads.find((upload) => files.some((file) => contradicts(upload, file)));
  if (contradicting) throw fileTaken(pin, contradicting.filename);
  const digests = new Set(files.map(({ sha256 }) => sha256));
  return { pin, uploads: uploads.filter(({ sha256 }) => !digests.has(sha256)), held: files };
}

/** A file name stands for the same bytes for ever, and a version has one sdist or tarball. */
function contradicts(upload: PackageUpload, file: ReleaseArtifact): boolean {
  if (upload.sha256 === file.sha256) return false;
  return upload.filename === file.filename || (upload.kind === file.kind && file.kind !== 'wheel');
}

async function resolveHeld(
  { side, package: name, version: named }: MatchedReference,
  publisher: string,
  shelf: PackageShelf,
): Promise<ResolvedPackage | undefined> {
  const owner = await shelf.owner(side, name);
  if (owner === undefined) return undefined;
  const mayUse = async ({ version }: HeldVersion) =>
    owner === publisher || owner === null || (await shelf.isKnown({ side, package: name, version }));
  const chosen =
    named === null
      ? await newest(await shelf.versions(side, name), mayUse)
      : await shelf.find({ side, package: name, version: named });
  if (!chosen || !(await mayUse(chosen))) return undefined;
  const pin = { side, package: name, version: chosen.version };
  if (chosen.quarantined) throw packageQuarantined(pin, chosen.quarantined.reason);
  return {
    pin,
    uploads: [],
    held: await (owner === publisher || owner === null ? shelf.files(pin) : shelf.knownFiles(pin)),
  };
}

/** As pip and npm choose: the highest stable version, else the highest pre-release. */
async function newest(
  versions: readonly HeldVersion[],
  mayUse: (version: HeldVersion) => Promise<boolean>,
): Promise<HeldVersion | undefined> {
  const open = versions.filter(({ quarantined }) => !quarantined).reverse();
  const byChoice = [...open.filter(({ stable }) => stable), ...open.filter(({ stable }) => !stable)];
  for (const version of byChoice) if (await mayUse(version)) return version;
  return undefined;
}
