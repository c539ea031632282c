import { completeVersion, normalizeName, satisfiesRange } from '#kernel';

/** A host that plugins are looked for: by its name, and by its version where that is known. */
export interface HostFilter {
  readonly name: string;
  /** Null: any version. */
  readonly version: string | null;
}

/** Reads `name` or `name@version`; the version may leave out its last numbers (`24.1`). Undefined when it is neither. */
export function parseHostFilter(written: string): HostFilter | undefined {
  const at = written.lastIndexOf('@');
  const name = normalizeName((at > 0 ? written.slice(0, at) : written).trim());
  if (name === '') return undefined;
  if (at <= 0) return { name, version: null };
  const version = completeVersion(written.slice(at + 1).trim());
  return version === undefined ? undefined : { name, version };
}

/**
 * Whether a plugin that requires `range` of `host` suits the filter. A plugin that names no host at all is not
 * counted among those of any host: it says nothing of them, and the count beside a host is what a click shows.
 */
export function hostMatches(filter: HostFilter, host: string, range: string): boolean {
  if (normalizeName(host.trim()) !== filter.name) return false;
  return filter.version === null || satisfiesRange(filter.version, range);
}
