import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readDescriptor } from '#descriptor';
import type { Descriptor, Reading } from '#descriptor';
import { descriptorIn } from '../find-descriptor.js';
import { RefusedDescriptor } from '../refused-descriptor.js';

/** A plugin's folder and the descriptor in it, as they lie there. */
export interface PluginFolder {
  readonly folder: string;
  /** The path of the descriptor, as one would name it. */
  readonly file: string;
  readonly bytes: Buffer;
  readonly reading: Reading;
}

/** Reads the descriptor of a folder, or the one that is named itself. */
export async function openPluginFolder(path: string): Promise<PluginFolder> {
  const isFolder = (await stat(path)).isDirectory();
  const folder = isFolder ? path : dirname(path);
  const file = join(folder, isFolder ? await descriptorIn(path) : basename(path));
  const bytes = await readFile(file);
  return { folder, file, bytes, reading: readDescriptor(bytes) };
}

/** Its descriptor; throws RefusedDescriptor with all that is wrong where there is none to speak of. */
export function requireDescriptor({ file, bytes, reading }: PluginFolder): Descriptor {
  const [descriptor] = reading.descriptors;
  if (descriptor !== undefined) return descriptor;
  throw new RefusedDescriptor(
    { name: file, text: bytes.toString() },
    {
      status: 400,
      code: 'invalid-descriptor',
      detail: `${file} has errors: nothing was done.`,
      problems: reading.problems,
    },
  );
}
