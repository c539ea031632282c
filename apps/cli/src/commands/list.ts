import { onOneLine } from '#host';
import type { InstallationState } from '#host';
import { defineCommand } from '../cli-command.js';
import { defineFolderOption } from '../host-folder.js';
import type { FolderOptions } from '../host-folder.js';
import { openHost } from '../open-host.js';

/** Lists what is installed on the host; needs no store. */
export const list = defineCommand<FolderOptions>({
  name: 'list',
  group: 'Host',
  summary: 'list what is installed on this host',
  examples: ['mortise list', 'mortise list --json'],
  define: defineFolderOption,
  run: async (context, options) => {
    const host = await openHost(context, options);
    const { installations } = await host.state();
    const items = Object.values(installations).sort((a, b) => (a.plugin < b.plugin ? -1 : 1));
    const { output } = context;
    const rows = [
      ['PLUGIN', 'SERVES', 'WANTED', 'BEFORE', 'FOLLOWS', 'TRUST', 'INSTALLATION'],
      ...items.map(rowOf),
    ];
    const failures = items.flatMap(({ plugin, id, failure }) =>
      failure
        ? [
            output.paint(
              'yellow',
              `${plugin} ${failure.version} (${id}) failed: ${onOneLine(failure.message)} (\`mortise logs ${plugin}\` shows what it said)`,
            ),
          ]
        : [],
    );
    const idle = host.folder.hasAgent() ? [] : ['No agent runs: `mortise run` brings this into service.'];
    output.result(
      { items: items.map(itemOf) },
      items.length > 0 ? [...output.table(rows), ...failures, ...idle] : ['Nothing is installed.'],
    );
  },
});

const followsOf = ({ pinned, range, channel }: InstallationState): string =>
  pinned ? 'pinned' : (range ?? channel ?? 'newest');

const rowOf = (one: InstallationState): string[] => [
  one.plugin,
  one.current?.version ?? '-',
  one.wanted?.version ?? '-',
  one.previous?.version ?? '-',
  followsOf(one),
  one.trust,
  one.id,
];

const itemOf = (one: InstallationState) => ({
  plugin: one.plugin,
  installation: one.id,
  current: one.current?.version ?? null,
  wanted: one.wanted?.version ?? null,
  previous: one.previous?.version ?? null,
  range: one.range,
  channel: one.channel,
  pinned: one.pinned,
  trust: one.trust,
  failure: one.failure,
});
