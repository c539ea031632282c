import { RegistryError } from '#kernel';

/** The part of an artifact that a refusal is about. */
export interface ArtifactPlace {
  readonly filename: string;
  /** The archive's member, as its own directory names it. */
  readonly entry?: string | undefined;
}

/** The bytes of an artifact can't be accepted; `entry` says which member of the archive is why. */
export function artifactRefused(code: string, place: ArtifactPlace, sentence: string): RegistryError {
  return new RegistryError('invalid', code, `${quoted(place)}: ${sentence}`, { details: detailsOf(place) });
}

/** Unpacked, or by itself, the artifact would be larger than the store takes. */
export function artifactTooBig(code: string, place: ArtifactPlace, sentence: string): RegistryError {
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

function detailsOf({ filename, entry }: ArtifactPlace): Record<string, string> {
  return { filename: shortened(filename), ...(entry === undefined ? {} : { entry: shortened(entry) }) };
}

function quoted({ filename, entry }: ArtifactPlace): string {
  return entry === undefined
    ? shortened(filename)
    : `${shortened(filename)}, entry ${JSON.stringify(shortened(entry))}`;
}

function shortened(text: string): string {
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
