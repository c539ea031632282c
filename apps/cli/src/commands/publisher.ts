import { Option } from 'commander';
import type { Command } from 'commander';
import { defineCommand } from '../cli-command.js';

interface PublisherOptions {
  readonly create?: boolean;
  readonly title?: string;
  readonly trust?: 'trusted' | 'untrusted';
}

/** Makes a publisher, or tells about one. */
export const publisher = defineCommand<PublisherOptions, [name: string]>({
  name: 'publisher',
  group: 'Account',
  summary: 'make a publisher to publish as, or tell about one',
  examples: ['mortise publisher acme --create --title "Acme Labs"', 'mortise publisher acme'],
  define: (command: Command) =>
    command
      .argument('<name>', 'its name')
      .option('--create', 'make it; you are its first owner')
      .option('--title <title>', 'what people see, when it is made')
      .addOption(
        new Option('--trust <trust>', 'when it is made, by an administrator').choices([
          'trusted',
          'untrusted',
        ]),
      ),
  run: async (context, { create = false, title, trust }, name) => {
    const { output, signal } = context;
    const store = create ? await context.signedInStore() : await context.store();
    const body = { name, ...(title !== undefined && { title }), ...(trust !== undefined && { trust }) };
    const found = create
      ? await store.call('publisherCreate', { body }, { signal })
      : await store.call('publisherFind', { publisher: name }, { signal });
    output.result(found, [
      `${create ? 'Made ' : ''}${found.id}${found.title === null ? '' : `: ${found.title}`} (${found.trust})`,
    ]);
  },
});
