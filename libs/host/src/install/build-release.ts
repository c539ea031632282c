import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { InstalledRelease } from '../folder/host-state.js';
import { makeFolder, syncFolder, writeDurably } from '../folder/write-durably.js';
import { buildEnvironment } from './environment/build-environment.js';
import type { FetchedManifest } from './manifest/fetch-manifest.js';
import type { HostWork } from './host-work.js';
import { placeFrontends } from './frontend/place-frontends.js';
import { StoreSource } from './manifest/release-source.js';
import type { ReleaseSource } from './manifest/release-source.js';

/**
 * Brings a verified release into the folder, whole: manifest, files, environment, front ends. Nothing serves it before a
 * state names it, and what is left of a failure is removed (or, after a crash, collected at the next start).
 */
export async function buildRelease(
  work: HostWork,
  fetched: FetchedManifest,
  source: ReleaseSource = new StoreSource(work),
): Promise<InstalledRelease> {
  const { manifest } = fetched;
  const { paths } = work.folder;
  const { deprecated } = manifest;
  if (deprecated) {
    const instead = deprecated.replaced_by === null ? '' : ` ${deprecated.replaced_by} takes its place.`;
    work.tell({ step: 'warn', what: `${manifest.plugin} is deprecated: ${deprecated.message}${instead}` });
  }
  const release: InstalledRelease = {
    version: manifest.version,
    folder: paths.newRelease(manifest.plugin, manifest.version, randomBytes(6).toString('hex')),
    isolation: manifest.isolation,
    manifest_sha256: fetched.sha256,
    installed_at: new Date().toISOString(),
  };
  const root = paths.release(release);
  try {
    await makeFolder(root);
    await writeDurably(paths.manifest(release), fetched.bytes);
    await writeDurably(paths.signature(release), fetched.jws);
    await writeDurably(paths.descriptor(release), await source.descriptor(manifest));
    const warnings = await buildEnvironment(work, manifest, release, source);
    await placeFrontends(work, manifest, source, root);
    await syncFolder(root);
    await syncFolder(dirname(root));
    return warnings.length === 0 ? release : { ...release, warnings };
  } catch (error) {
    await rm(root, { recursive: true, force: true });
    throw error;
  }
}
