import { assignVersions } from '#descriptor';
import type { Descriptor, VersionedDescriptor } from '#descriptor';
import type { LabelledVersion } from './release-store.js';

/** Gives each descriptor its version; `existing` are all those that the plugin has, and what they are called. */
export function assignLabels(
  existing: readonly LabelledVersion[],
  descriptors: readonly Descriptor[],
): VersionedDescriptor[] {
  const labelled = existing.flatMap(({ label, version }) =>
    label === null ? [] : [[label, version] as const],
  );
  return assignVersions(
    descriptors,
    new Map(labelled),
    existing.map(({ version }) => version),
  );
}
