import { defineCommand } from '../cli-command.js';
import { defineFolderOption } from '../host-folder.js';
import type { FolderOptions } from '../host-folder.js';
import { openHost } from '../open-host.js';

const marks = { good: 'ok', lacking: '--', bad: '!!' } as const;
const styles = { good: 'green', lacking: 'yellow', bad: 'red' } as const;

/** Looks at all that the host needs. */
export const doctor = defineCommand<FolderOptions>({
  name: 'doctor',
  group: 'Host',
  summary: 'look at all that a host needs, and say how to mend what is wrong',
  examples: ['mortise doctor', 'mortise doctor --json'],
  define: defineFolderOption,
  run: async (context, options) => {
    const items = await (await openHost(context, options)).examine();
    const { output } = context;
    const rows = items.map(({ name, state, message }) => [
      output.paint(styles[state], marks[state]),
      name,
      message,
    ]);
    output.result({ items }, output.table(rows));
    if (items.some(({ state }) => state === 'bad')) process.exitCode = 1;
  },
});
