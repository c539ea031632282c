import { Argument, Command } from 'commander';
import type { CliCommand } from '../cli-command.js';
import { completionScripts, shells } from '../completion-scripts.js';
import type { CompletionTable, Shell } from '../completion-scripts.js';

const everywhere = [
  { flag: '--store', about: 'the store to speak to' },
  { flag: '--json', about: 'answer with JSON' },
  { flag: '--no-color', about: 'plain text' },
  { flag: '--help', about: 'explain the command' },
];

/** Prints the script that lets a shell complete `mortise`; the table of commands is handed over, since it has this one. */
export const makeCompletion = (commands: () => readonly CliCommand[]): CliCommand => ({
  name: 'completion',
  group: 'Other',
  summary: 'print the script with which a shell completes mortise',
  examples: [
    'mortise completion bash > ~/.local/share/bash-completion/completions/mortise',
    'mortise completion zsh > ~/.zfunc/_mortise',
    'mortise completion fish > ~/.config/fish/completions/mortise.fish',
  ],
  define: (command) => command.addArgument(new Argument('<shell>', 'which one').choices(shells)),
  run: async ({ output }, _options, [shell]) => {
    output.raw(completionScripts[shell as Shell](tableOf(commands())));
  },
});

const tableOf = (commands: readonly CliCommand[]): CompletionTable => ({
  commands: [
    ...commands.map((definition) => {
      const { name, summary } = definition;
      const command = new Command(name);
      definition.define(command);
      const own = command.options.flatMap(({ long, description }) =>
        long ? [{ flag: long, about: description }] : [],
      );
      return { name, summary, options: [...own, ...everywhere] };
    }),
    { name: 'help', summary: 'explain a command', options: [] },
  ],
});
