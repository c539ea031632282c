import { readFileSync } from 'node:fs';
import { runCommandLine } from './run-command-line.js';

// Whoever reads the output may leave (`| head`): what was asked for is done all the same.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const interruption = new AbortController();
const signalNumbers = { SIGINT: 2, SIGTERM: 15 } as const;
for (const [name, number] of Object.entries(signalNumbers)) {
  process.on(name, () => {
    // Asked twice, it ends at once.
    if (interruption.signal.aborted) process.exit(128 + number);
    interruption.abort(128 + number);
  });
}

const { version } = JSON.parse(
  readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8'),
) as { readonly version: string };

const streams = { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr };
process.exitCode = await runCommandLine(process.argv.slice(2), streams, interruption.signal, version);
