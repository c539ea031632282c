import type { Version } from '#kernel';
import type { Descriptor } from './descriptor.js';

/** A descriptor that can be released: its version is known. */
export type VersionedDescriptor = Descriptor & { readonly version: Version };

/**
 * Gives every descriptor whose label isn't SemVer its version: the one that `remembered` has for the label, else
 * the next free `0.0.N`, in the order of the descriptors (natural order of their labels, as they are read).
 * `taken` are the versions that the plugin has already. A label keeps its version for good.
 */
export function assignVersions(
  descriptors: readonly Descriptor[],
  remembered: ReadonlyMap<string, Version>,
  taken: Iterable<Version> = [],
): VersionedDescriptor[] {
  const used = new Set<Version>([...taken, ...remembered.values()]);
  for (const { version } of descriptors) if (version !== null) used.add(version);
  const given = new Map(remembered);
  let next = 1;
  return descriptors.map((descriptor) => {
    if (descriptor.version !== null) return { ...descriptor, version: descriptor.version };
    const label = descriptor.version_label ?? '';
    let version = given.get(label);
    if (version === undefined) {
      while (used.has(`0.0.${next}`)) next++;
      version = `0.0.${next}`;
      used.add(version);
      given.set(label, version);
    }
    return { ...descriptor, version };
  });
}
