import { RegistryError } from '#kernel';
import type { PackageSide } from './package-side.js';

/** The part of an artifact that a refusal is about. */
export interface ArtifactPlace {
  readonly filename: string;
  /** The archive's member, as its own directory names it. */
  readonly entry?: string | undefined;
}

/** Why a tar can't be read, and a zip neither: the codes, each of which the contract has to describe. */
export type TarFlaw =
  | 'archive-damaged'
  | 'archive-device'
  | 'archive-duplicate-entry'
  | 'archive-entry-name'
  | 'archive-entry-outside'
  | 'archive-link';

/** The same of all that the file of a package may be refused for. */
export type ArtifactFlaw =
  | TarFlaw
  | 'archive-encrypted'
  | 'archive-layout'
  | 'archive-method'
  | 'artifact-kind-unknown'
  | 'artifact-name-invalid'
  | 'artifact-name-mismatch'
  | 'metadata-ambiguous'
  | 'metadata-invalid'
  | 'metadata-missing'
  | 'requirement-by-address'
  | 'wheel-digest-mismatch';

/** Why there is too much in it. */
export type ArtifactExcess = 'archive-bomb' | 'artifact-part-too-large';

/** The same of a plugin's icon. */
export type IconFlaw = 'icon-damaged' | 'icon-unsafe';
export type IconExcess = 'icon-too-large';

/** The bytes of an artifact can't be accepted; `entry` says which member of the archive is why. */
export function artifactRefused(
  code: ArtifactFlaw | IconFlaw,
  place: ArtifactPlace,
  sentence: string,
): RegistryError {
  return new RegistryError('invalid', code, `${quoted(place)}: ${sentence}`, { details: detailsOf(place) });
}

/** Unpacked, or by itself, the artifact would be larger than the store takes. */
export function artifactTooBig(
  code: ArtifactExcess | IconExcess,
  place: ArtifactPlace,
  sentence: string,
): RegistryError {
  return new RegistryError('too-large', code, `${quoted(place)}: ${sentence}`, { details: detailsOf(place) });
}

export function artifactTooLarge(maxBytes: number): RegistryError {
  return new RegistryError(
    'too-large',
    'artifact-too-large',
    `An artifact may have up to ${maxBytes} bytes here; leave out what its users don't need, or ask the store's administrator.`,
    { details: { max_bytes: maxBytes } },
  );
}

export function blobMissing(sha256: string): RegistryError {
  return new RegistryError(
    'not-found',
    'blob-missing',
    `The store has no bytes with the SHA-256 ${shortened(sha256)}; ask its administrator to run the verification.`,
  );
}

/** The bytes that the store has under a digest aren't those. */
export function blobDamaged(sha256: string): RegistryError {
  return new RegistryError(
    'unavailable',
    'blob-damaged',
    `The store has other bytes than those with the SHA-256 ${shortened(sha256)}, and hands them to nobody: ask its administrator to run \`mortise-registry verify\`, which says how to mend it.`,
  );
}

function detailsOf({ filename, entry }: ArtifactPlace): Record<string, string> {
  return { filename: shortened(filename), ...(entry === undefined ? {} : { entry: shortened(entry) }) };
}

function quoted({ filename, entry }: ArtifactPlace): string {
  return entry === undefined
    ? shortened(filename)
    : `${shortened(filename)}, entry ${JSON.stringify(shortened(entry))}`;
}

export function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

export const artifactNotFound = (): RegistryError =>
  new RegistryError(
    'not-found',
    'artifact-not-found',
    'No release has an artifact with that digest and file name: take the address from a manifest or a release.',
  );

export const artifactQuarantined = (filename: string, reason: string | null): RegistryError =>
  new RegistryError(
    'forbidden',
    'quarantined',
    `${shortened(filename)} is quarantined and not handed out (${reason ?? 'no reason given'}): use another version.`,
    { details: { reason } },
  );

export const packageNotNamed = (filename: string, found: string, named: string): RegistryError =>
  new RegistryError(
    'invalid',
    'package-not-named',
    `${shortened(filename)} is ${shortened(found)} by its own metadata, and was sent as ${shortened(named)}: send it under its own name and version.`,
    { details: { filename: shortened(filename) } },
  );

export const publisherNeeded = (name: string, memberOf: readonly string[]): RegistryError =>
  new RegistryError(
    'forbidden',
    'publisher-needed',
    memberOf.length === 0
      ? `"${shortened(name)}" is new here, and you are a member of no publisher: make one (POST /api/v1/publishers), or ask to be added to one.`
      : `"${shortened(name)}" is new here, and you are a member of several publishers (${memberOf.slice(0, 5).join(', ')}): upload with a token that is made for one of them (POST /api/v1/tokens with "publisher").`,
    { details: { publishers: memberOf } },
  );

export const notAMaintainer = (name: string, publisher: string): RegistryError =>
  new RegistryError(
    'forbidden',
    'not-a-maintainer',
    `"${shortened(name)}" belongs to the publisher "${publisher}", which your credential is not good for: ask one of its owners to add you, or upload under a name of your own.`,
    { details: { publisher } },
  );

export const nameDiffersInCase = (name: string, other: string): RegistryError =>
  new RegistryError(
    'forbidden',
    'name-differs-in-case',
    `The store has an npm package "${shortened(other)}", and capital letters alone tell "${shortened(name)}" from it: choose another name, or ask an administrator to grant you this one (PUT /api/v1/packages/npm/${encodeURIComponent(shortened(name))}/owner).`,
    { details: { package: shortened(name) } },
  );

export const scopeTaken = (scope: string, publisher: string): RegistryError =>
  new RegistryError(
    'forbidden',
    'scope-taken',
    `The scope ${shortened(scope)} is used by the publisher "${publisher}": upload under a scope of your own.`,
    { details: { scope } },
  );

export const nameTakenUpstream = (side: PackageSide, name: string): RegistryError =>
  new RegistryError(
    'forbidden',
    'name-taken-upstream',
    `The upstream registry has a package "${shortened(name)}" already: choose another name, or ask an administrator to grant you this one (PUT /api/v1/packages/${side}/${encodeURIComponent(shortened(name))}/owner).`,
    { details: { side, package: shortened(name) } },
  );

export const packageNotFound = (name: string): RegistryError =>
  new RegistryError(
    'not-found',
    'package-not-found',
    `There is no package "${shortened(name)}" here: check how it is spelt, and whether the store's upstream has it.`,
  );

export const uploadFormInvalid = (what: string): RegistryError =>
  new RegistryError(
    'invalid',
    'upload-form-invalid',
    `The form is not as twine and uv send it: ${what}. Upload with \`twine upload\` or \`uv publish\`.`,
  );

export const attestationsNotKept = (): RegistryError =>
  new RegistryError(
    'invalid',
    'attestations-not-kept',
    'The store keeps no attestations (PEP 740): upload without them (twine without --attestations, uv publish with --no-attestations).',
  );

export const sentDigestWrong = (member: string): RegistryError =>
  new RegistryError(
    'invalid',
    'sent-digest-wrong',
    `The file that arrived is not the one whose "${member}" was sent with it: send it again.`,
    { details: { member } },
  );

/** Of what is upstream's the store may not know yet that there is such a thing. */
export const packageNotOwned = (name: string): RegistryError =>
  new RegistryError(
    'not-found',
    'package-not-found',
    `"${shortened(name)}" is none of the store's own packages: check how it is spelt. What is said of upstream's packages is said there.`,
  );

export const packageFileNotFound = (name: string, filename: string): RegistryError =>
  new RegistryError(
    'not-found',
    'package-file-not-found',
    `The package "${shortened(name)}" has no file ${JSON.stringify(shortened(filename))}: take the address from its page in the index.`,
  );

export const packageNameInvalid = (side: PackageSide, name: string): RegistryError =>
  new RegistryError(
    'invalid',
    'invalid-package-name',
    `"${shortened(name)}" can't be the name of ${side === 'npm' ? 'an npm' : 'a Python'} package: write it as its package.json or METADATA does, encoded in the address.`,
  );

export const blobBeingRemoved = (): RegistryError =>
  new RegistryError(
    'unavailable',
    'blob-being-removed',
    'The store is just removing an older copy of these very bytes, so that nothing was kept: send the same again in a minute.',
    { retryAfterSeconds: 60 },
  );

export const blobsOfAnother = (): RegistryError =>
  new RegistryError(
    'conflict',
    'blobs-of-another-store',
    'The bytes where MORTISE_BLOBS points are those of another store, and two in one place would remove what the other needs: give this one a folder, bucket or prefix of its own. Only where that store is gone for good, remove what is called "owner" there, beside "sha256".',
  );
