import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readDescriptor } from '#descriptor';
import type { PluginId } from '#kernel';
import { HostError } from '../host-error.js';
import type { HostFile } from '../folder/host-file.js';
import type { HostFolder } from '../folder/host-folder.js';
import type { InstallationState, InstalledRelease } from '../folder/host-state.js';
import type { Manifest, ManifestFrontend, ManifestInterface } from '../install/manifest/manifest.js';
import { limitsOf } from '../install/manifest/limit-bounds.js';
import type { BackendToRun } from '../runners/runner.js';
import type { Runners } from './make-runners.js';
import type { ServedFrontend, ServedInterface, ServedRelease } from './served-release.js';

interface Installed {
  readonly folder: HostFolder;
  readonly host: HostFile;
  readonly runners: Runners;
}

/**
 * Makes ready to be served what the folder has of an installation: reads its manifest, and writes the configuration of
 * its back ends. Throws HostError where something of it is damaged.
 */
export async function serveInstallation(
  at: Installed,
  installation: InstallationState,
  release: InstalledRelease,
): Promise<ServedRelease> {
  const manifest = await at.folder.readManifest(release);
  const config = { ...manifest.default_config, ...(await readOwnConfig(at.folder, installation.plugin)) };
  const interfaces = await Promise.all(
    Object.entries(manifest.interfaces).map(async ([name, written]): Promise<ServedInterface> => {
      const { paths } = at.folder;
      return {
        name,
        backend: await backendOf(at, installation, release, { manifest, name, written, config }),
        frontend:
          written.frontend &&
          frontendOf(
            written.frontend,
            paths.web(manifest.plugin, manifest.version, written.frontend.package),
          ),
        form: written.form,
      };
    }),
  );
  return {
    installation: installation.id,
    plugin: installation.plugin as PluginId,
    version: release.version,
    folder: release.folder,
    name: (await readTitle(at.folder, release)) ?? manifest.name,
    trust: manifest.trust,
    runner: at.runners.of(release.isolation),
    interfaces,
    defaultConfig: manifest.default_config,
    warnings: release.warnings ?? [],
  };
}

/** The descriptor has it, and the manifest doesn't. */
async function readTitle(folder: HostFolder, release: InstalledRelease): Promise<string | null> {
  const bytes = await readFile(folder.paths.descriptor(release)).catch(() => Buffer.of());
  return readDescriptor(bytes, { unknownKeys: 'ignore' }).descriptors[0]?.title ?? null;
}

/** What this host's owner configures of a plugin: `config/{publisher}/{plugin}.json`, over the plugin's own defaults. */
async function readOwnConfig(folder: HostFolder, plugin: string): Promise<Readonly<Record<string, unknown>>> {
  const path = folder.paths.config(plugin);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read === 'object' && read !== null && !Array.isArray(read))
      return read as Record<string, unknown>;
  } catch {
    // told below
  }
  throw new HostError(
    'invalid-config',
    `${path} is no JSON object; mend it, or remove it for the plugin's defaults.`,
  );
}

interface BackendPlan {
  readonly manifest: Manifest;
  readonly name: string;
  readonly written: ManifestInterface;
  readonly config: Readonly<Record<string, unknown>>;
}

async function backendOf(
  { folder, host }: Installed,
  { id, plugin }: InstallationState,
  release: InstalledRelease,
  { manifest, name, written, config }: BackendPlan,
): Promise<BackendToRun | null> {
  if (!written.backend) return null;
  const { paths } = folder;
  const configFile = join(paths.release(release), 'config', `${name}.json`);
  await mkdir(dirname(configFile), { recursive: true, mode: 0o700 });
  await writeFile(configFile, JSON.stringify({ config, secrets: secretNames(written.form ?? []) }), {
    mode: 0o600,
  });
  return {
    installation: id,
    plugin,
    version: release.version,
    interface: name,
    package: written.backend.package,
    component: written.backend.component ?? '',
    environmentFolder: paths.environment(release),
    configFile,
    keyFile: paths.keyFile(id),
    cacheFolder: paths.data(id),
    runFolder: paths.runFolder,
    logFile: logFileOf(folder, id, name),
    limits: limitsOf(host.settings, manifest),
    ...(existsSync(paths.descriptor(release)) ? { descriptorFile: paths.descriptor(release) } : {}),
    meta: { name: manifest.name, plugin, version: release.version, interface: name, installation: id },
  };
}

const logFileOf = (folder: HostFolder, installation: string, interfaceName: string): string =>
  join(folder.paths.logs(installation), `${interfaceName}.log`);

function frontendOf(written: ManifestFrontend, folder: string): ServedFrontend {
  const { package: name, version, component, entry } = written;
  const files = new Map(written.files.map(({ path, size, integrity }) => [path, { size, integrity }]));
  return { package: name, version, component, entry, folder, files };
}

/** The names of all `secret` elements of a form, wherever they stand: their values are masked. */
export function secretNames(form: readonly unknown[]): readonly string[] {
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (typeof value !== 'object' || value === null) return;
    const { type, name } = value as { type?: unknown; name?: unknown };
    if (type === 'secret' && typeof name === 'string') names.add(name);
    Object.values(value).forEach(visit);
  };
  visit(form);
  return [...names];
}
