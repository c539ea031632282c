import type { Command } from 'commander';
import { callAgent, HostFolder } from '#host';
import { CliFailure } from '../cli-failure.js';
import { defineCommand } from '../cli-command.js';
import { defineFolderOption, hostFolderOf } from '../host-folder.js';
import type { FolderOptions } from '../host-folder.js';

const mostInputBytes = 16 * 1024 * 1024;

/** Calls an action of a running plugin, and shows what it gives. */
export const call = defineCommand<FolderOptions, [plugin: string, action: string]>({
  name: 'call',
  group: 'Host',
  summary: 'call an action of a plugin that runs here, with input as JSON from stdin',
  examples: [
    'mortise call acme/tool greet < input.json',
    `echo '{"name": "Ada"}' | mortise call acme/tool:admin@1.2.0 greet`,
  ],
  define: (command: Command) =>
    defineFolderOption(command)
      .argument('<plugin>', 'publisher/plugin[:interface][@version]')
      .argument('<action>', 'one of its actions'),
  run: async (context, options, plugin, action) => {
    const folder = await HostFolder.open(hostFolderOf(context, options));
    const input = await readInput(context.stdin);
    const output = await callAgent(folder, plugin, action, input, context.signal);
    context.output.raw(`${JSON.stringify(output, null, 2)}\n`);
  },
});

/** Nothing on a terminal: an action without input needs no file. */
async function readInput(stdin: NodeJS.ReadStream): Promise<unknown> {
  if (stdin.isTTY) return {};
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostInputBytes)
      throw new CliFailure('too-large', `The input has more than ${mostInputBytes} bytes.`, 'usage');
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString().trim();
  try {
    return text === '' ? {} : (JSON.parse(text) as unknown);
  } catch (error) {
    throw new CliFailure('invalid-input', `The input is no JSON: ${(error as Error).message}.`, 'usage');
  }
}
