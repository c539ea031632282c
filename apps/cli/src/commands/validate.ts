import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { readDescriptor } from '#descriptor';
import type { Problem } from '#descriptor';
import { defineCommand } from '../cli-command.js';
import type { Context } from '../context.js';
import { descriptorIn } from '../find-descriptor.js';
import { readAllInput } from '../read-input.js';
import { problemLines } from '../show-problems.js';

interface ValidateOptions {
  readonly remote?: boolean;
  readonly publisher?: string;
  readonly strict?: boolean;
}

interface Checked {
  readonly file: string;
  readonly valid: boolean;
  readonly kind: string | null;
  readonly problems: readonly Problem[];
}

/** Checks descriptors, with the same rules as the store, on this machine. */
export const validate = defineCommand<ValidateOptions, [files: string[]]>({
  name: 'validate',
  group: 'Write and publish',
  summary: 'check descriptors, and show what is wrong with them',
  examples: [
    'mortise validate',
    'mortise validate plugin.yaml other/plugin.yaml',
    'mortise validate - < plugin.yaml',
  ],
  define: (command: Command) =>
    command
      .argument('[files...]', 'descriptors, or folders that have one; - is stdin; without any, this folder')
      .option('--remote', 'let the store check, with the rules of its version')
      .option(
        '--publisher <publisher>',
        'who will publish it: a foreign descriptor that names another is warned of',
      )
      .option('--strict', 'take warnings for errors'),
  run: async (context, options, files) => {
    const { output } = context;
    const results: Checked[] = [];
    const lines: string[] = [];
    for (const name of files.length === 0 ? ['.'] : files) {
      const { file, bytes } = await textOf(context, name);
      const checked = await check(context, options, file, bytes);
      results.push(checked);
      lines.push(...problemLines(checked.problems, { name: file, text: bytes.toString() }, output));
      lines.push(verdict(checked, options, context));
    }
    output.result(results.length === 1 ? results[0] : { items: results }, lines);
    if (results.some((checked) => !passes(checked, options))) process.exitCode = 1;
  },
});

async function textOf(context: Context, name: string): Promise<{ file: string; bytes: Buffer }> {
  if (name === '-') return { file: '<stdin>', bytes: await readAllInput(context) };
  const found = await stat(name);
  const file = found.isDirectory() ? join(name, await descriptorIn(name)) : name;
  return { file, bytes: await readFile(file) };
}

async function check(
  context: Context,
  { remote = false, publisher }: ValidateOptions,
  file: string,
  bytes: Buffer,
): Promise<Checked> {
  if (!remote) {
    const { valid, kind, problems } = readDescriptor(bytes, publisher === undefined ? {} : { publisher });
    return { file, valid, kind, problems };
  }
  const store = await context.store();
  const body = {
    contentType: 'application/yaml',
    length: bytes.length,
    open: async function* () {
      yield bytes;
    },
  };
  const { valid, kind, problems } = await store.call(
    'validateDescriptor',
    { body },
    { signal: context.signal, isRepeatable: true },
  );
  return { file, valid, kind, problems };
}

const passes = ({ valid, problems }: Checked, { strict = false }: ValidateOptions): boolean =>
  valid && !(strict && problems.length > 0);

function verdict(checked: Checked, options: ValidateOptions, { output }: Context): string {
  const count = (severity: Problem['severity']): number =>
    checked.problems.filter((problem) => problem.severity === severity).length;
  const counted = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;
  const tally = `${counted(count('error'), 'error')}, ${counted(count('warning'), 'warning')}`;
  const word = passes(checked, options) ? output.paint('green', 'ok') : output.paint('red', 'refused');
  return `${checked.file}: ${word}${checked.problems.length === 0 ? '' : ` (${tally})`}`;
}
