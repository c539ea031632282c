import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { CannotStart } from '../cannot-start.js';

const onlyTheOwner = 0o700;

/**
 * Makes the folder, and those above it, where there is none; only the owner may enter what is made. Throws CannotStart
 * where a file is in the way, naming `variable`, and what the system says. One folder at a time: Node's own way to make
 * several never returns where the system denies that a folder exists in which nothing can be made, as in /proc.
 */
export function makeFolder(path: string, variable: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return;
  if (found !== undefined) {
    throw new CannotStart(`${path} is a file, not a folder: choose a folder with ${variable}.`);
  }
  if (dirname(path) !== path) makeFolder(dirname(path), variable);
  try {
    mkdirSync(path, onlyTheOwner);
  } catch (error) {
    // Another process may have been quicker.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
