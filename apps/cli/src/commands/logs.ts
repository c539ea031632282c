import type { Command } from 'commander';
import { normalizeName } from '#kernel';
import { followLogs, hasVersion, HostFolder, lastLogLines, shownLogLines } from '#host';
import type { InstallationState } from '#host';
import { CliFailure } from '../cli-failure.js';
import { defineCommand } from '../cli-command.js';
import { defineFolderOption, hostFolderOf } from '../host-folder.js';
import type { FolderOptions } from '../host-folder.js';

interface LogsOptions extends FolderOptions {
  readonly follow?: boolean;
  readonly lines: string;
}

const mostLines = 10_000;

/** Shows what a plugin's back ends printed, whether they run or not. */
export const logs = defineCommand<LogsOptions, [plugin: string]>({
  name: 'logs',
  group: 'Host',
  summary: 'show what the back ends of a plugin said',
  examples: ['mortise logs acme/tool', 'mortise logs acme/tool@1.2.0 -f -n 20'],
  define: (command: Command) =>
    defineFolderOption(command)
      .argument('<plugin>', 'publisher/plugin[@version], or the id of an installation')
      .option('-f, --follow', 'go on with what they say')
      .option('-n, --lines <number>', 'the last so many lines', '100'),
  run: async (context, options, plugin) => {
    const folder = await HostFolder.open(hostFolderOf(context, options));
    const lines = Number(options.lines);
    if (!Number.isInteger(lines) || lines < 0 || lines > mostLines)
      throw new CliFailure('invalid-lines', `--lines is a number from 0 to ${mostLines}.`, 'usage');
    const { installations } = await folder.readState();
    const places = find(Object.values(installations), plugin).map(({ id }) => folder.paths.logs(id));
    const { output } = context;
    const signal = AbortSignal.any([context.signal, output.readerLeft()]);
    for (const place of lines > 0 ? places : []) {
      const last = await lastLogLines(place, lines);
      const shown = shownLogLines(last);
      last.forEach((one, at) => output.item(one, shown[at] ?? ''));
    }
    if (options.follow !== true) return;
    const tell = (line: string, name: string) => output.item({ interface: name, line }, line);
    await Promise.all(places.map((place) => followLogs(place, signal, tell)));
  },
});

function find(all: readonly InstallationState[], wanted: string): readonly InstallationState[] {
  const [written = '', version] = wanted.split('@');
  const plugin = written.split('/').map(normalizeName).join('/');
  const found = all.filter(
    (one) =>
      one.id === wanted || (one.plugin === plugin && (version === undefined || hasVersion(one, version))),
  );
  if (found.length > 0) return found;
  throw new CliFailure(
    'not-installed',
    `"${wanted}" is not installed here: \`mortise list\` shows what is.`,
    'absent',
  );
}
