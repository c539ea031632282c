import semver from 'semver';
import { limits } from '#kernel';
import { decodeUtf8 } from '../archive/decode-utf8.js';
import { artifactRefused } from '../errors.js';
import type { ArtifactPlace } from '../errors.js';
import { isNpmName } from '../npm/npm-name.js';

export interface NpmManifest {
  readonly name: string;
  /** SemVer, without build metadata, as npm's own registry counts it. */
  readonly version: string;
  readonly manifest: Readonly<Record<string, unknown>>;
}

/** Throws `metadata-invalid` unless the bytes are a package.json with a name and a version. */
export function parseNpmManifest(bytes: Buffer, place: ArtifactPlace): NpmManifest {
  const text = decodeUtf8(bytes)?.replace(/^\ufeff/, '');
  if (text === undefined || nestingOf(text) > limits.packageJsonDepth) {
    throw invalid(place, `it must be JSON in UTF-8, nested up to ${limits.packageJsonDepth} deep.`);
  }
  const manifest = parseObject(text);
  if (manifest === undefined) throw invalid(place, 'it must be a JSON object.');
  const { name, version } = manifest;
  if (typeof name !== 'string' || !isNpmName(name)) {
    throw invalid(place, 'its "name" must be the name of an npm package, e.g. "@acme/zephyr-tool".');
  }
  const parsed = typeof version === 'string' ? semver.parse(version.trim()) : null;
  if (parsed === null) throw invalid(place, 'its "version" must be SemVer, e.g. "1.2.0".');
  return { name, version: parsed.version, manifest };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** How deep brackets go, outside strings: what is parsed without recursion may still be written with it. */
function nestingOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const token of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{\]}]/g)) {
    if (token[0] === '[' || token[0] === '{') deepest = Math.max(deepest, ++depth);
    else if (token[0] === ']' || token[0] === '}') depth--;
  }
  return deepest;
}

function invalid(place: ArtifactPlace, sentence: string): Error {
  return artifactRefused('metadata-invalid', place, sentence);
}
