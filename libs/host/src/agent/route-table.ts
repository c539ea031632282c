import { compareVersions, isPrerelease, normalizeName, pluginId } from '#kernel';
import type { PluginId } from '#kernel';
import type { RunningRelease } from './running-release.js';
import type { RestartingBackend } from './restarting-backend.js';
import { usualInterface } from './served-release.js';

/** What an address under `/plugins/` names. */
export interface PluginAddress {
  readonly plugin: PluginId;
  readonly interface: string | null;
  readonly version: string | null;
  /** As it was written, without the slash at the end: `/plugins/acme/tool:admin@1.2.0`. */
  readonly prefix: string;
  /** What the back end is asked for, with its query: `/api/v1/actions/greet`. */
  readonly rest: string;
}

export interface Route {
  readonly release: RunningRelease;
  readonly backend: RestartingBackend;
}

export interface NoRoute {
  readonly code: 'plugin-not-found' | 'version-not-served' | 'interface-not-found' | 'no-backend';
  readonly message: string;
}

const address = /^\/plugins\/([^/?#]+)\/([^/?#:@]+)(?::([^/?#:@]+))?(?:@([^/?#:@]+))?(\/[^#]*|\?[^#]*)?$/;

/**
 * Reads `/plugins/{publisher}/{plugin}[:{interface}][@{version}]/…`, names in any spelling. Undefined where it is none.
 */
export function parsePluginAddress(url: string): PluginAddress | undefined {
  const found = address.exec(url);
  if (!found) return undefined;
  const [, publisher = '', plugin = '', interfaceName, version, rest = ''] = found.map(decoded);
  const written = found[5] ?? '';
  return {
    plugin: pluginId(normalizeName(publisher), normalizeName(plugin)),
    interface: interfaceName ?? null,
    version: version ?? null,
    prefix: url.slice(0, url.length - written.length),
    rest: rest.startsWith('/') ? written : `/${written}`,
  };
}

/** What can't be decoded names nothing that is there. */
function decoded(part: string | undefined): string | undefined {
  try {
    return part === undefined ? undefined : decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** What answers where, at one moment. It never changes: a switch puts another one in its place. */
export class RouteTable {
  private readonly byPlugin: ReadonlyMap<PluginId, readonly RunningRelease[]>;

  constructor(readonly releases: readonly RunningRelease[]) {
    const byPlugin = new Map<PluginId, RunningRelease[]>();
    for (const one of releases) {
      byPlugin.set(one.release.plugin, [...(byPlugin.get(one.release.plugin) ?? []), one]);
    }
    for (const several of byPlugin.values()) several.sort(usualFirst);
    this.byPlugin = byPlugin;
  }

  /** All releases of a plugin, the one that an address without a version means first. */
  of(plugin: PluginId): readonly RunningRelease[] {
    return this.byPlugin.get(plugin) ?? [];
  }

  find({
    plugin,
    version,
    interface: name,
  }: Pick<PluginAddress, 'plugin' | 'version' | 'interface'>): Route | NoRoute {
    const releases = this.of(plugin);
    const release = releases.find((one) => version === null || one.release.version === version);
    if (!release) return releases.length === 0 ? notInstalled(plugin) : notServed(plugin, version, releases);
    return routeWithin(release, name);
  }
}

function routeWithin(release: RunningRelease, name: string | null): Route | NoRoute {
  const { plugin, interfaces } = release.release;
  const withBackend = interfaces.filter(({ backend }) => backend !== null);
  const found = name === null ? usualInterface(withBackend) : interfaces.find((one) => one.name === name);
  const backend = found && release.backends.get(found.name);
  if (backend) return { release, backend };
  const names = withBackend.map((one) => one.name).join(', ');
  if (found || withBackend.length === 0) {
    const what = found ? `The interface "${found.name}" of ${plugin}` : plugin;
    return { code: 'no-backend', message: `${what} has no back end: nothing is there to be called.` };
  }
  const message =
    name === null
      ? `${plugin} has several interfaces (${names}): name one, as in ${plugin}:${withBackend[0]?.name ?? ''}.`
      : `${plugin} has no interface "${name.slice(0, 64)}" with a back end; it has: ${names}.`;
  return { code: 'interface-not-found', message };
}

const notInstalled = (plugin: PluginId): NoRoute => ({
  code: 'plugin-not-found',
  message: `${plugin.slice(0, 120)} is not installed here, or doesn't run: \`mortise list\` shows what is installed, and \`mortise doctor\` says why something was stopped or did not start.`,
});

const notServed = (
  plugin: PluginId,
  version: string | null,
  releases: readonly RunningRelease[],
): NoRoute => ({
  code: 'version-not-served',
  message: `${plugin} ${String(version).slice(0, 64)} doesn't run here; these do: ${releases.map(({ release }) => release.version).join(', ')}.`,
});

/** Stable versions before pre-releases, higher ones first. */
function usualFirst(one: RunningRelease, other: RunningRelease): number {
  const [a, b] = [one.release.version, other.release.version];
  return Number(isPrerelease(a)) - Number(isPrerelease(b)) || compareVersions(b, a);
}
