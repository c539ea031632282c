import { suitsHost } from '#descriptor';
import { compareVersions, isPrerelease, limits, satisfiesRange } from '#kernel';
import type { PluginId, Version } from '#kernel';
import type { Host } from './host-store.js';
import type { Installation, InstallableReleases } from './installation.js';
import type { InstallableRelease, PluginChoices } from './installable-release.js';
import { refusalOf } from './manifest.js';

/** Something that a host should know of what it has installed. */
export interface HostUpdate {
  readonly installation: string;
  readonly plugin: PluginId;
  readonly version: Version;
  readonly kind: 'newer-release' | 'yanked' | 'quarantined' | 'deprecated';
  /** The version to go to, where there is one. */
  readonly to: Version | null;
  readonly reason: string;
}

/** Newer releases that suit the host, and what was withdrawn of what it has; each with its reason. */
export async function findUpdates(
  releases: InstallableReleases,
  host: Host,
  installations: readonly Installation[],
): Promise<readonly HostUpdate[]> {
  const updates: HostUpdate[] = [];
  const remembered = rememberReleases(releases);
  for (const installation of installations) {
    const choices = await remembered.choices(installation.plugin);
    if (!choices) continue;
    updates.push(...(await updatesOf(remembered, host, installation, choices)));
  }
  return updates;
}

type Reader = Pick<InstallableReleases, 'choices' | 'find'>;

/** Many installations of a host are of one plugin: each release is read once. */
function rememberReleases(releases: InstallableReleases): Reader {
  const choices = new Map<string, ReturnType<Reader['choices']>>();
  const found = new Map<string, ReturnType<Reader['find']>>();
  const remember = <T>(kept: Map<string, T>, key: string, read: () => T): T => {
    const value = kept.get(key) ?? read();
    kept.set(key, value);
    return value;
  };
  return {
    choices: (plugin) => remember(choices, plugin, () => releases.choices(plugin)),
    find: (plugin, version) => remember(found, `${plugin}@${version}`, () => releases.find(plugin, version)),
  };
}

async function updatesOf(
  releases: Reader,
  host: Host,
  installation: Installation,
  choices: PluginChoices,
): Promise<HostUpdate[]> {
  const about = { installation: installation.id, plugin: installation.plugin, version: installation.version };
  const found: HostUpdate[] = [];
  const newer = await newestSuiting(releases, host, installation, choices);
  const present = choices.releases.find((release) => release.version === installation.version);
  if (present && present.state !== 'active') {
    found.push({
      ...about,
      kind: present.state,
      to: newer,
      reason: present.stateReason ?? 'no reason was given',
    });
  }
  const release = await releases.find(installation.plugin, installation.version);
  if (release?.deprecated) {
    found.push({ ...about, kind: 'deprecated', to: newer, reason: release.deprecated.message });
  }
  if (newer !== null) {
    found.push({ ...about, kind: 'newer-release', to: newer, reason: reasonFor(installation, newer) });
  }
  return found;
}

async function newestSuiting(
  releases: Reader,
  host: Host,
  installation: Installation,
  choices: PluginChoices,
): Promise<Version | null> {
  for (const version of candidates(installation, choices).slice(0, limits.updateCandidates)) {
    const release = await releases.find(installation.plugin, version);
    if (release && isOffered(release, host, installation)) return version;
  }
  return null;
}

/** Only what the host may then move to: what would be refused is no update. */
function isOffered(release: InstallableRelease, host: Host, installation: Installation): boolean {
  return refusalOf(release, installation.trust) === undefined && suitsHost(release.descriptor.requires, host);
}

/** Newest first. A channel is followed wherever it points; else only what is greater is an update. */
function candidates(installation: Installation, choices: PluginChoices): readonly Version[] {
  const open = choices.releases
    .filter((release) => release.review === 'approved' && release.state === 'active')
    .map((release) => release.version);
  if (installation.channel !== null) {
    const pointed = choices.channels[installation.channel];
    return pointed !== undefined && pointed !== installation.version && open.includes(pointed)
      ? [pointed]
      : [];
  }
  return open
    .filter((version) => compareVersions(version, installation.version) > 0)
    .filter((version) => installation.range === null || satisfiesRange(version, installation.range))
    .filter((version) => !isPrerelease(version) || isPrerelease(installation.version))
    .sort((a, b) => compareVersions(b, a));
}

function reasonFor(installation: Installation, newer: Version): string {
  if (installation.channel !== null) return `The channel "${installation.channel}" points to ${newer} now.`;
  if (installation.range !== null) return `${newer} is the newest that fits "${installation.range}".`;
  return `${newer} is newer and suits this host.`;
}
