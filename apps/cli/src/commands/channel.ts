import type { Command } from 'commander';
import type { StoreClient } from '#client';
import { defineCommand } from '../cli-command.js';
import { CliFailure } from '../cli-failure.js';
import type { Context } from '../context.js';
import { parsePluginSpec } from '../plugin-spec.js';

interface ChannelOptions {
  readonly remove?: boolean;
  readonly history?: boolean;
}

interface Plugin {
  readonly publisher: string;
  readonly plugin: string;
}

/** Lists the channels of a plugin, points one to a version, or removes one. */
export const channel = defineCommand<ChannelOptions, [spec: string, name?: string, version?: string]>({
  name: 'channel',
  group: 'After publishing',
  summary: 'list the channels of a plugin, point one to a version, or remove one',
  examples: [
    'mortise channel galaxy/kubeplugin',
    'mortise channel galaxy/kubeplugin beta 1.3.0-beta.1',
    'mortise channel galaxy/kubeplugin beta --remove',
  ],
  define: (command: Command) =>
    command
      .argument('<plugin>', 'publisher/plugin')
      .argument('[channel]', 'its name')
      .argument('[version]', 'the exact version that it shall point to')
      .option('--remove', 'remove the channel')
      .option('--history', 'with where each pointed before'),
  run: async (context, { remove = false, history = false }, spec, name, version) => {
    const { publisher, plugin, version: misplaced } = parsePluginSpec(spec);
    if (misplaced !== undefined) throw usage('The version comes last, after the name of the channel.');
    if (remove && version !== undefined) throw usage('Give a version, or --remove.');
    if (remove && name === undefined) throw usage('Which channel? Give its name before --remove.');
    if (name !== undefined && version === undefined && !remove) {
      throw usage('Give the version that the channel shall point to, or --remove.');
    }
    if (name === undefined) return await list(await context.store(), context, { publisher, plugin }, history);
    await change(await context.signedInStore(), context, { publisher, plugin }, name, version);
  },
});

const usage = (sentence: string): CliFailure => new CliFailure('usage', sentence, 'usage');

async function list(
  store: StoreClient,
  { output, signal }: Context,
  plugin: Plugin,
  history: boolean,
): Promise<void> {
  const channels = await store.call('listChannels', plugin, { signal });
  const lines = output.table(
    channels.items.map(({ name, version, state, state_reason: reason }) => [
      output.paint('bold', name),
      version ?? '-',
      state === null || state === 'active' ? '' : `${state}: ${reason ?? ''}`,
    ]),
  );
  const moves = channels.items.map(({ history: past }) =>
    past.map(({ version, from, at, by }) => `    ${at}  ${from ?? '-'} → ${version ?? 'removed'}  by ${by}`),
  );
  output.result(
    channels,
    lines.flatMap((line, at) => (history ? [line, ...(moves[at] ?? [])] : [line])),
  );
}

async function change(
  store: StoreClient,
  { output, signal }: Context,
  { publisher, plugin }: Plugin,
  name: string,
  version: string | undefined,
): Promise<void> {
  const input = { publisher, plugin, channel: name };
  if (version === undefined) await store.call('removeChannel', input, { signal });
  else await store.call('moveChannel', { ...input, body: { version } }, { signal });
  output.result({ plugin: `${publisher}/${plugin}`, channel: name, version: version ?? null }, [
    version === undefined ? `${name} is removed.` : `${name} points to ${version}.`,
  ]);
}
