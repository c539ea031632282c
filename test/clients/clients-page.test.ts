import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { clientNames, wantedClients } from './client-list.js';

const page = readFileSync(fileURLToPath(new URL('../../../docs/clients.md', import.meta.url)), 'utf8');

it('docs/clients.md names every client that is tried, with its version', () => {
  for (const name of clientNames) {
    const { version, package: title } = wantedClients[name];
    expect(page).toContain(
      title.replace(/^@(?:oven|yarnpkg)\/(bun|cli).*$/, (_all, word) => (word === 'bun' ? 'bun' : 'yarn')),
    );
    expect(page).toContain(version);
  }
});
