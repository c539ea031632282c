import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { normalizeName, sha256Hex } from '#kernel';
import { checkFilename } from '../../folder/checked-name.js';
import { HostError } from '../../host-error.js';
import type { BackendLimits } from '../../runners/backend-limits.js';
import type { ContainerEnvironmentBuilder } from '../../runners/container-environment-builder.js';
import { buildRequirements } from './build-requirements.js';
import { rankWheel } from './choose-artifact.js';
import type { Resolution, ResolvedFile } from './installer.js';

export type KeptFile = ResolvedFile & { readonly path: string };

interface Building {
  readonly builder: ContainerEnvironmentBuilder;
  readonly limits: BackendLimits;
  readonly resolution: Resolution;
  /** Where wheels are kept. */
  readonly wheels: string;
  readonly fetchAll: (files: readonly ResolvedFile[], folder: string) => Promise<readonly KeptFile[]>;
  readonly signal: AbortSignal;
}

/**
 * The same files, with the wheel that was built of it in the place of each sdist. Building runs the code of a plugin that is
 * not trusted, so that happens in a container without a network; what it is built with comes from the store's index, as
 * wheels by their digests, and lies beside it. Throws `environment-failed`, `dependencies-unresolved`.
 */
export async function buildWheels(
  files: readonly KeptFile[],
  building: Building,
): Promise<readonly KeptFile[]> {
  const built: KeptFile[] = [];
  for (const file of files)
    built.push(file.filename.endsWith('.whl') ? file : await buildWheel(file, building));
  return built;
}

async function buildWheel(sdist: KeptFile, building: Building): Promise<KeptFile> {
  const { builder, limits, resolution, wheels, fetchAll, signal } = building;
  const requires = await buildRequirements(sdist.path, sdist.name);
  const tools = `${sdist.path}.tools`;
  try {
    await mkdir(tools, { mode: 0o755 });
    if (requires.length > 0)
      await fetchAll(await (await resolution.installer()).resolve(requires, resolution), tools);
    const { filename, bytes } = await builder.buildWheel({ sdist, tools, limits }, signal);
    const isOfIt = normalizeName(filename.split('-', 1)[0] ?? '') === sdist.name;
    if (!isOfIt || rankWheel(checkFilename(filename), resolution.target.tags) === undefined)
      throw new HostError(
        'environment-failed',
        `Building ${sdist.filename} made ${JSON.stringify(filename.slice(0, 120))}, which is no wheel of it for this Python. Ask its publisher for a wheel.`,
      );
    const path = join(wheels, filename);
    await writeFile(path, bytes, { mode: 0o644 });
    await rm(sdist.path);
    const sha256 = sha256Hex(bytes);
    return { ...sdist, filename, path, sha256, size: bytes.length, url: null };
  } finally {
    await rm(tools, { recursive: true, force: true });
  }
}
