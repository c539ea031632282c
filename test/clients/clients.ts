/**
 * `npm run clients`: installs real clients, prints their versions, and runs the tests that use them. Whatever stands
 * behind it is handed to jest. What is tried: docs/clients.md.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clientNames } from './client-list.js';
import { clientsFolder, installClients } from './install-clients.js';

const folder = clientsFolder();
const installed = await installClients(clientNames, process.env['PROOFS'] === 'whole');
writeFileSync(join(folder, 'installed.json'), JSON.stringify(installed, null, 2));
for (const [name, client] of Object.entries(installed)) {
  process.stdout.write(`${name}: ${'missing' in client ? `left out: ${client.missing}` : client.version}\n`);
}

const jest = fileURLToPath(new URL('../../../node_modules/jest/bin/jest.js', import.meta.url));
const words = process.argv.slice(2);
if (!words.includes('--install')) {
  const tests = ['--experimental-vm-modules', '--no-warnings', jest, 'test/clients', ...words];
  const child = spawn(process.execPath, tests, {
    stdio: 'inherit',
    env: { ...process.env, CLIENTS: folder },
  });
  child.once('exit', (status) => (process.exitCode = status ?? 1));
}
