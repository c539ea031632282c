import type { Command } from 'commander';
import { publishRelease, StoreProblem } from '#client';
import type { PublishedRelease, StoreClient } from '#client';
import { defineCommand } from '../cli-command.js';
import { CliFailure, interrupted } from '../cli-failure.js';
import type { Context } from '../context.js';
import { progressBar } from '../progress-bar.js';
import { importReleases } from '../project/import-releases.js';
import { openPluginFolder } from '../project/plugin-folder.js';
import type { PluginFolder } from '../project/plugin-folder.js';
import { preparePublication } from '../project/prepare-publication.js';
import type { Prepared } from '../project/prepare-publication.js';
import { RefusedDescriptor } from '../refused-descriptor.js';
import { problemLines } from '../show-problems.js';

export interface PublishOptions {
  readonly publisher?: string;
  readonly dryRun?: boolean;
  readonly build: boolean;
  readonly lock: boolean;
}

/** Publishes a release: builds and locks what a folder has, or takes the files that are named, or an exported archive. */
export const publish = defineCommand<PublishOptions, [from: string, artifacts: string[]]>({
  name: 'publish',
  group: 'Write and publish',
  summary: 'build and publish a version of a plugin',
  examples: [
    'mortise publish',
    'mortise publish --dry-run',
    'mortise publish plugin.yaml dist/*.whl dist/*.tgz --publisher acme',
    'mortise publish acme+weather-station-1.0.0.mortise.tar --publisher mirror',
  ],
  define: (command: Command) =>
    command
      .argument('[from]', 'a folder, a descriptor, or an archive of `mortise export`', '.')
      .argument('[artifacts...]', 'wheels, an sdist, tarballs, an icon, a pylock.toml: instead of building')
      .option(
        '--publisher <publisher>',
        'in whose name; else yours that its front end is named after, or your only one',
      )
      .option('--dry-run', 'go through all of it, and publish nothing')
      .option('--no-build', 'take what was built before')
      .option('--no-lock', 'make no pylock.toml: hosts then resolve what the back end needs themselves'),
  run: async (context, options, from, artifacts) => {
    const store = await context.signedInStore();
    const several = artifacts.length > 0 ? undefined : await openSeveral(from);
    if (several !== undefined) return await importAll(context, store, several, options);
    // What is wrong with the store or the credential is told before anything is built.
    const { publishers } = await store.call('accountMe', {}, { signal: context.signal });
    let isSent = false;
    try {
      const prepared = await preparePublication(context, store, { from, artifacts, ...options });
      try {
        const publisher = options.publisher ?? publisherOf(publishers, prepared.scopes);
        isSent = options.dryRun !== true;
        const published = await send(context, store, publisher, prepared, options);
        tell(context, published, prepared);
      } finally {
        await prepared.discard();
      }
    } catch (error) {
      if (!context.signal.aborted) throw error;
      throw interrupted(
        isSent ? 'it is published whole or not at all, as the same again says' : 'nothing was published',
      );
    }
  },
});

/** A descriptor that has several releases; undefined for anything else, which is told of later. */
async function openSeveral(from: string): Promise<PluginFolder | undefined> {
  if (from.endsWith('.tar')) return undefined;
  const plugin = await openPluginFolder(from);
  return plugin.reading.descriptors.length > 1 ? plugin : undefined;
}

async function importAll(
  context: Context,
  store: StoreClient,
  plugin: PluginFolder,
  options: PublishOptions,
): Promise<void> {
  if (options.dryRun === true) {
    throw new CliFailure(
      'usage',
      `${plugin.file} has several releases: \`mortise validate\` checks them.`,
      'usage',
    );
  }
  const publisher =
    options.publisher ??
    publisherOf((await store.call('accountMe', {}, { signal: context.signal })).publishers, []);
  const outcomes = await importReleases(context, store, publisher, plugin);
  const { output } = context;
  const source = { name: plugin.file, text: plugin.bytes.toString() };
  output.result(
    outcomes,
    outcomes.items.flatMap(({ outcome, release, entry, problems }) => [
      ...problemLines(problems, source, output),
      `${outcome}: ${release === null ? entry : `${release.id}@${release.version}`}`,
    ]),
  );
  if (outcomes.items.some(({ outcome }) => outcome === 'refused')) process.exitCode = 1;
}

/**
 * The account's publisher named like the scope of the front end's package, as the store's npm side has it; its only
 * one where there is no scope. What is published under another's name is so for good, so that a scope that is none of
 * its publishers has to be answered with --publisher. Throws `publisher-needed`.
 */
function publisherOf(
  publishers: readonly { readonly publisher: string }[],
  scopes: readonly string[],
): string {
  const names = publishers.map(({ publisher }) => publisher);
  const scoped = names.filter((name) => scopes.includes(name));
  const [only, ...others] = scopes.length > 0 ? scoped : names;
  if (only !== undefined && others.length === 0) return only;
  throw new CliFailure(
    'publisher-needed',
    whoIsNeeded(names, scoped.length > 0 ? undefined : scopes[0]),
    'usage',
  );
}

function whoIsNeeded(names: readonly string[], strange: string | undefined): string {
  const say = `--publisher: ${names.join(', ')}.`;
  if (strange === undefined && names.length > 0) return `In whose name? Say ${say}`;
  const make = `\`mortise publisher ${strange ?? 'NAME'} --create\``;
  return names.length === 0
    ? `You belong to no publisher: make one with ${make}.`
    : `Its front end is named after ${strange ?? ''}, and you belong to no publisher of that name: make it with ${make}, or say in whose name with ${say}`;
}

async function send(
  context: Context,
  store: StoreClient,
  publisher: string,
  { parts, total, source, toRefresh }: Prepared,
  { dryRun = false }: PublishOptions,
): Promise<PublishedRelease> {
  const title = `${dryRun ? 'Checking' : 'Publishing'} ${parts.length} file${parts.length === 1 ? '' : 's'} at ${store.address}`;
  return await context.output.step({
    title,
    run: async (tellStep) =>
      publishRelease(store, {
        publisher,
        parts,
        dryRun,
        signal: context.signal,
        sent: (bytes) => tellStep(progressBar(bytes, total, 'bytes')),
        followed: ({ step, progress }) =>
          tellStep(progress === null ? step : `${step} ${progressBar(progress.done, progress.of, 'files')}`),
      }).catch((error: unknown) => {
        if (!(error instanceof StoreProblem)) throw error;
        const isOld = error.code === 'file-taken' && toRefresh !== undefined;
        const problem = isOld ? error.inOtherWords(`${error.detail} ${toRefresh}`) : error;
        throw source === undefined ? problem : new RefusedDescriptor(source, problem);
      }),
  });
}

function tell(
  { output }: Context,
  { outcome, release }: PublishedRelease,
  { source, parts }: Prepared,
): void {
  const sent = new Set(parts.map(({ filename }) => filename));
  const own = release.artifacts.filter(({ filename }) => sent.has(filename));
  const others = release.artifacts.length - own.length;
  const words = {
    published: 'Published',
    unchanged: 'Unchanged, it was there before:',
    checked: 'Would publish',
  };
  output.result({ outcome, release }, [
    ...problemLines(release.problems, source, output),
    `${words[outcome]} ${release.id}@${release.version}`,
    ...own.map(({ kind, filename }) => `  ${kind.padEnd(8)} ${filename}`),
    ...(others > 0 ? [`  and ${others} files of packages that it or its lock names`] : []),
    ...(outcome === 'checked' ? [] : [`Manifest: ${release.manifest_url}`]),
    ...(release.review === 'approved' ? [] : ['A moderator has to approve it before others see it.']),
  ]);
}
