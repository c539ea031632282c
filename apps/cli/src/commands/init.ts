import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Command } from 'commander';
import { Option } from 'commander';
import { initHost } from '#host';
import { readSecretLine } from '../ask.js';
import { defineCommand } from '../cli-command.js';
import { CliFailure } from '../cli-failure.js';
import type { Context } from '../context.js';
import { defineFolderOption, hostFolderOf } from '../host-folder.js';
import type { FolderOptions } from '../host-folder.js';

interface InitOptions extends FolderOptions {
  readonly name: string;
  readonly kind?: string;
  readonly hostVersion?: string;
  readonly storeKey?: readonly string[];
  readonly hostKey?: boolean;
  readonly hostKeyFile?: string;
  readonly installer?: 'auto' | 'uv' | 'pip';
}

/** Makes the folder of a host. */
export const init = defineCommand<InitOptions>({
  name: 'init',
  group: 'Host',
  summary: 'make this machine a host of a store: pin its keys, register, make the folder',
  examples: [
    'mortise init --name "Galaxy production" --kind galaxy --host-version 24.1.0',
    'mortise init --store https://plugins.example.org --store-key FINGERPRINT',
    'mortise init --host-key < host-key.txt',
  ],
  define,
  run: async (context, options) => {
    const folder = hostFolderOf(context, options);
    const { python } = context.settings;
    const { host, keys } = await initHost({
      folder,
      store: await context.address(),
      credential: await credentialOf(context, options),
      name: options.name,
      ...(options.kind !== undefined && { kind: options.kind }),
      ...(options.hostVersion !== undefined && { version: options.hostVersion }),
      storeKeys: options.storeKey ?? [],
      settings: { python, ...(options.installer && { installer: options.installer }) },
      signal: context.signal,
    });
    const { store, host: about } = await host.folder.readHost();
    const fingerprints = keys.map(({ kid }) => kid);
    if (options.storeKey === undefined)
      context.output.note(
        `The store's keys are believed as it shows them now. Compare with whoever runs it: ${fingerprints.join(', ')}`,
      );
    context.output.result(
      {
        folder: host.folder.paths.root,
        store: store.address,
        host: about.id,
        name: about.name,
        keys: fingerprints,
      },
      [`${host.folder.paths.root} is the folder of "${about.name}", a host of ${store.address}.`],
    );
  },
});

function define(command: Command): void {
  defineFolderOption(command)
    .option('--name <name>', 'what the store calls this host', hostname())
    .option('--kind <kind>', 'what it is, e.g. galaxy: what plugins may require')
    .option('--host-version <version>', 'the version of what it is')
    .option('--store-key <fingerprint...>', 'the only keys of the store to believe in (RFC 7638)')
    .option('--host-key', 'take the key of a host that is there already from stdin')
    .option('--host-key-file <path>', 'take it from a file')
    .addOption(
      new Option('--installer <installer>', 'what builds environments').choices(['auto', 'uv', 'pip']),
    );
}

/** A host key where one is given, in whatever way; else a person's token, which makes the host. */
async function credentialOf(
  context: Context,
  options: InitOptions,
): Promise<{ token: string } | { hostKey: string }> {
  if (options.hostKeyFile !== undefined)
    return { hostKey: (await readFile(options.hostKeyFile, 'utf8')).trim() };
  if (options.hostKey === true) {
    const hostKey = await readSecretLine(context);
    if (hostKey === undefined)
      throw new CliFailure(
        'cannot-ask',
        'There is no key on stdin: pipe it in, or use --host-key-file.',
        'usage',
      );
    return { hostKey };
  }
  const address = await context.address();
  const token = context.settings.token ?? (await context.credentials.find(address))?.token;
  if (token === undefined)
    throw new CliFailure(
      'not-signed-in',
      `Nobody is signed in to ${address} to make a host there: run \`mortise login --store ${address}\`, or give the key of a host with --host-key.`,
      'forbidden',
    );
  return token.startsWith('mrt_host_') ? { hostKey: token } : { token };
}
