import { readdir, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostFolder } from '../folder/host-folder.js';
import { namedReleases } from '../folder/host-state.js';
import { errorCode } from '../folder/write-durably.js';
import { hostLimits } from '../host-limits.js';
import { removeTree } from '../machine/remove-tree.js';

/**
 * Deletes what no state names: builds and downloads that were interrupted, releases older than the one that is kept for a
 * rollback, front ends, keys and logs of what was removed, and data that has been nobody's for a while. `inUse`: folders of
 * releases (as the state writes them) that still run. To be called under the lock of operations; where an agent runs, by it alone, since it knows what runs.
 */
export async function collectLeftovers(folder: HostFolder, inUse: readonly string[] = []): Promise<number> {
  const { paths } = folder;
  const state = await folder.readState();
  const installations = Object.values(state.installations);
  const named = new Set([...namedReleases(state).map((release) => release.folder), ...inUse]);
  const ids = new Set([...Object.keys(state.installations), ...state.pending.map((act) => act.installation)]);
  const versions = new Set(
    installations.flatMap((one) =>
      [one.current, one.wanted, one.previous].flatMap((release) =>
        release ? [`${one.plugin}/${release.version}`] : [],
      ),
    ),
  );
  for (const kept of inUse) versions.add(kept.split('/').slice(1, 4).join('/'));
  const left = [
    ...(await below(paths.releases, 4))
      .filter((path) => !named.has(`releases/${path}`))
      .map(inside(paths.releases)),
    ...(await below(paths.webRoot, 3)).filter((path) => !versions.has(path)).map(inside(paths.webRoot)),
    ...(await below(paths.incoming, 1)).map(inside(paths.incoming)),
    ...(await unknown(paths.keys, ids)),
    ...(await longUntouched(await unknown(paths.dataRoot, ids))),
    ...(await unknown(paths.logsRoot, ids)),
  ];
  let removed = 0;
  for (const path of left) if (await removeTree(path)) removed += 1;
  await removeEmpty(paths.releases, 3);
  await removeEmpty(paths.webRoot, 2);
  return removed;
}

const inside =
  (root: string) =>
  (path: string): string =>
    join(root, ...path.split('/'));

const unknown = async (root: string, ids: ReadonlySet<string>): Promise<string[]> =>
  (await below(root, 1)).filter((name) => !ids.has(name)).map(inside(root));

/** Of what an installation has written the only copy may be here. */
async function longUntouched(paths: readonly string[]): Promise<string[]> {
  const before = Date.now() - hostLimits.dataKeptMs;
  const found: string[] = [];
  for (const path of paths) if ((await stat(path)).mtimeMs < before) found.push(path);
  return found;
}

/** The paths, with `/`, of everything that lies so many folders deep. */
async function below(root: string, depth: number): Promise<string[]> {
  let paths = [''];
  for (let level = 0; level < depth; level++) {
    const deeper = await Promise.all(
      paths.map(async (path) =>
        (await names(join(root, ...path.split('/')))).map((name) => joined(path, name)),
      ),
    );
    paths = deeper.flat();
  }
  return paths;
}

/** Folders so many levels deep, and those above them, that hold nothing any more. */
async function removeEmpty(root: string, depth: number): Promise<void> {
  for (let level = depth; level > 0; level--)
    for (const path of await below(root, level))
      await rmdir(inside(root)(path)).catch((error: unknown) => {
        if (!['ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) throw error;
      });
}

const joined = (path: string, name: string): string => (path === '' ? name : `${path}/${name}`);

async function names(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return [];
    throw error;
  }
}
