import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ComponentReference, Descriptor } from '#descriptor';
import { normalizeName } from '#kernel';
import { editPackageJson, editPyproject } from './edit-project-files.js';
import { findSources } from './find-sources.js';
import { generatedMark, javascriptConstants, pythonConstants } from './generated-constants.js';
import { pythonVersion } from './python-version.js';

/** A file that does not say what the descriptor says. */
export interface Change {
  /** Relative to the plugin's folder. */
  readonly path: string;
  readonly text: string;
}

const mostDepth = 3;

/**
 * What has to change so that a plugin's code says what its descriptor says: names and versions in pyproject.toml and
 * package.json, and the files that bear the mark of `mortise refresh`. Nothing else is looked at; nothing is written.
 */
export async function planRefresh(folder: string, descriptor: Descriptor): Promise<Change[]> {
  const sources = await findSources(folder);
  const interfaces = Object.values(descriptor.interfaces);
  const backends = distinct(interfaces.map(({ backend }) => backend));
  const frontends = distinct(interfaces.map(({ frontend }) => frontend));
  const version = descriptor.version ?? '0.0.0';
  const planned: (Change | undefined)[] = [];
  for (const place of sources.python) {
    const path = join(place, 'pyproject.toml');
    const wanted = choose(
      backends,
      sources.python,
      await nameIn(folder, path, /^name\s*=\s*["']([^"'\n]*)/m),
    );
    const to = wanted && { ...wanted, version: wanted.version ?? pythonVersion(version) };
    if (to) planned.push(await edited(folder, path, (text) => editPyproject(text, to)));
    planned.push(...(await regenerated(folder, place, '_plugin.py', () => pythonConstants(descriptor))));
  }
  for (const place of sources.web) {
    const path = join(place, 'package.json');
    const wanted = choose(frontends, sources.web, await nameIn(folder, path, /"name"\s*:\s*"([^"]*)"/));
    const to = wanted && { ...wanted, version: wanted.version ?? version };
    if (to) planned.push(await edited(folder, path, (text) => editPackageJson(text, to)));
    planned.push(...(await regenerated(folder, place, 'plugin.js', () => javascriptConstants(descriptor))));
  }
  return planned.filter((change) => change !== undefined);
}

function distinct(references: readonly (ComponentReference | null)[]): ComponentReference[] {
  const found = references.filter((reference) => reference !== null);
  return [...new Map(found.map((reference) => [normalizeName(reference.package), reference])).values()];
}

interface Wanted {
  readonly name?: string;
  readonly version: string | null;
}

/** One package and one folder belong together, whatever the folder says; several are told apart by their names. */
function choose(
  packages: readonly ComponentReference[],
  places: readonly string[],
  written: string,
): Wanted | undefined {
  const [only] = packages;
  if (only !== undefined && packages.length === 1 && places.length === 1) {
    const isSame = normalizeName(only.package) === normalizeName(written);
    return { ...(!isSame && { name: only.package }), version: only.version };
  }
  const named = packages.find((reference) => normalizeName(reference.package) === normalizeName(written));
  return named && { version: named.version };
}

async function nameIn(folder: string, path: string, pattern: RegExp): Promise<string> {
  const text = await readFile(join(folder, path), 'utf8').catch(() => '');
  return pattern.exec(text)?.[1] ?? '';
}

async function edited(
  folder: string,
  path: string,
  edit: (text: string) => string,
): Promise<Change | undefined> {
  const before = await readFile(join(folder, path), 'utf8').catch(() => undefined);
  if (before === undefined) return undefined;
  const text = edit(before);
  return text === before ? undefined : { path, text };
}

/** Every file of that name below the folder that bears the mark, and says something else. */
async function regenerated(
  folder: string,
  place: string,
  name: string,
  generate: () => string,
): Promise<Change[]> {
  const changes: Change[] = [];
  for (const path of await filesNamed(folder, place, name, mostDepth)) {
    const before = await readFile(join(folder, path), 'utf8');
    const text = generate();
    if (before.split('\n', 1)[0]?.includes(generatedMark) === true && before !== text)
      changes.push({ path, text });
  }
  return changes;
}

async function filesNamed(folder: string, place: string, name: string, depth: number): Promise<string[]> {
  const entries = await readdir(join(folder, place), { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(place, entry.name);
    if (entry.isFile() && entry.name === name) found.push(path);
    const isSource = entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules';
    if (isSource && depth > 1) found.push(...(await filesNamed(folder, path, name, depth - 1)));
  }
  return found;
}
