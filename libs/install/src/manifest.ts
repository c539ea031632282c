import { normalizeName, sha256Hex, storePlaceholder } from '#kernel';
import type { PluginId, RegistryError, Version } from '#kernel';
import type { DescriptorInterface, FormElement } from '#descriptor';
import { notInstallable, notTrusted, quarantined } from './errors.js';
import type {
  BackendPackage,
  FrontendPackage,
  InstallableRelease,
  StoredFile,
  StoredLock,
  Trust,
} from './installable-release.js';

interface ManifestFile {
  filename: string;
  /** Absolute, on the store. */
  url: string;
  /** Bytes. */
  size: number;
  /** Hexadecimal. */
  sha256: string;
}

interface ManifestBackend {
  package: string;
  version: string;
  component: string | null;
  requires_python: string | null;
  artifacts: ({ kind: 'wheel' | 'sdist' } & ManifestFile)[];
}

interface ManifestFrontend {
  package: string;
  version: string;
  component: string | null;
  entry: string | null;
  base_url: string;
  tarball: ManifestFile & { integrity: string };
  files: { path: string; size: number; integrity: string }[];
}

interface ManifestInterface {
  backend: ManifestBackend | null;
  frontend: ManifestFrontend | null;
  form: readonly FormElement[] | null;
}

/** What a host needs to install a release: exact artifacts with digests, components, limits, trust. */
export interface Manifest {
  schema_version: 1;
  plugin: string;
  name: string;
  version: string;
  version_label: string | null;
  published_at: string;
  state: 'active' | 'yanked' | 'quarantined';
  state_reason: string | null;
  review: 'approved' | 'pending' | 'rejected';
  trust: Trust;
  isolation: 'process' | 'container';
  deprecated: { message: string; replaced_by: string | null } | null;
  descriptor: { url: string; size: number; sha256: string };
  interfaces: Record<string, ManifestInterface>;
  default_config: Readonly<Record<string, unknown>>;
  permissions: readonly string[];
  runtime: Readonly<Record<string, unknown>>;
  requires: Readonly<Record<string, string>>;
  lock: ManifestFile | null;
  icon: ManifestFile | null;
  replaces: string | null;
}

/** Where the store keeps what a manifest points to; every address is absolute. */
export interface ManifestAddresses {
  /** Of the store itself, without a slash at the end. */
  readonly base: string;
  release(plugin: PluginId, version: Version): string;
  artifact(sha256: string, filename: string): string;
  /** Where the files of a front end are served, with a slash at the end. */
  frontend(plugin: PluginId, version: Version, npmPackage: string): string;
}

export interface ManifestOptions {
  readonly addresses: ManifestAddresses;
  /** How far the host trusts the plugin: less than the store, never more. */
  readonly trust: Trust;
}

/**
 * The manifest of a release. Throws `quarantined`, `not-installable` for an entry that names no packages, and
 * `not-trusted` where an untrusted release has an interface that would be left with neither frontend nor form.
 */
export function makeManifest(release: InstallableRelease, options: ManifestOptions): Manifest {
  refuseUninstallable(release, options.trust);
  const trust = trustOf(release, options.trust);
  const { addresses } = options;
  const { descriptor } = release;
  const file = ({ filename, size, sha256 }: StoredFile): ManifestFile => {
    return { filename, url: addresses.artifact(sha256, filename), size, sha256 };
  };
  return {
    schema_version: 1,
    plugin: release.plugin,
    name: descriptor.name,
    version: release.version,
    version_label: release.versionLabel,
    published_at: new Date(release.publishedAt).toISOString(),
    state: release.state,
    state_reason: release.stateReason,
    review: release.review,
    trust,
    isolation: trust === 'trusted' ? 'process' : 'container',
    deprecated: release.deprecated && {
      message: release.deprecated.message,
      replaced_by: release.deprecated.replacedBy,
    },
    descriptor: {
      url: `${addresses.release(release.plugin, release.version)}/descriptor`,
      size: release.descriptorSize,
      sha256: release.descriptorSha256,
    },
    interfaces: Object.fromEntries(
      Object.entries(interfacesOf(release)).map(([name, written]) => [
        name,
        {
          backend: backendOf(release, written, file),
          frontend: trust === 'trusted' ? frontendOf(release, written, addresses, file) : null,
          form: written.form,
        },
      ]),
    ),
    default_config: descriptor.default_config,
    permissions: descriptor.permissions,
    runtime: descriptor.runtime,
    requires: descriptor.requires,
    lock: release.lock && lockOf(release, release.lock, addresses),
    icon: release.icon && file(release.icon),
    replaces: descriptor.replaces,
  };
}

/** Throws what stands in the way of a manifest for a host that trusts it so far: see `makeManifest`. */
export function refuseUninstallable(release: InstallableRelease, trust: Trust): void {
  const refusal = refusalOf(release, trust);
  if (refusal) throw refusal;
}

/** What stands in the way of a manifest for a host that trusts the release so far, if anything does. */
export function refusalOf(release: InstallableRelease, trust: Trust): RegistryError | undefined {
  const { plugin, version } = release;
  if (release.state === 'quarantined') return quarantined(plugin, version, release.stateReason);
  if (release.descriptor.kind === 'cloudlaunch') return notInstallable(plugin, version);
  if (trustOf(release, trust) === 'trusted') return undefined;
  const bare = Object.entries(interfacesOf(release))
    .filter(([, written]) => written.frontend !== null && written.form === null)
    .map(([name]) => name);
  return bare.length > 0 ? notTrusted(plugin, version, bare) : undefined;
}

/** A host may trust less than the store, never more. */
const trustOf = (release: InstallableRelease, trust: Trust): Trust =>
  release.trust === 'trusted' && trust === 'trusted' ? 'trusted' : 'untrusted';

/** A foreign descriptor names no packages: a wheel or sdist uploaded beside it is the back end of `default`. */
function interfacesOf(release: InstallableRelease): Readonly<Record<string, DescriptorInterface>> {
  const { interfaces, kind } = release.descriptor;
  const uploaded = release.backends[0];
  if (kind !== 'insightconnect' || !uploaded || interfaces['default']?.backend) return interfaces;
  const backend = { package: uploaded.package, version: uploaded.version, component: null };
  return { ...interfaces, default: { frontend: null, form: null, ...interfaces['default'], backend } };
}

function backendOf(
  release: InstallableRelease,
  written: DescriptorInterface,
  file: (stored: StoredFile) => ManifestFile,
): ManifestBackend | null {
  if (!written.backend) return null;
  const stored = named(release.backends, normalizeName(written.backend.package));
  const wheelsFirst = [...stored.files].sort(
    (a, b) => Number(a.kind === 'sdist') - Number(b.kind === 'sdist') || (a.filename < b.filename ? -1 : 1),
  );
  return {
    package: stored.package,
    version: stored.version,
    component: written.backend.component,
    requires_python: wheelsFirst[0]?.requiresPython ?? null,
    artifacts: wheelsFirst.map((one) => ({ kind: one.kind, ...file(one) })),
  };
}

function frontendOf(
  release: InstallableRelease,
  written: DescriptorInterface,
  addresses: ManifestAddresses,
  file: (stored: StoredFile) => ManifestFile,
): ManifestFrontend | null {
  if (!written.frontend) return null;
  const stored = named(release.frontends, written.frontend.package);
  const { tarball } = stored;
  return {
    package: stored.package,
    version: stored.version,
    component: written.frontend.component,
    entry: tarball.entry,
    base_url: addresses.frontend(release.plugin, release.version, stored.package),
    tarball: { ...file(tarball), integrity: tarball.integrity },
    files: tarball.files.map(({ path, size, integrity }) => ({ path, size, integrity })),
  };
}

function lockOf(release: InstallableRelease, lock: StoredLock, addresses: ManifestAddresses): ManifestFile {
  const { plugin, version } = release;
  const bytes = makeLock(lock, addresses.base);
  const url = `${addresses.release(plugin, version)}/${lock.filename}`;
  return { filename: lock.filename, url, size: bytes.length, sha256: sha256Hex(bytes) };
}

/** The lock as hosts get it: every file in it is the store's. */
export const makeLock = ({ document }: StoredLock, base: string): Buffer =>
  Buffer.from(document.replaceAll(storePlaceholder, base));

function named<Package extends BackendPackage | FrontendPackage>(
  packages: readonly Package[],
  name: string,
): Package {
  const found = packages.find((candidate) => candidate.package === name);
  if (!found) throw new Error(`A release names the package ${name} but pins no version of it.`);
  return found;
}
