import { HostError } from '../../host-error.js';
import type { RuntimeWarning } from '../../folder/host-state.js';
import type { BackendLimits } from '../../runners/backend-limits.js';
import type { EnvironmentBuilder } from '../../runners/runner.js';
import type { Manifest } from '../manifest/manifest.js';

/**
 * What a plugin asks for and doesn't get, told where it is installed and wherever it serves: root, which no back end is,
 * and packages that the system lacks. Where an image lacks them the plugin is refused (`system-packages-missing`), since they
 * are named for an image; a machine may have them under another name.
 */
export async function runtimeWarnings(
  builder: EnvironmentBuilder,
  { plugin, runtime }: Pick<Manifest, 'plugin' | 'runtime'>,
  limits: BackendLimits,
  signal: AbortSignal,
): Promise<readonly RuntimeWarning[]> {
  const warnings = asksForRoot(runtime.user) ? [neverRoot] : [];
  const { packages = [] } = runtime;
  if (packages.length === 0) return warnings;
  const { manager, missing, system } = await builder.systemPackages(packages, limits, signal);
  if (missing.length === 0) return warnings;
  const lacks =
    manager === null
      ? `${system} has neither dpkg, apk nor rpm that could tell whether these packages are there`
      : `${system} lacks packages of the system`;
  const told = `${lacks}, which ${plugin} asks for: ${missing.join(', ')}.`;
  if (builder.kind === 'container')
    throw new HostError(
      'system-packages-missing',
      `${told} Make an image from it that has them ("FROM ${system}" and their installation), and name that in host.json, under "settings": "container_images": {"${plugin}": "its name"}.`,
    );
  const message = `${told} What needs them fails until they are installed.`;
  return [...warnings, { code: 'system-packages-missing', message }];
}

const neverRoot: RuntimeWarning = {
  code: 'never-root',
  message:
    'It asks to be run as root. No back end is: it runs as a user of its own, and what only root may do fails.',
};

/** As a container's user is written: a name or a number, and maybe a group behind it. */
const asksForRoot = (user: string | number | undefined): boolean => /^(?:root|0+)(?::|$)/i.test(String(user));
