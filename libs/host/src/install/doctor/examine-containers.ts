import type { HostFile } from '../../folder/host-file.js';
import type { HostFolder } from '../../folder/host-folder.js';
import { namedReleases } from '../../folder/host-state.js';
import { HostError } from '../../host-error.js';
import { ContainerEngine } from '../../runners/container-engine.js';
import { containerSettings } from '../../runners/container-settings.js';
import { limitsOf } from '../manifest/limit-bounds.js';

/** Whether there is an engine, and the images that the host's plugins run in, or would. */
export async function containersAre({
  folder,
  host,
}: {
  readonly folder: HostFolder;
  readonly host: HostFile;
}): Promise<string | { readonly state: 'lacking'; readonly message: string }> {
  const engine = new ContainerEngine(containerSettings(host.settings));
  const found = await engine.execute(['--version']).catch((error: unknown) => {
    if (error instanceof HostError) return error;
    throw error;
  });
  if (found instanceof HostError) return lacking(found.message);
  const images = new Set([engine.imageFor(undefined)]);
  for (const release of namedReleases(await folder.readState())) {
    if (release.isolation !== 'container') continue;
    const manifest = await folder.readManifest(release).catch(() => undefined);
    if (manifest) images.add(engine.imageFor(limitsOf(host.settings, manifest).image));
  }
  const absent: string[] = [];
  for (const image of images) if (!(await engine.has(image))) absent.push(image);
  const what = `${found.stdout.trim()}.`;
  if (absent.length === 0) return `${what} Its images are here: ${[...images].join(', ')}.`;
  return lacking(
    `${what} Not on this machine, so fetched when an untrusted plugin wants it: ${absent.join(', ')}. Where nothing can be fetched, bring it here (\`podman load\`), or name another as "container_image" in host.json.`,
  );
}

const lacking = (message: string) => ({ state: 'lacking' as const, message });
