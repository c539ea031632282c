import { Command, CommanderError } from 'commander';
import type { CliCommand } from './cli-command.js';
import { cliCommands } from './cli-commands.js';
import type { CliSettings } from './cli-settings.js';
import { Context } from './context.js';
import { Output } from './output.js';

/** A command that is known was written otherwise than it is understood. */
class CommandMisused extends CommanderError {
  constructor(
    { exitCode, code, message }: CommanderError,
    readonly command: Command,
  ) {
    super(exitCode, code, message);
  }
}

export interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

export interface ProgramOptions {
  readonly settings: CliSettings;
  readonly streams: Streams;
  readonly version: string;
  readonly signal: AbortSignal;
}

interface GlobalOptions {
  readonly store?: string;
  readonly json?: boolean;
  readonly color?: boolean;
}

/** The whole command line, from the table of commands. What is not understood throws CommanderError. */
export function makeProgram(options: ProgramOptions): Command {
  const program = new Command('mortise')
    .description('Finds, publishes, installs and runs plugins of a Mortise store.')
    .version(options.version, '-V, --version', 'print the version')
    .option('--store <address>', 'the store to speak to (MORTISE_CLI_STORE)')
    .option('--json', 'answer with JSON on stdout, and nothing else there')
    .option('--no-color', 'plain text (NO_COLOR)')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => options.streams.stdout.write(text),
      writeErr: () => undefined,
    })

    .exitOverride()
    .helpCommand('help [command]', 'explain a command')
    .addHelpText('after', '\nExit codes, settings and every command: docs/cli.md. Try `mortise help login`.');
  for (const group of new Set(cliCommands.map((command) => command.group))) {
    program.commandsGroup(`${group}:`);
    for (const command of cliCommands) if (command.group === group) add(program, command, options);
  }
  program.commandsGroup('Other:');
  return program;
}

function add(program: Command, definition: CliCommand, options: ProgramOptions): void {
  const command: Command = program
    .command(definition.name)
    .description(definition.summary)
    .exitOverride((error) => {
      throw new CommandMisused(error, command);
    })
    .addHelpText('after', `\nExamples:\n${definition.examples.map((line) => `  $ ${line}`).join('\n')}`);
  definition.define(command);
  command.action(async (...given: unknown[]) => {
    const args = given.slice(0, -2);
    const chosen = command.optsWithGlobals<GlobalOptions>();
    await definition.run(contextOf(chosen, options), chosen, args);
  });
}

function contextOf(chosen: GlobalOptions, { settings, streams, version, signal }: ProgramOptions): Context {
  return new Context({
    settings,
    output: outputOf(chosen, settings, streams),
    store: chosen.store,
    version,
    signal,
    stdin: streams.stdin,
  });
}

function outputOf(chosen: GlobalOptions, settings: CliSettings, { stdout, stderr }: Streams): Output {
  return new Output({
    json: chosen.json === true,
    stdout,
    stderr,
    plain: settings.plain || chosen.color === false,
  });
}

/** Whether it was help or the version that was asked for, and given. */
export const isAnswered = (error: unknown): boolean =>
  error instanceof CommanderError && error.exitCode === 0;

/** A command line that is not understood: commander's sentence, in ours. */
export function usageSentence(error: unknown): string | undefined {
  if (!(error instanceof CommanderError)) return undefined;
  // What commander throws where nothing but options were given.
  const message = error.code === 'commander.help' ? 'There is no command.' : error.message;
  const [first = '', ...rest] = message
    .replace(/^error: /, '')
    .split('\n')
    .map((line) => line.replace(/^\((.*)\)$/, '$1'));
  const sentence = `${first.charAt(0).toUpperCase()}${first.slice(1)}`.replace(/([^.?])$/, '$1.');
  const further =
    error instanceof CommandMisused
      ? [
          `Usage: mortise ${error.command.name()} ${error.command.usage()}`,
          `\`mortise help ${error.command.name()}\` explains it.`,
        ]
      : ['`mortise help` lists the commands, `mortise help COMMAND` explains one.'];
  return [sentence, ...rest, ...further].filter((line) => line !== '').join('\n');
}
