import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { relative } from 'node:path';
import { watch } from 'chokidar';
import type { FSWatcher } from 'chokidar';
import { wait } from '../agent/wait-before.js';
import { isEnvironment } from './dev-environment.js';
import { devLimits } from './dev-limits.js';

/** Where nothing is that somebody writes: hidden folders, and what package managers fill. A bundler writes into `dist`. */
const apart = /(?:^|\/)(?:\..+|node_modules|__pycache__|venv)$/;

/**
 * Tells of each file below that folder that comes, changes or goes, by its path in there: also of one that an editor puts in
 * the place of another, which Node's own recursive watch loses. The folder itself may be a link, and may go and come back.
 * Resolves once whatever is written from now on is noticed.
 */
export async function watchFolder(
  folder: string,
  onChange: (file: string) => void,
  onError: (error: unknown) => void,
): Promise<FSWatcher> {
  const place = await realpath(folder);
  const watcher = watch(place, {
    ignoreInitial: true,
    followSymlinks: false,
    ignored: (path, stats) =>
      path !== place &&
      (apart.test(relative(place, path)) || (stats?.isDirectory() === true && isEnvironment(path))),
  });
  watcher.on('error', onError);
  watcher.on('all', (event, path) => {
    if (!event.endsWith('Dir')) onChange(relative(place, path));
    if (event === 'unlinkDir' && path === place) void watchNext();
  });
  // The watch of a folder ends with it: what comes in its place has to be watched anew, and is loaded as it is found.
  const watchNext = async () => {
    while (!watcher.closed && !existsSync(place)) await wait(devLimits.returnMs);
    if (watcher.closed) return;
    watcher.add(place);
    onChange('plugin.yaml');
  };
  await new Promise<void>((ready) => watcher.once('ready', ready));
  return watcher;
}
