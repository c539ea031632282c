import { isVersion } from '#kernel';
import type { Version } from '#kernel';
import type { Findings, Place } from './findings.js';
import { webAddressComplaint, nameComplaint } from './native-texts.js';
import { likelyVersion } from './version-rule.js';
import type { YamlNode } from './yaml-node.js';
import { placeOf } from './findings.js';

/** The name of a foreign plugin. Without one there is no release: an error. */
export function foreignName(
  key: string,
  name: string | null,
  at: YamlNode | Place,
  findings: Findings,
): string | undefined {
  if (name === null) {
    findings.error(at, { code: 'name-missing', message: `A release needs a name; add "${key}".`, fix: key });
    return undefined;
  }
  const complaint = nameComplaint(name);
  if (complaint) findings.error(at, complaint);
  return complaint ? undefined : name;
}

export interface ForeignVersion {
  readonly version: Version | null;
  readonly version_label: string | null;
}

/** A version as it is written, made SemVer where that is plain (1.2, v1.2.3), else kept as a label. */
export function foreignVersion(written: string, node: YamlNode, findings: Findings): ForeignVersion {
  if (isVersion(written)) return { version: written, version_label: null };
  const version = likelyVersion(written) ?? null;
  const message =
    version === null
      ? `"${written.slice(0, 60)}" isn't SemVer; it is kept as the label of the next free version 0.0.N.`
      : `"${written.slice(0, 60)}" isn't SemVer; it is read as ${version} and kept as the label.`;
  findings.warning(node, {
    code: 'version-not-semver',
    message,
    ...(version === null ? {} : { fix: version }),
  });
  return { version, version_label: written };
}

/** An address that may be shown as a link; others are left out with a warning. */
export function foreignAddress(
  written: string | null,
  node: YamlNode | undefined,
  findings: Findings,
): string | null {
  if (written === null || node === undefined) return null;
  const complaint = webAddressComplaint(written);
  if (complaint) findings.warning(placeOf(node), complaint);
  return complaint ? null : written;
}
