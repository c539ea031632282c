import { unsuitedTo } from '#descriptor';
import type { HostFacts } from '#descriptor';
import { limits, RegistryError, tellVersions } from '#kernel';
import type { PluginId, Version } from '#kernel';

export const pluginNotFound = (plugin: string): RegistryError =>
  new RegistryError(
    'not-found',
    'plugin-not-found',
    `There is no plugin "${plugin}" here: search for its name.`,
  );

/** `open`: the versions that may be installed, the newest first. */
export const versionNotFound = (plugin: PluginId, wanted: string, open: readonly Version[]): RegistryError =>
  new RegistryError(
    'not-found',
    'version-not-found',
    `The plugin "${plugin}" has no version or channel "${wanted}". ${tellVersions(open)}`,
  );

/** As `versionNotFound`. */
export const noSuitableVersion = (
  plugin: PluginId,
  wanted: string,
  open: readonly Version[],
): RegistryError =>
  new RegistryError(
    'not-found',
    'no-suitable-version',
    `No version of "${plugin}" that may be installed fits "${wanted}". ${tellVersions(open)}`,
  );

export const hostUnsuitable = (
  plugin: PluginId,
  version: Version,
  requires: Readonly<Record<string, string>>,
  host: HostFacts,
): RegistryError =>
  new RegistryError(
    'conflict',
    'host-unsuitable',
    `${unsuitedTo(requires, host, `${plugin} ${version}`)} Choose another version; where the host has changed, tell the store (PATCH /api/v1/hosts/{host}); or send "ignore_requires": true (\`mortise install --ignore-requires\`) to have it all the same.`,
    { details: { requires, kind: host.kind, version: host.version } },
  );

export const invalidRange = (range: string): RegistryError =>
  new RegistryError(
    'invalid',
    'invalid-range',
    `"${range}" is no version range: write one as npm does, e.g. "^1.2".`,
  );

export const yanked = (plugin: PluginId, version: Version, reason: string | null): RegistryError =>
  new RegistryError(
    'conflict',
    'yanked',
    `${plugin} ${version} was yanked: ${reason ?? 'no reason was given'}. Choose another version, or send "allow_yanked": true if this very one is needed.`,
    { details: { reason } },
  );

export const channelYanked = (
  plugin: PluginId,
  channel: string,
  version: Version,
  reason: string | null,
): RegistryError =>
  new RegistryError(
    'conflict',
    'yanked',
    `The channel "${channel}" of ${plugin} points to ${version}, which was yanked: ${reason ?? 'no reason was given'}. Name another version until the channel is moved.`,
    { details: { reason, version } },
  );

export const channelQuarantined = (
  plugin: PluginId,
  channel: string,
  version: Version,
  reason: string | null,
): RegistryError =>
  new RegistryError(
    'conflict',
    'quarantined',
    `The channel "${channel}" of ${plugin} points to ${version}, which is quarantined: ${reason ?? 'no reason was given'}. Name another version until the channel is moved.`,
    { details: { reason, version } },
  );

export const quarantined = (plugin: PluginId, version: Version, reason: string | null): RegistryError =>
  new RegistryError(
    'forbidden',
    'quarantined',
    `${plugin} ${version} is quarantined: ${reason ?? 'no reason was given'}. It must not be installed, and what runs of it should be stopped.`,
    { details: { reason } },
  );

export const notTrusted = (
  plugin: PluginId,
  version: Version,
  interfaces: readonly string[],
): RegistryError =>
  new RegistryError(
    'forbidden',
    'not-trusted',
    `${plugin} ${version} is untrusted, so its front-end code is not handed out, and ${interfaces.map((name) => `"${name}"`).join(', ')} would be left without a user interface. It becomes installable when a moderator trusts the release or an administrator its publisher, or when a new version gives ${interfaces.length === 1 ? 'this interface' : 'these interfaces'} a form.`,
    { details: { interfaces } },
  );

export const frontendNotServed = (plugin: PluginId, version: Version): RegistryError =>
  new RegistryError(
    'forbidden',
    'not-trusted',
    `${plugin} ${version} is untrusted, so its front-end code is not handed out. That changes when a moderator trusts the release or an administrator its publisher.`,
  );

export const frontendNotFound = (npmPackage: string): RegistryError =>
  new RegistryError(
    'not-found',
    'frontend-not-found',
    `There is no such release with a front end "${npmPackage.slice(0, limits.packageNameCharacters)}" here: take the address (base_url) from its manifest, which has the exact version.`,
  );

export const frontendFileNotFound = (npmPackage: string, path: string): RegistryError =>
  new RegistryError(
    'not-found',
    'file-not-found',
    `${npmPackage} has no file "${path.slice(0, limits.packageNameCharacters)}": its manifest lists every one (files), and folders are none.`,
  );

export const notInstallable = (plugin: PluginId, version: Version): RegistryError =>
  new RegistryError(
    'conflict',
    'not-installable',
    `${plugin} ${version} is listed from a registry entry that names components without packages, so there is nothing to install. Its publisher can publish a descriptor that names them.`,
  );

export const hostNotFound = (): RegistryError =>
  new RegistryError('not-found', 'host-not-found', 'There is no such host among yours.');

export const keyNotFound = (): RegistryError =>
  new RegistryError('not-found', 'key-not-found', 'There is no such key here, or it is revoked already.');

export const installationNotFound = (): RegistryError =>
  new RegistryError('not-found', 'installation-not-found', 'This host has no such installation.');

export const alreadyInstalled = (plugin: PluginId, version: Version): RegistryError =>
  new RegistryError(
    'conflict',
    'already-installed',
    `This host has ${plugin} ${version} as another installation already: remove one of the two.`,
  );

export const tooMany = (what: string, limit: number): RegistryError =>
  new RegistryError('conflict', 'too-many', `There can be at most ${limit} ${what}: remove some first.`);

export const expiryNotAhead = (): RegistryError =>
  new RegistryError('invalid', 'invalid-expiry', '"expires_at" must lie in the future.');

export const notOfPublisher = (publisher: string): RegistryError =>
  new RegistryError(
    'forbidden',
    'not-a-member',
    `You are no member of a publisher "${publisher}": leave it out, or ask one of its owners to add you.`,
  );

export const tooManySelectors = (): RegistryError =>
  new RegistryError('invalid', 'invalid-body', 'Send at most one of "version", "range" and "channel".');

export const tooManyToFollow = (): RegistryError =>
  new RegistryError(
    'invalid',
    'invalid-body',
    'Send at most one of "range" and "channel": updates can follow one.',
  );

export const idTaken = (id: string): RegistryError =>
  new RegistryError(
    'conflict',
    'id-taken',
    `The id ${id} is or was another's: make a new random one, or leave it out.`,
  );

export const invalidVersion = (version: string): RegistryError =>
  new RegistryError(
    'invalid',
    'invalid-version',
    `"${version}" is no exact version: write three numbers as in "1.2.0", or use "range" or "channel".`,
  );

export const oauthRefusal = (code: 'invalid_request', message: string): RegistryError =>
  new RegistryError('invalid', code.replaceAll('_', '-'), message, {
    details: { error: code, error_description: message },
  });

export const installationBusy = (): RegistryError =>
  new RegistryError(
    'unavailable',
    'installation-busy',
    'The installation is being changed by too many at once: look at it, and send your change again.',
    { retryAfterSeconds: 1 },
  );

export const lockNotFound = (plugin: PluginId, version: Version): RegistryError =>
  new RegistryError(
    'not-found',
    'lock-not-found',
    `No lock came with ${plugin} ${version}: install the files that its manifest names.`,
  );
