import { Argument } from 'commander';
import type { Command } from 'commander';
import { defineCommand } from '../cli-command.js';
import { CliFailure } from '../cli-failure.js';
import { parseReleaseSpec } from '../plugin-spec.js';

type Trust = 'trusted' | 'untrusted';
type Word = Trust | 'default';

/** Decides how far a publisher, or one release of it, is trusted. */
export const trust = defineCommand<{ readonly reason: string }, [target: string, word: Word]>({
  name: 'trust',
  group: 'After publishing',
  summary: 'say how far a publisher, or one version of a plugin, is trusted',
  examples: [
    'mortise trust galaxy trusted --reason "We know its maintainers."',
    'mortise trust galaxy/kubeplugin@1.2.0 untrusted --reason "Not read yet."',
    'mortise trust galaxy/kubeplugin@1.2.0 default --reason "As its publisher."',
  ],
  define: (command: Command) =>
    command
      .argument('<target>', 'a publisher (by administrators), or publisher/plugin@version (by moderators)')
      .addArgument(
        new Argument('<trust>', 'default: a release is as its publisher is').choices([
          'trusted',
          'untrusted',
          'default',
        ]),
      )
      .requiredOption('--reason <sentence>', 'why; the audit log keeps it'),
  run: async (context, { reason }, target, word) => {
    const { output, signal } = context;
    const store = await context.signedInStore();
    if (!target.includes('/')) {
      const body = { trust: trustOf(word), reason };
      await store.call('publisherPutTrust', { publisher: target, body }, { signal });
    } else {
      const { publisher, plugin, version } = parseReleaseSpec(target);
      const release = { publisher, plugin, version };
      if (word === 'default') await store.call('resetReleaseTrust', { ...release, reason }, { signal });
      else await store.call('setReleaseTrust', { ...release, body: { trust: word, reason } }, { signal });
    }
    const now = word === 'default' ? 'as far trusted as its publisher' : word;
    output.result({ target, trust: word, reason }, [`${target} is ${now}.`]);
  },
});

function trustOf(word: Word): Trust {
  if (word !== 'default') return word;
  throw new CliFailure(
    'usage',
    'A publisher is trusted or untrusted; there is no default to go back to.',
    'usage',
  );
}
