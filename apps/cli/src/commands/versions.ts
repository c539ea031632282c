import type { Command } from 'commander';
import type { VersionBody } from '#client';
import { defineCommand } from '../cli-command.js';
import type { Output } from '../output.js';
import { parsePluginSpec } from '../plugin-spec.js';

/** Lists the versions of a plugin, the highest first. */
export const versions = defineCommand<object, [spec: string]>({
  name: 'versions',
  group: 'Find',
  summary: 'list the versions of a plugin, all or those of a range',
  examples: ['mortise versions galaxy/kubeplugin', "mortise versions 'galaxy/kubeplugin@^1.2'"],
  define: (command: Command) => command.argument('<plugin>', 'publisher/plugin, or publisher/plugin@range'),
  run: async (context, _options, spec) => {
    const { output, signal } = context;
    const { publisher, plugin, version: range } = parsePluginSpec(spec);
    const store = await context.store();
    const items: VersionBody[] = [];
    const input = { publisher, plugin, limit: 100, ...(range !== undefined && { range }) };
    for await (const item of store.list('listVersions', input, { signal })) items.push(item);
    output.result({ items }, output.table(items.map((item) => rowOf(item, output))));
    if (items.length === 0) output.note(range === undefined ? 'There are none.' : `None fits ${range}.`);
  },
});

function rowOf(item: VersionBody, output: Output): string[] {
  const marks = [
    ...(item.state === 'active' ? [] : [output.paint('red', `${item.state}: ${item.state_reason ?? ''}`)]),
    ...(item.review === 'approved' ? [] : [output.paint('yellow', item.review)]),
    ...(item.deprecated === null ? [] : [output.paint('yellow', `deprecated: ${item.deprecated.message}`)]),
  ];
  const names = [...(item.latest ? ['latest'] : []), ...item.channels.filter((name) => name !== 'latest')];
  const label = item.version_label === null ? '' : ` (${item.version_label})`;
  return [
    output.paint('bold', item.version) + label,
    item.published_at.slice(0, 10),
    item.trust,
    names.join(', '),
    marks.join('; '),
  ];
}
