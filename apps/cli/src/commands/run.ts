import { once } from 'node:events';
import type { Command } from 'commander';
import { Agent } from '#host';
import { CliFailure } from '../cli-failure.js';
import { defineCommand } from '../cli-command.js';
import { defineFolderOption, hostFolderOf } from '../host-folder.js';
import type { FolderOptions } from '../host-folder.js';
import { admitOwnUsers } from '../open-host.js';
import { readPort } from '../read-port.js';
import { showEvent } from '../show-event.js';

interface RunOptions extends FolderOptions {
  readonly port: string;
  readonly listen: string;
  readonly allowHost?: readonly string[];
  readonly publicPath?: string;
  readonly poll: string;
}

/** Runs the agent of a host's folder until it is told to stop. */
export const run = defineCommand<RunOptions>({
  name: 'run',
  group: 'Host',
  summary: 'run what is installed, and answer for it on this machine',
  examples: ['mortise run', 'mortise run --port 0 --json', 'mortise run --public-path /plugins-of-ours'],
  define: (command: Command) =>
    defineFolderOption(command)
      .option('--port <number>', 'where it listens; 0 takes a free port', '4180')
      .option('--listen <address>', 'the address of this machine that it listens on', '127.0.0.1')
      .option('--allow-host <name...>', 'names by which a proxy calls it')
      .option('--public-path <path>', 'where browsers see it begin, behind a proxy')
      .option('--poll <seconds>', 'how often the store is asked; 0 leaves it alone', '60'),
  run: async (context, options) => {
    const { output, signal } = context;
    admitOwnUsers();
    const agent = await Agent.start(hostFolderOf(context, options), {
      port: readPort(options.port),
      listenOn: options.listen,
      ...(options.allowHost ? { allowedHosts: options.allowHost } : {}),
      ...(options.publicPath === undefined ? {} : { publicPath: options.publicPath }),
      pollEveryMs: readSeconds(options.poll) * 1000,
      onEvent: (event) => showEvent(output, event),
      onError: (error) => output.warn(String(error)),
    });
    output.item({ type: 'running', address: agent.address }, `The agent answers at ${agent.address}`);
    output.note(`Open ${agent.link}`);
    if (!signal.aborted) await once(signal, 'abort');
    output.note('Stopping: requests under way are finished.');
    await agent.close();
  },
});

function readSeconds(written: string): number {
  const seconds = Number(written);
  if (written.trim() !== '' && seconds >= 0 && seconds <= 86_400) return seconds;
  throw new CliFailure(
    'invalid-poll',
    `--poll is a number of seconds up to 86400, not "${written}".`,
    'usage',
  );
}
