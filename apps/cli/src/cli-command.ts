import type { Command } from 'commander';
import type { Context } from './context.js';

export type CommandGroup = 'Account' | 'Find' | 'Write and publish' | 'After publishing' | 'Host' | 'Other';

/** A command as the table in `commands.ts` has it. */
export interface CliCommand {
  readonly name: string;
  readonly group: CommandGroup;
  /** What it does, in one line without a full stop. */
  readonly summary: string;
  /** Shown below the help, and in docs/cli.md. */
  readonly examples: readonly string[];
  /** Its arguments and options, in commander's words. */
  define(command: Command): unknown;
  run(context: Context, options: object, args: readonly unknown[]): Promise<void>;
}

/** What a command is written as: options and arguments have the types that `define` makes them have. */
export interface CommandDefinition<Options extends object, Args extends readonly unknown[]> {
  readonly name: string;
  readonly group: CommandGroup;
  readonly summary: string;
  readonly examples: readonly string[];
  readonly define?: (command: Command) => unknown;
  readonly run: (context: Context, options: Options, ...args: Args) => Promise<void>;
}

/** Types a command within its own file; the table needs to know less. */
export function defineCommand<Options extends object = object, Args extends readonly unknown[] = []>(
  definition: CommandDefinition<Options, Args>,
): CliCommand {
  const { define = (command: Command) => command, run, ...about } = definition;
  return {
    ...about,
    define,
    run: (context, options, args) => run(context, options as Options, ...(args as unknown as Args)),
  };
}
