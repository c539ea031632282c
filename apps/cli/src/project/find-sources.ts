import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolders } from '#host';

/** The folders of a plugin's code, relative to its own: `.`, `python`, `web`. */
export interface Sources {
  readonly python: readonly string[];
  readonly web: readonly string[];
}

/** Where a pyproject.toml or a package.json lies. */
export async function findSources(folder: string): Promise<Sources> {
  const python: string[] = [];
  const web: string[] = [];
  for (const place of await projectFolders(folder)) {
    const names = await readdir(join(folder, place)).catch((): string[] => []);
    if (names.includes('pyproject.toml') || names.includes('setup.py')) python.push(place);
    if (names.includes('package.json')) web.push(place);
  }
  return { python, web };
}
