import type { PackageSide } from '../package-side.js';
import { invalidPackageName } from './npm-errors.js';

/** `-` itself is where the registry's own addresses begin. */
const unscoped = /^(?!-$)[A-Za-z0-9~-][A-Za-z0-9._~-]*$/;
const scope = /^@[A-Za-z0-9~_-][A-Za-z0-9._~-]*$/;
const scoped = /^[A-Za-z0-9~_-][A-Za-z0-9._~-]*$/;
const reserved = new Set(['node_modules', 'favicon.ico']);

/**
 * Whether it can be the name of an npm package, with or without a scope. Capital letters are only found in names from
 * before they were forbidden, a hyphen or an underscore in front nearly so; those packages are still in use.
 */
export function isNpmName(name: string): boolean {
  if (name.length > 214 || reserved.has(name.toLowerCase())) return false;
  const slash = name.indexOf('/');
  if (!name.startsWith('@')) return unscoped.test(name);
  return scope.test(name.slice(0, slash)) && scoped.test(name.slice(slash + 1));
}

/** The name of an npm package that an address has. Throws `invalid-package-name`. */
export function parseNpmName(written: string): string {
  if (!isNpmName(written)) throw invalidPackageName(written);
  return written;
}

/** `@acme`, or null where the package has none. */
export const npmScopeOf = (side: PackageSide, name: string): string | null =>
  side === 'npm' && name.startsWith('@') ? name.slice(0, name.indexOf('/')) : null;
