import { explain } from '@renovatebot/pep440';
import type { PackageSide } from './release.js';

/** What all spellings of a version have in common: on the Python side 1.0 is 1.0.0, and 1.0-beta.2 is 1.0b2 (PEP 440). */
export function packageVersionKey(side: PackageSide, version: string): string {
  const parts = side === 'python' ? explain(version) : null;
  if (parts === null) return version;
  const { base_version: base, public: normalized, local } = parts;
  const digits = base.replace(/(?:\.0)+$/, '');
  return digits + normalized.slice(base.length) + (local === null ? '' : `+${local}`);
}
