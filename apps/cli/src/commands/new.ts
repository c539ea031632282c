import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { nameComplaint } from '#descriptor';
import { normalizeName, parsePublisherName } from '#kernel';
import { defineCommand } from '../cli-command.js';
import { CliFailure } from '../cli-failure.js';
import { planRefresh } from '../project/plan-refresh.js';
import { openPluginFolder, requireDescriptor } from '../project/plugin-folder.js';

/** A plugin that works as it lies there; `new` copies it under other names. */
const skeleton = fileURLToPath(new URL('../../../../../apps/cli/skeleton', import.meta.url));

interface Names {
  readonly id: string;
  readonly publisher: string | undefined;
  /** Sample's word to the plugin's own, the longest first. */
  readonly words: readonly (readonly [sample: string, own: string])[];
}

/** Makes a plugin that builds, passes its tests and publishes as it stands. */
export const newPlugin = defineCommand<{ readonly folder?: string }, [name: string]>({
  name: 'new',
  group: 'Write and publish',
  summary: 'make a plugin to begin with: back end, front end, form, tests, descriptor',
  examples: ['mortise new acme/weather-station', 'mortise new weather-station --folder ~/plugins/weather'],
  define: (command: Command) =>
    command
      .argument('<name>', 'publisher/name (its packages are then named after the publisher), or name')
      .option('--folder <folder>', 'where to; else a new folder of that name here'),
  run: async ({ output }, { folder }, name) => {
    const names = namesOf(name);
    const target = resolve(folder ?? names.id);
    await requireEmpty(target);
    const beside = join(dirname(target), `.${basename(target)}.${randomUUID()}`);
    try {
      await mkdir(dirname(target), { recursive: true });
      await copy(skeleton, beside, names);
      await refreshed(beside);
      // In one step, and only where there is nothing or an empty folder.
      await rename(beside, target);
    } catch (error) {
      await rm(beside, { recursive: true, force: true });
      throw error;
    }
    const shown = folder ?? names.id;
    output.result({ folder: target, plugin: names.id }, [
      `Made ${shown}. Next:`,
      `  cd ${/^[\w./-]+$/.test(shown) ? shown : `'${shown}'`}`,
      '  mortise validate',
      ...(names.publisher === undefined
        ? []
        : [`  mortise publisher ${names.publisher} --create    (unless it is yours already)`]),
      '  mortise publish --dry-run',
    ]);
  },
});

function namesOf(written: string): Names {
  const [, scope, name = ''] = /^(?:([^/]*)\/)?(.*)$/.exec(written) ?? [];
  const complaint = nameComplaint(name);
  if (complaint) throw new CliFailure(complaint.code, complaint.message, 'usage');
  try {
    if (scope !== undefined) parsePublisherName(scope);
  } catch (error) {
    throw new CliFailure('name-invalid', (error as Error).message, 'usage', { cause: error });
  }
  const id = normalizeName(name);
  const publisher = scope === undefined ? undefined : normalizeName(scope);
  const pip = publisher === undefined ? `${id}-backend` : `${publisher}-${id}`;
  const npm = publisher === undefined ? `${id}-frontend` : `@${publisher}/${id}`;
  const words = id.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const title = words.join(' ');
  return {
    id,
    publisher,
    words: [
      ['name: sample-plugin', `name: ${inYaml(id)}`],
      ['title: Sample Plugin', `title: ${inYaml(title)}`],
      ['tags: [sample]', `tags: [${inYaml(id.slice(0, 32))}]`],
      ['sample_plugin_backend', moduleName(pip)],
      ['sample-plugin-backend', pip],
      ['sample-plugin', id],
      ['@sample/plugin-frontend', npm],
      ['Sample Plugin', title],
      ['SamplePlugin', className(words)],
    ],
  };
}

/** In quotes where it would be read as something other than text: a number, a truth, nothing. */
const inYaml = (text: string): string => stringify(text).trim();

/** No class begins with a digit, nor is called as one of Python's constants is. */
const className = (words: readonly string[]): string =>
  words.join('').replace(/^(?=\d|(?:True|False|None)$)/, 'Plugin');

/** No module begins with a digit. */
const moduleName = (pip: string): string => pip.replaceAll('-', '_').replace(/^(?=\d)/, 'plugin_');

async function requireEmpty(target: string): Promise<void> {
  if (!existsSync(target)) return;
  const entries = await readdir(target);
  if (entries.length > 0) {
    throw new CliFailure('folder-taken', `${target} has something in it: name another with --folder.`);
  }
}

async function copy(from: string, to: string, names: Names): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, renamed(entry.name, names))];
    if (entry.name === '__pycache__' || entry.name === 'dist') continue;
    if (entry.isDirectory()) await copy(source, target, names);
    else await writeFile(target, renamed(await readFile(source, 'utf8'), names));
  }
}

const renamed = (text: string, { words }: Names): string =>
  words.reduce((edited, [sample, own]) => edited.replaceAll(sample, own), text);

/** Its constants follow from a descriptor that has other names now. */
async function refreshed(folder: string): Promise<void> {
  const descriptor = requireDescriptor(await openPluginFolder(folder));
  for (const { path, text } of await planRefresh(folder, descriptor))
    await writeFile(join(folder, path), text);
}
