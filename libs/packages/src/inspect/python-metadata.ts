import { limits, sha256Hex } from '#kernel';
import { decodeUtf8 } from '../archive/decode-utf8.js';
import { artifactRefused } from '../errors.js';
import type { ArtifactPlace } from '../errors.js';
import { isPythonName, normalizePythonName } from '../python/python-name.js';
import { normalizePythonVersion } from '../python/python-version.js';

/** What the store takes from a METADATA or PKG-INFO file (core metadata specification). */
export interface PythonMetadata {
  readonly package: string;
  readonly version: string;
  readonly requiresPython: string | null;
  readonly sha256: string;
  readonly text: string;
}

const onceOnly = ['metadata-version', 'name', 'version', 'requires-python'];

/**
 * Throws `metadata-invalid` unless the file names one distribution and one version of it, and `requirement-by-address`
 * where it would have pip and uv fetch something from elsewhere than the store.
 */
export function parsePythonMetadata(bytes: Buffer, place: ArtifactPlace): PythonMetadata {
  const text = decodeUtf8(bytes);
  if (text === null || text.includes('\0')) throw invalid(place, 'it is not text in UTF-8.');
  const fields = headerFields(text);
  const repeated = onceOnly.find((name) => (fields.get(name)?.length ?? 0) > 1);
  if (repeated !== undefined) throw invalid(place, `it has the field "${repeated}" more than once.`);
  const metadataVersion = fields.get('metadata-version')?.[0] ?? '';
  // The specification has tools fail on a greater major version, and read a greater minor one.
  if (Number.parseInt(metadataVersion, 10) > 2)
    throw invalid(
      place,
      `its Metadata-Version ${shown(metadataVersion)} is newer than 2, which the store reads.`,
    );
  const name = fields.get('name')?.[0] ?? '';
  const version = fields.get('version')?.[0] ?? '';
  const normalized = normalizePythonVersion(version);
  if (!isPythonName(name))
    throw invalid(place, `its Name ${shown(name)} can't be the name of a Python package.`);
  if (normalized === null) throw invalid(place, `its Version ${shown(version)} is not a PEP 440 version.`);
  const requiresPython = fields.get('requires-python')?.[0] ?? '';
  if (requiresPython.length > limits.requiresPythonCharacters) {
    throw invalid(place, `its Requires-Python has more than ${limits.requiresPythonCharacters} characters.`);
  }
  refuseAddresses(fields.get('requires-dist') ?? [], place);
  return {
    package: normalizePythonName(name),
    version: normalized,
    requiresPython: requiresPython === '' ? null : requiresPython,
    sha256: sha256Hex(bytes),
    text,
  };
}

/** A direct reference (PEP 508, `name @ address`), for an extra too: what is behind the address, no store has looked at. */
function refuseAddresses(requirements: readonly string[], place: ArtifactPlace): void {
  const direct = requirements.find((requirement) => /^[^;]*@/.test(requirement));
  if (direct === undefined) return;
  throw artifactRefused(
    'requirement-by-address',
    place,
    `its Requires-Dist ${shown(direct)} names an address. Code comes from the store and from nowhere else: name the package by a version, e.g. "wild>=1.0", and upload it here where neither the store nor its upstream has it.`,
  );
}

/** Fields by lower-case name, up to the first empty line; a line that begins with white space continues the last. */
export function headerFields(text: string): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  let last: string[] = [];
  for (const line of text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)) {
    if (line === '') break;
    if (/^[ \t]/.test(line)) {
      const value = last.pop();
      if (value !== undefined) last.push(`${value} ${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    last = fields.get(name) ?? [];
    last.push(line.slice(colon + 1).trim());
    fields.set(name, last);
  }
  return fields;
}

function invalid(place: ArtifactPlace, sentence: string): Error {
  return artifactRefused(
    'metadata-invalid',
    place,
    `${sentence} Build the package again with a current build tool.`,
  );
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
