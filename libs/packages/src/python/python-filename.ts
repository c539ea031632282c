import { isPythonName, normalizePythonName } from './python-name.js';
import { comparePythonVersions, normalizePythonVersion } from './python-version.js';

export interface WheelFilename {
  /** Normalised. */
  readonly package: string;
  /** Normalised. */
  readonly version: string;
}

const tagPart = /^[A-Za-z0-9_.]+$/;
const buildTag = /^\d[A-Za-z0-9_.]*$/;

/** `{distribution}-{version}(-{build})?-{python}-{abi}-{platform}.whl` (PEP 427); undefined when it isn't one. */
export function parseWheelFilename(filename: string): WheelFilename | undefined {
  if (!filename.endsWith('.whl')) return undefined;
  const parts = filename.slice(0, -'.whl'.length).split('-');
  const [name = '', version = '', ...rest] = parts;
  if (rest.length !== 3 && rest.length !== 4) return undefined;
  if (rest.length === 4 && !buildTag.test(rest[0] ?? '')) return undefined;
  const normalized = unescapedVersion(version);
  if (!rest.slice(-3).every((tag) => tagPart.test(tag)) || !isPythonName(name) || normalized === null)
    return undefined;
  return { package: normalizePythonName(name), version: normalized };
}

/** In file names `-` is written `_`, also in a version: `1.0_1` is `1.0-1`, that is `1.0.post1`. */
function unescapedVersion(written: string): string | null {
  return normalizePythonVersion(written) ?? normalizePythonVersion(written.replaceAll('_', '-'));
}

/**
 * Whether `stem` (`Demo.Py-1.0`, `demo_py-1.0`) is `{name}-{version}` in any spelling; older tools wrote names with
 * hyphens, so every hyphen may be the one between.
 */
export function isNameAndVersion(stem: string, name: string, version: string): boolean {
  for (let hyphen = stem.indexOf('-'); hyphen !== -1; hyphen = stem.indexOf('-', hyphen + 1)) {
    if (normalizePythonName(stem.slice(0, hyphen)) !== name) continue;
    const normalized = unescapedVersion(stem.slice(hyphen + 1));
    if (normalized !== null && comparePythonVersions(normalized, version) === 0) return true;
  }
  return false;
}
