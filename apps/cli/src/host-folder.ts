import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Context } from './context.js';

export interface FolderOptions {
  readonly folder?: string;
}

/** `--folder`, which every command of a host has. */
export function defineFolderOption(command: Command): Command {
  return command.option(
    '--folder <path>',
    'the folder of the host (MORTISE_CLI_HOST_FOLDER; ./mortise-host)',
  );
}

/** Where the host's folder is: `--folder`, else MORTISE_CLI_HOST_FOLDER, else `./mortise-host`. */
export const hostFolderOf = ({ settings }: Context, { folder }: FolderOptions): string =>
  resolve(folder ?? settings.hostFolder ?? 'mortise-host');
