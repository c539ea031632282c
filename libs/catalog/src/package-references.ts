import type { ComponentReference, Descriptor } from '#descriptor';
import type { PackageSide } from './release.js';

/** A package that a descriptor names, however often; `version` null when it leaves the version open. */
export interface PackageReference {
  readonly side: PackageSide;
  readonly package: string;
  readonly version: string | null;
}

/** Every package that the interfaces name, once each. */
export function packageReferences(descriptor: Descriptor): readonly PackageReference[] {
  const references = new Map<string, PackageReference>();
  const add = (side: PackageSide, named: ComponentReference | null) => {
    if (named === null) return;
    const name = packageName(side, named.package);
    const key = `${side} ${name}`;
    const version = references.get(key)?.version ?? named.version;
    references.set(key, { side, package: name, version });
  };
  for (const { backend, frontend } of Object.values(descriptor.interfaces)) {
    add('python', backend);
    add('npm', frontend);
  }
  return [...references.values()];
}

/** The name that a package goes by: normalised on the Python side (PEP 503), as it is on npm's. */
export function packageName(side: PackageSide, written: string): string {
  return side === 'python' ? written.toLowerCase().replace(/[-_.]+/g, '-') : written;
}
