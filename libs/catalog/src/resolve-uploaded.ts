import { fileTaken, packageOwned, packageQuarantined } from './errors.js';
import type { MatchedReference } from './match-artifacts.js';
import type { ReleaseArtifact } from './release.js';
import type { ResolvedPackage, ResolveOptions } from './resolution.js';
import type { PackageUpload } from './uploaded-artifact.js';

/** The package version that came along; throws unless the publisher may have the name and the files fit to earlier ones. */
export async function resolveUploaded(
  { side, package: name, uploads }: MatchedReference,
  owner: string | null | undefined,
  { publisher, shelf, source, namesAreOurs }: ResolveOptions,
): Promise<ResolvedPackage> {
  const uploaded = { side, package: name, version: uploads[0]?.version ?? '' };
  if (typeof owner !== 'string' && !namesAreOurs) await source.requireFree(side, name, publisher);
  if (typeof owner === 'string' && owner !== publisher) throw packageOwned(uploaded);
  const existing = owner === undefined ? undefined : await shelf.find(uploaded);
  if (!existing) return { pin: uploaded, uploads, held: [], leftOut: [], unseen: false };
  const pin = { ...uploaded, version: existing.version };
  if (existing.quarantined) throw packageQuarantined(pin, existing.quarantined.reason);
  const files = await shelf.files(pin);
  const contradicting = uploads.find((upload) => files.some((file) => contradicts(upload, file)));
  if (contradicting) throw fileTaken(pin, contradicting.filename);
  const digests = new Set(files.map(({ sha256 }) => sha256));
  const added = uploads.filter(({ sha256 }) => !digests.has(sha256));
  return { pin, uploads: added, held: files, leftOut: [], unseen: false };
}

/** A file name stands for the same bytes for ever, and a version has one sdist or tarball. */
function contradicts(upload: PackageUpload, file: ReleaseArtifact): boolean {
  if (upload.sha256 === file.sha256) return false;
  return upload.filename === file.filename || (upload.kind === file.kind && file.kind !== 'wheel');
}
