import type { Command } from 'commander';
import { CliFailure, interrupted } from './cli-failure.js';
import { readSettings } from './cli-settings.js';
import type { CliSettings } from './cli-settings.js';
import { exitCodes } from './exit-codes.js';
import { explainFailure } from './explain-failure.js';
import type { Failure } from './explain-failure.js';
import { Output } from './output.js';
import { isAnswered, makeProgram, usageSentence } from './program.js';
import type { Streams } from './program.js';
import { problemLines } from './show-problems.js';

/**
 * Runs one command line to its end and gives the exit code. Says what went wrong on stderr; nothing is thrown. The
 * signal's reason is the exit code to end with where it aborts.
 */
export async function runCommandLine(
  args: readonly string[],
  streams: Streams,
  signal: AbortSignal,
  version: string,
): Promise<number> {
  let settings: CliSettings | undefined;
  try {
    settings = readSettings();
    const program = makeProgram({ settings, streams, version, signal });
    await program.parseAsync(asCommand(args, program), { from: 'user' });
    return typeof process.exitCode === 'number' ? process.exitCode : exitCodes.done.code;
  } catch (error) {
    if (isAnswered(error)) return exitCodes.done.code;
    const isTold = !signal.aborted || (error instanceof CliFailure && error.exit === 'interrupted');
    const failure = failureOf(isTold ? error : interrupted(), settings?.token !== undefined);
    tell(failure, plainOutput(args, streams));
    return signal.aborted ? (signal.reason as number) : exitCodes[failure.exit].code;
  }
}

/** Help for what is no command is that word as a command, which is refused with what was meant. */
function asCommand(args: readonly string[], { commands }: Command): readonly string[] {
  const [first = 'help', wanted = ''] = args;
  const isUnknown = first === 'help' && /^\w/.test(wanted) && !commands.some((one) => one.name() === wanted);
  return args.length === 0 ? [first] : args.slice(isUnknown ? 1 : 0);
}

function failureOf(error: unknown, hasSetToken: boolean): Failure {
  const sentence = usageSentence(error);
  if (sentence === undefined) return explainFailure(error, hasSetToken);
  return { exit: 'usage', code: 'usage', message: sentence, problems: [] };
}

/** The options may not have been understood: those that matter here are looked for as they are. */
const plainOutput = (args: readonly string[], { stdout, stderr }: Streams): Output =>
  new Output({ json: args.includes('--json'), stdout, stderr, plain: args.includes('--no-color') });

function tell({ code, message, problems, source, requestId, trace }: Failure, output: Output): void {
  const name = output.paintError('red', 'mortise:');
  const lines = [
    ...message.split('\n').map((line) => `${name} ${line}`),
    ...problemLines(problems, source, output),
    ...(trace === undefined ? [] : [trace]),
    ...(requestId === undefined || code !== 'internal-error' ? [] : [`The store's request id: ${requestId}`]),
  ];
  const about = { code, message, ...(problems.length > 0 && { problems }), request_id: requestId };
  output.failure({ error: about }, lines);
}
