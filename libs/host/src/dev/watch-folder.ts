import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { watch } from 'chokidar';
import type { FSWatcher } from 'chokidar';

/** Where nothing is that somebody writes: hidden folders, and what package managers fill. */
const apart = /(?:^|\/)(?:\..+|node_modules|__pycache__|venv)$/;

/**
 * Tells of each file below that folder that comes, changes or goes, by its path in there: also of one that an editor puts in
 * the place of another, which Node's own recursive watch loses. Resolves once whatever is written from now on is noticed.
 */
export async function watchFolder(
  folder: string,
  onChange: (file: string) => void,
  onError: (error: unknown) => void,
): Promise<FSWatcher> {
  const watcher = watch(folder, {
    ignoreInitial: true,
    followSymlinks: false,
    ignored: (path, stats) =>
      apart.test(relative(folder, path)) ||
      (stats?.isDirectory() === true && existsSync(join(path, 'pyvenv.cfg'))),
  });
  watcher.on('error', onError);
  watcher.on('all', (event, path) => {
    if (!event.endsWith('Dir')) onChange(relative(folder, path));
  });
  await new Promise<void>((ready) => watcher.once('ready', ready));
  return watcher;
}
