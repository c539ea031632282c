import { fileTaken, packageNotFound, packageOwned, packageQuarantined } from './errors.js';
import type { MatchedReference } from './match-artifacts.js';
import type { HeldPackage, HeldVersion, PackageShelf } from './package-shelf.js';
import { samePackageVersion } from './package-references.js';
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
    references.map(async (reference) => {
      const held = await shelf.find(reference.side, reference.package);
      return reference.uploads.length > 0
        ? resolveUploaded(reference, held, publisher, shelf)
        : resolveHeld(reference, held, publisher, shelf);
    }),
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
  reference: MatchedReference,
  held: HeldPackage | undefined,
  publisher: string,
  shelf: PackageShelf,
): Promise<ResolvedPackage> {
  const { side, package: name, uploads } = reference;
  const uploaded = uploads[0]?.version ?? '';
  const existing = held?.versions.find(({ version }) => samePackageVersion(side, version, uploaded));
  const pin = { side, package: name, version: existing?.version ?? uploaded };
  if (held && held.owner !== publisher) throw packageOwned(pin);
  if (!existing) return { pin, uploads, held: [] };
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
  reference: MatchedReference,
  held: HeldPackage | undefined,
  publisher: string,
  shelf: PackageShelf,
): Promise<ResolvedPackage | undefined> {
  const { side, package: name, version: named } = reference;
  const usable = held?.versions.filter(({ known }) => known || held.owner === publisher) ?? [];
  const chosen =
    named === null ? newest(usable) : usable.find(({ version }) => samePackageVersion(side, version, named));
  if (!chosen) return undefined;
  const pin = { side, package: name, version: chosen.version };
  if (chosen.quarantined) throw packageQuarantined(pin, chosen.quarantined.reason);
  return { pin, uploads: [], held: await shelf.files(pin) };
}

/** As pip and npm choose: the highest stable version, else the highest pre-release. */
function newest(versions: readonly HeldVersion[]): HeldVersion | undefined {
  const open = versions.filter(({ quarantined }) => !quarantined);
  return open.findLast(({ stable }) => stable) ?? open.at(-1);
}
