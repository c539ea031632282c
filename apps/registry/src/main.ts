import { join } from 'node:path';
import { endOnSignals } from './platform/commands/stop-on-signals.js';

// All else is loaded after this, since that takes most of a second. Other commands end as any program does.
if (['start', 'serve', 'work'].includes(process.argv[2] ?? 'start')) endOnSignals();
const { explainFailure } = await import('./platform/commands/explain-failure.js');
const { runCommand } = await import('./platform/commands/run-command.js');

// What the store keeps is for its own user alone: 0600 for files, 0700 for folders.
process.umask(0o077);

// Whoever reads the output may leave (`| head`), or the disk be full: no reason to stop serving, or to show a stack.
process.stderr.on('error', () => undefined);
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`mortise: The output can't be written (${error.code}).\n`);
  process.exitCode = 1;
});

try {
  await runCommand(process.argv.slice(2), {
    // The server is loaded only by commands that need it.
    make: async (settings) => (await import('./create-app.js')).createApp(settings),
    publishExamples: async (app) => {
      const { PublishExamples } = await import('./demo/publish-examples.js');
      await app.get(PublishExamples).run();
    },
    passwordFile: ({ dataFolder }) => join(dataFolder, 'admin-password'),
  });
} catch (error) {
  const { text, exitCode } = explainFailure(error);
  process.stderr.write(`mortise: ${text.replaceAll('\n', '\nmortise: ')}\n`);
  process.exit(exitCode);
}
