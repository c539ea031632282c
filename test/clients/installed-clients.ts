import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import type { ClientName } from './client-list.js';

export type InstalledClient =
  { readonly command: string; readonly version: string } | { readonly missing: string };

export type InstalledClients = Readonly<Partial<Record<ClientName, InstalledClient>>>;

/** Where `npm run clients` has put them; without it these tests are passed over. */
const folder = process.env['CLIENTS'];

const installed: InstalledClients =
  folder === undefined
    ? {}
    : (JSON.parse(readFileSync(join(folder, 'installed.json'), 'utf8')) as InstalledClients);

/** The path of a client's program. Throws when it isn't there: ask `describeWith` first. */
export function commandOf(name: ClientName): string {
  const client = installed[name];
  if (client === undefined || 'missing' in client) throw new Error(`There is no ${name} here.`);
  return client.command;
}

/**
 * `describe`, where all the clients are there. Where one is missing the tests are passed over and the title says why;
 * on CI they fail instead, since what nobody misses nobody mends.
 */
export function describeWith(names: readonly ClientName[], title: string, tests: () => void): void {
  if (folder === undefined) {
    describe.skip(`${title} (npm run clients)`, tests);
    return;
  }
  const versions = names.map((name) => {
    const client = installed[name];
    return client === undefined || 'missing' in client ? name : `${name} ${client.version}`;
  });
  const missing = names.flatMap((name) => {
    const client = installed[name];
    return client !== undefined && 'missing' in client ? [`${name} is missing: ${client.missing}`] : [];
  });
  const isLeftOut = missing.length > 0 && missing.every((reason) => reason.includes('npm run proofs'));
  if (missing.length === 0) describe(`${title} (${versions.join(', ')})`, tests);
  else if (isLeftOut || process.env['CI'] === undefined)
    describe.skip(`${title}: ${missing.join('; ')}`, tests);
  else
    describe(title, () => {
      throw new Error(missing.join('; '));
    });
}
