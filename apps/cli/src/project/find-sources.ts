import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The folders of a plugin's code, relative to its own: `.`, `python`, `web`. */
export interface Sources {
  readonly python: readonly string[];
  readonly web: readonly string[];
}

const passedOver = new Set(['node_modules', 'dist', 'build', 'test', 'tests', 'docs', 'venv', '__pycache__']);
const mostFolders = 200;

/** Where a pyproject.toml or a package.json lies: in the plugin's folder, or in one directly below it. */
export async function findSources(folder: string): Promise<Sources> {
  const entries = await readdir(folder, { withFileTypes: true });
  const below = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !passedOver.has(entry.name))
    .map((entry) => entry.name)
    .sort()
    .slice(0, mostFolders);
  const python: string[] = [];
  const web: string[] = [];
  for (const place of ['.', ...below]) {
    const names = await readdir(join(folder, place)).catch((): string[] => []);
    if (names.includes('pyproject.toml') || names.includes('setup.py')) python.push(place);
    if (names.includes('package.json')) web.push(place);
  }
  return { python, web };
}
