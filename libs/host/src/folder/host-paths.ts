import { isAbsolute, join, relative, sep } from 'node:path';
import { checkNpmName, checkPluginId, checkUuid, checkVersion, isSafeSegment } from './checked-name.js';
import type { InstalledRelease } from './host-state.js';

/** Where everything lies in a host's folder. Each name in a path is checked on the way; see checked-name.ts. */
export class HostPaths {
  /** `root`: absolute. */
  constructor(readonly root: string) {}

  get hostFile(): string {
    return join(this.root, 'host.json');
  }

  /** The id of a host that is being made at the store, until the folder is that host's. */
  get begunHost(): string {
    return join(this.root, 'begun-host');
  }

  get hostKey(): string {
    return join(this.root, 'host-key');
  }

  get state(): string {
    return join(this.root, 'state.json');
  }

  /** What the agent has to tell the store yet. */
  get reports(): string {
    return join(this.root, 'reports.json');
  }

  get releases(): string {
    return join(this.root, 'releases');
  }

  get webRoot(): string {
    return join(this.root, 'web');
  }

  get keys(): string {
    return join(this.root, 'keys');
  }

  get dataRoot(): string {
    return join(this.root, 'data');
  }

  get logsRoot(): string {
    return join(this.root, 'logs');
  }

  /** Sockets, locks, and what the agent tells of itself. */
  get runFolder(): string {
    return join(this.root, 'run');
  }

  /** What is being fetched or unpacked, on the same file system as where it goes. */
  get incoming(): string {
    return join(this.root, 'incoming');
  }

  lock(name: 'agent' | 'operations' | 'state'): string {
    return join(this.runFolder, `${name}.lock`);
  }

  /** A new place for a build of a release, as the state names it. */
  newRelease(plugin: string, version: string, unique: string): string {
    const { publisher, name } = checkPluginId(plugin);
    return ['releases', publisher, name, checkVersion(version), unique].join('/');
  }

  release({ folder }: Pick<InstalledRelease, 'folder'>): string {
    const path = join(this.root, ...folder.split('/'));
    const inside = relative(this.releases, path).split(sep);
    if (inside.length !== 4 || isAbsolute(folder) || !inside.every(isSafeSegment))
      throw new Error(`state.json names a folder that is none of a release: ${folder}`);
    return path;
  }

  manifest(release: Pick<InstalledRelease, 'folder'>): string {
    return join(this.release(release), 'manifest.json');
  }

  signature(release: Pick<InstalledRelease, 'folder'>): string {
    return join(this.release(release), 'manifest.jws');
  }

  /** The descriptor, byte for byte. */
  descriptor(release: Pick<InstalledRelease, 'folder'>): string {
    return join(this.release(release), 'descriptor.yaml');
  }

  wheels(release: Pick<InstalledRelease, 'folder'>): string {
    return join(this.release(release), 'wheels');
  }

  environment(release: Pick<InstalledRelease, 'folder'>): string {
    return join(this.release(release), 'environment');
  }

  /** Of one version's front ends. */
  webVersion(plugin: string, version: string): string {
    const { publisher, name } = checkPluginId(plugin);
    return join(this.webRoot, publisher, name, checkVersion(version));
  }

  /** Of one front end: its files lie below as they do in the package. */
  web(plugin: string, version: string, npmPackage: string): string {
    return join(this.webVersion(plugin, version), ...checkNpmName(npmPackage));
  }

  keyFolder(installation: string): string {
    return join(this.keys, checkUuid(installation));
  }

  /** The plugin key of an installation: only the back end's user reads it. */
  keyFile(installation: string): string {
    return join(this.keyFolder(installation), 'key');
  }

  /** The plugin's own cache directory. */
  data(installation: string): string {
    return join(this.dataRoot, checkUuid(installation));
  }

  /** What the host's owner configures of a plugin, over what its descriptor gives it. */
  config(plugin: string): string {
    const { publisher, name } = checkPluginId(plugin);
    return join(this.root, 'config', publisher, `${name}.json`);
  }

  /** What the secrets of the agent's callers follow from. */
  get agentSecret(): string {
    return join(this.root, 'agent-secret');
  }

  /** Where a running agent is found, and the tokens that it knows its callers by. */
  get agentFile(): string {
    return join(this.runFolder, 'agent.json');
  }

  logs(installation: string): string {
    return join(this.logsRoot, checkUuid(installation));
  }
}
