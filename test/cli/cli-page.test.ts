import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { cliCommands } from '../../apps/cli/src/cli-commands.js';
import { cliVariables } from '../../apps/cli/src/cli-settings.js';
import { exitCodes } from '../../apps/cli/src/exit-codes.js';

const page = readFileSync(fileURLToPath(new URL('../../../docs/cli.md', import.meta.url)), 'utf8');

/** Whatever the formatter does to a table to align it. */
const squeezed = page.replaceAll(/ +/g, ' ');

const chapters = new Map(
  page.split(/^### /m).map((chapter) => [chapter.split('\n', 1)[0] ?? '', chapter] as const),
);

describe('the page on the command line', () => {
  it.each(cliCommands.map((command) => [command.name, command] as const))(
    'has a chapter on %s, with its examples and all its options',
    (name, definition) => {
      const chapter = chapters.get(`mortise ${name}`) ?? '';
      const command = new Command(name);
      definition.define(command);
      for (const { long } of command.options) expect(chapter).toContain(long);
      for (const example of definition.examples) expect(chapter).toContain(`${example}\n`);
    },
  );

  it('has no chapter on a command that there is not', () => {
    const names = [...chapters.keys()].flatMap((heading) => /^mortise (.+)$/.exec(heading)?.[1] ?? []);
    expect(names.filter((name) => !cliCommands.some((command) => command.name === name))).toEqual([]);
  });

  it('has every setting and every exit code, as the code has them', () => {
    for (const [variable, about] of Object.entries(cliVariables))
      expect(squeezed).toContain(`| \`${variable}\` | ${about} |`);
    for (const { code, about } of Object.values(exitCodes))
      expect(squeezed).toContain(`| ${code} | ${about} |`);
  });
});
