import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CliFailure } from './cli-failure.js';
import type { Context } from './context.js';

const longestLine = 4096;

/** Whether there is a person to ask. */
export const canAsk = ({ stdin, output }: Context): boolean => stdin.isTTY && !output.json;

/** Asks the person at the terminal; throws `cannot-ask` with `instead` where there is none. */
export async function ask(context: Context, question: string, instead: string): Promise<string> {
  requirePerson(context, instead);
  const reader = createInterface({ input: context.stdin, output: process.stderr, terminal: true });
  try {
    return (await reader.question(question, { signal: context.signal })).trim();
  } finally {
    reader.close();
  }
}

/** As `ask`, without showing what is typed. */
export async function askSecret(context: Context, question: string, instead: string): Promise<string> {
  requirePerson(context, instead);
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: context.stdin, output: silent, terminal: true });
  try {
    return await reader.question('', { signal: context.signal });
  } finally {
    reader.close();
    process.stderr.write('\n');
  }
}

/** The first line of stdin, which somebody piped in; undefined where there is nothing or a terminal. */
export async function readSecretLine({ stdin }: Context): Promise<string | undefined> {
  if (stdin.isTTY) return undefined;
  let text = '';
  for await (const chunk of stdin) {
    text += String(chunk);
    if (text.includes('\n') || text.length > longestLine) break;
  }
  const line = text.split(/\r?\n/)[0] ?? '';
  return line === '' ? undefined : line;
}

function requirePerson(context: Context, instead: string): void {
  if (!canAsk(context))
    throw new CliFailure('cannot-ask', `There is no terminal to ask at: ${instead}`, 'usage');
}
