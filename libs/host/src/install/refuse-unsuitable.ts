import { suitsHost, unsuitedTo } from '#descriptor';
import { HostError } from '../host-error.js';
import type { HostWork } from './host-work.js';
import type { Manifest } from './manifest/manifest.js';

/**
 * Holds what a release requires of its host against what the store knows of this one, which is where `mortise init` said
 * it. Throws `host-unsuitable`.
 */
export async function refuseUnsuitable(
  { store, signal }: Pick<HostWork, 'store' | 'signal'>,
  { plugin, version, requires }: Manifest,
): Promise<void> {
  if (Object.keys(requires).length === 0) return;
  const { kind, version: own } = await store.call('hostsMe', {}, { signal });
  const host = { kind, version: own };
  if (suitsHost(requires, host)) return;
  throw new HostError(
    'host-unsuitable',
    `${unsuitedTo(requires, host, `${plugin} ${version}`)} Choose another version, or have it all the same with \`--ignore-requires\`.`,
    { details: { requires, ...host } },
  );
}
