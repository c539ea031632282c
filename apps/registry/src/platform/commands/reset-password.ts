import { createInterface } from 'node:readline';
import { Passwords, ResetPassword } from '#access';
import { SqlAccountStore } from '#database';
import type { Actor } from '#kernel';
import { CannotStart } from '../cannot-start.js';
import type { Settings } from '../settings/config.js';
import { SystemClock } from '../system-clock.js';
import { changeDatabase } from './change-database.js';

const operator: Actor = { kind: 'system', id: null, name: 'mortise-registry reset-password' };

/** Gives an account another password: the first line of `input`, or one that is made and told this once. */
export async function resetPassword(
  settings: Settings,
  username: string,
  input: NodeJS.ReadableStream | undefined,
): Promise<string> {
  const chosen = input && (await firstLine(input));
  const password = await changeDatabase(settings, (database) =>
    new ResetPassword(new SqlAccountStore(database), new Passwords(), new SystemClock()).run(
      username,
      chosen,
      operator,
    ),
  );
  const told = chosen === undefined ? `, which is not shown again:\n${password}` : '.';
  return `"${username}" has another password, and its sessions have ended; its tokens live on${told}`;
}

async function firstLine(input: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input })) return line;
  throw new CannotStart('There is no password on stdin: pipe one in, or leave out --password-stdin.', 2);
}
