import { closeSync, constants, fstatSync, openSync } from 'node:fs';

/** Where a back end is reached. */
export interface HeldSocket {
  readonly path: string;
  close(): void;
}

const pathOnly = 0o10000000;

/**
 * Holds a back end's socket by what it is, not by its name: a plugin could put a link to another socket of this machine in
 * its place, and have the agent talk to that. Also, a held one has a short path. Undefined while there is none.
 */
export function holdSocket(path: string): HeldSocket | undefined {
  if (process.platform !== 'linux') return { path, close: () => undefined };
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, pathOnly | constants.O_NOFOLLOW);
    if (fstatSync(descriptor).isSocket()) {
      const held = descriptor;
      return { path: `/proc/self/fd/${held}`, close: () => closeSync(held) };
    }
  } catch {
    return undefined;
  }
  closeSync(descriptor);
  return undefined;
}
