import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Command } from 'commander';
import type { ReleaseDetailBody, StoreClient } from '#client';
import { collectExport } from '../archive/collect-export.js';
import { writeArchive } from '../archive/write-archive.js';
import { defineCommand } from '../cli-command.js';
import { CliFailure } from '../cli-failure.js';
import type { Context } from '../context.js';
import { parsePluginSpec } from '../plugin-spec.js';
import { progressBar } from '../progress-bar.js';

interface ExportOptions {
  readonly output?: string;
  readonly force?: boolean;
}

/** Writes one release with all its bytes into one file. */
export const exportPlugin = defineCommand<ExportOptions, [spec: string]>({
  name: 'export',
  group: 'After publishing',
  summary: 'write a version with its code into one archive, for another store or an offline host',
  examples: [
    'mortise export galaxy/kubeplugin',
    'mortise export galaxy/kubeplugin@1.2.0 --output kube.mortise.tar',
  ],
  define: (command: Command) =>
    command
      .argument('<plugin>', 'publisher/plugin, or publisher/plugin@version (or @channel)')
      .option('-o, --output <file>', 'where to; else publisher+plugin-version.mortise.tar here')
      .option('--force', 'replace what is there'),
  run: async (context, { output: path, force = false }, spec) => {
    const { output, signal } = context;
    const store = await context.store();
    const release = await findRelease(store, context, spec);
    const target = path ?? `${release.id.replace('/', '+')}-${release.version}.mortise.tar`;
    if (existsSync(target) && !force) {
      throw new CliFailure('file-taken', `${target} is there already: say --force, or another --output.`);
    }
    const folder = dirname(target);
    if (!existsSync(folder))
      throw new CliFailure(
        'folder-absent',
        `There is no folder ${folder} to write ${basename(target)} into.`,
        'absent',
      );
    const { index, openFile, withoutManifest } = await collectExport(store, release, { signal });
    const total = index.files.reduce((sum, { size }) => sum + size, 0);
    await output.step({
      title: `Writing ${target}`,
      run: (tell) =>
        writeArchive(target, index, openFile, (bytes) => tell(progressBar(bytes, total, 'bytes'))),
    });
    if (withoutManifest !== undefined)
      output.warn(`It has no manifest, so no host installs it: ${withoutManifest}`);
    output.result({ file: target, plugin: index.plugin, version: index.version, files: index.files }, [
      `${target}: ${index.plugin}@${index.version}, ${index.files.length} files, ${total} bytes.`,
    ]);
  },
});

async function findRelease(
  store: StoreClient,
  { signal }: Context,
  spec: string,
): Promise<ReleaseDetailBody> {
  const { publisher, plugin, version } = parsePluginSpec(spec);
  if (version !== undefined && /^\d/.test(version)) {
    return await store.call('getRelease', { publisher, plugin, version }, { signal });
  }
  const found = await store.call('getPlugin', { publisher, plugin }, { signal });
  if (version === undefined || version === 'latest') {
    if (found.latest !== null) return found.latest;
    throw new CliFailure('version-absent', `No version of ${found.id} is active: name one.`, 'absent');
  }
  const exact = found.channels[version];
  if (exact !== undefined)
    return await store.call('getRelease', { publisher, plugin, version: exact }, { signal });
  throw new CliFailure('version-absent', `${found.id} has no version and no channel "${version}".`, 'absent');
}
