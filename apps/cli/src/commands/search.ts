import { Option } from 'commander';
import type { Command } from 'commander';
import type { InputOf, PluginHitBody } from '#client';
import { defineCommand } from '../cli-command.js';
import { limitOption } from '../limit-option.js';
import type { Output } from '../output.js';

type SearchInput = InputOf<'searchPlugins'>;
type SearchOptions = Pick<
  SearchInput,
  'category' | 'tag' | 'publisher' | 'kind' | 'interface' | 'has' | 'trust' | 'host' | 'sort' | 'limit'
>;

/** Searches the store. */
export const search = defineCommand<SearchOptions, [words: string[]]>({
  name: 'search',
  group: 'Find',
  summary: 'search for plugins',
  examples: [
    'mortise search kubernetes',
    'mortise search --tag ml --has form',
    'mortise search --json oauth | jq .total',
  ],
  define,
  run: async (context, options, words) => {
    const { category, tag, publisher, kind, has, trust, host, sort, limit } = options;
    const filters = {
      category,
      tag,
      publisher,
      kind,
      interface: options.interface,
      has,
      trust,
      host,
      sort,
      limit,
    };
    const q = words.join(' ');
    const store = await context.store();
    const input = Object.fromEntries(
      Object.entries({ ...filters, q: q === '' ? undefined : q }).filter(([, value]) => value !== undefined),
    ) as SearchInput;
    const found = await store.call('searchPlugins', input, { signal: context.signal });
    const rows = found.items.map((hit) => rowOf(hit, context.output));
    const rest = found.total - found.items.length;
    context.output.result(found, context.output.table(rows));
    if (found.total === 0) context.output.note('Nothing was found.');
    if (rest > 0) context.output.note(`${rest} more: narrow the search, or raise --limit.`);
  },
});

function define(command: Command): void {
  command
    .argument('[words...]', 'what to look for, in any spelling')
    .option('--category <category...>', 'of any of these categories')
    .option('--tag <tag...>', 'with any of these tags')
    .option('--publisher <publisher...>', 'of any of these publishers')
    .addOption(
      new Option('--kind <kind...>', 'by the form of its descriptor').choices([
        'native',
        'insightconnect',
        'cloudlaunch',
      ]),
    )
    .option('--interface <name...>', 'with any of these interfaces')
    .addOption(
      new Option('--has <what...>', 'by what it has').choices([
        'frontend',
        'backend',
        'form',
        'operations',
        'lock',
      ]),
    )
    .addOption(new Option('--trust <trust...>', 'by how far it is trusted').choices(['trusted', 'untrusted']))
    .option('--host <host...>', 'that run on this host: name or name@version')
    .addOption(
      new Option('--sort <order>', 'in which order').choices(['relevance', 'name', 'updated', 'downloads']),
    )
    .addOption(limitOption(20));
}

function rowOf(
  { id, version, summary, title, trust, withdrawn, deprecated }: PluginHitBody,
  output: Output,
): string[] {
  const marks = [
    ...(trust === 'trusted' ? [output.paint('green', 'trusted')] : []),
    ...(withdrawn ? [output.paint('red', 'withdrawn')] : []),
    ...(deprecated ? [output.paint('yellow', 'deprecated')] : []),
  ];
  return [
    output.paint('bold', id),
    version ?? '-',
    marks.join(' '),
    (summary ?? title ?? '').split('\n')[0] ?? '',
  ];
}
