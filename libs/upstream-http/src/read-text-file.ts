import { readFile, stat } from 'node:fs/promises';
import { limits } from '#kernel';

/** The text of a file of configuration, or undefined where there is none that can be read. */
export async function readTextFile(path: string): Promise<string | undefined> {
  try {
    if ((await stat(path)).size > limits.upstreamConfigurationBytes) return undefined;
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}
