import { rm } from 'node:fs/promises';
import { runProgram } from './run-program.js';

/**
 * Removes what a plugin left, however it made it: deeper than a path can be long, or closed to its own owner. False when some
 * of it stays. Never throws: what a plugin leaves is no reason for anything else to fail.
 */
export async function removeTree(path: string): Promise<boolean> {
  const remove = (): Promise<boolean> =>
    rm(path, { recursive: true, force: true }).then(
      () => true,
      () => false,
    );
  if (await remove()) return true;
  // The system's own go down folder by folder, where no path gets too long.
  for (const [command, ...args] of [
    ['chmod', '-R', 'u+rwX', path],
    ['rm', '-rf', path],
  ] as const) {
    await runProgram({ command, args }).catch(() => undefined);
  }
  return remove();
}
