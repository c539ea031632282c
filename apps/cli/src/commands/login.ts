import { hostname } from 'node:os';
import type { Command } from 'commander';
import { Option } from 'commander';
import { StoreProblem } from '#client';
import type { MintedTokenBody, StoreClient } from '#client';
import { ask, askSecret, canAsk, readSecretLine } from '../ask.js';
import { defineCommand } from '../cli-command.js';
import { CliFailure } from '../cli-failure.js';
import type { Context } from '../context.js';
import type { StoreCredential } from '../credential-file.js';
import { revokeCredential } from '../revoke-credential.js';

const scopes = ['read', 'publish', 'manage', 'moderate', 'admin'] as const;
type Scope = (typeof scopes)[number];

interface LoginOptions {
  readonly username?: string;
  readonly token?: boolean;
  readonly scope: readonly Scope[];
  readonly publisher?: string;
  readonly days: number;
}

const mostDays = 3650;
const dayMs = 24 * 60 * 60 * 1000;

/** Signs in: makes a token of one's own and keeps that, never the password. */
export const login = defineCommand<LoginOptions>({
  name: 'login',
  group: 'Account',
  summary: 'sign in to a store, and keep a token of one’s own for it',
  examples: [
    'mortise login --store https://plugins.example.org',
    'mortise login --username ada --scope publish < password.txt',
    'mortise login --token < token.txt',
  ],
  define,
  run: async (context, options) => {
    const address = await context.address();
    await context.credentials.ensureWritable();
    const credential =
      options.token === true
        ? await bringToken(context, address)
        : await makeToken(context, address, options);
    const before = await context.credentials.keep(address, credential);
    if (before !== undefined && before.token !== credential.token)
      await revokeCredential(context, address, before);
    const { username, scopes: held, expiresAt } = credential;
    context.output.result({ store: address, username, scopes: held, expires_at: expiresAt }, [
      `Signed in to ${address} as ${username}${held.length > 0 ? ` (${held.join(', ')})` : ''}.`,
      ...(expiresAt === null ? [] : [`The token ends on ${expiresAt.slice(0, 10)}.`]),
    ]);
  },
});

function define(command: Command): void {
  command
    .option('-u, --username <name>', 'the account (MORTISE_CLI_USERNAME)')
    .option('--token', 'read a token that was made elsewhere from stdin, instead of a password')
    .addOption(
      new Option('--scope <scope...>', 'what the token may be used for')
        .choices(scopes)
        .default(['read', 'publish', 'manage'], 'read publish manage'),
    )
    .option('--publisher <publisher>', 'the only publisher that the token reaches')
    .addOption(
      new Option('--days <days>', 'how long the token holds').default(90).argParser((written) => {
        const days = Number(written);
        if (Number.isInteger(days) && days > 0 && days <= mostDays) return days;
        throw new CliFailure('usage', `--days is a whole number from 1 to ${mostDays}.`, 'usage');
      }),
    )
    .addHelpText(
      'after',
      '\nThe password comes from the terminal, from MORTISE_CLI_PASSWORD, or from stdin, never from the command line.',
    );
}

async function makeToken(context: Context, address: string, options: LoginOptions): Promise<StoreCredential> {
  const username = options.username ?? context.settings.username ?? (await askUsername(context));
  const password = await findPassword(context, username);
  const session = await context
    .clientOf(address)
    .call('sessionBegin', { body: { username, password } }, { signal: context.signal })
    .catch((error: unknown) => {
      throw isSignInFailure(error) ? signInFailed(address, username) : error;
    });
  const store = context.clientOf(address, session.access_token);
  try {
    return kept(username, await mint(store, options, context));
  } finally {
    // The token is what is kept; a session that could not be ended ends by itself.
    await store.call('sessionEnd').catch(() => undefined);
  }
}

const isSignInFailure = (error: unknown): boolean =>
  error instanceof StoreProblem && error.code === 'sign-in-failed';

const signInFailed = (address: string, username: string): CliFailure =>
  new CliFailure(
    'sign-in-failed',
    `${address} knows no account "${username}" with that password; nothing was changed here. Look at the name and at --store. The password of a new store's "admin" is in the file admin-password of its data folder.`,
    'forbidden',
  );

const mint = async (store: StoreClient, { scope, publisher, days }: LoginOptions, { signal }: Context) =>
  await store.call(
    'tokenMint',
    {
      body: {
        name: `mortise on ${hostname()}`.slice(0, 100),
        scopes: [...new Set(scope)],
        expires_at: new Date(Date.now() + days * dayMs).toISOString(),
        ...(publisher !== undefined && { publisher }),
      },
    },
    { signal },
  );

const kept = (username: string, token: MintedTokenBody): StoreCredential => ({
  token: token.token,
  tokenId: token.id,
  username,
  scopes: token.scopes,
  expiresAt: token.expires_at,
});

const askUsername = (context: Context): Promise<string> =>
  ask(context, 'Username: ', 'give --username, or set MORTISE_CLI_USERNAME.');

async function findPassword(context: Context, username: string): Promise<string> {
  const { password } = context.settings;
  if (password !== undefined) return password;
  const instead = 'set MORTISE_CLI_PASSWORD, or pipe the password into stdin.';
  if (canAsk(context)) return askSecret(context, `Password of ${username}: `, instead);
  const piped = await readSecretLine(context);
  if (piped !== undefined) return piped;
  throw new CliFailure('cannot-ask', `There is no terminal to ask for the password at: ${instead}`, 'usage');
}

/** A token that was made elsewhere is tried before it is kept. */
async function bringToken(context: Context, address: string): Promise<StoreCredential> {
  const instead = 'set MORTISE_CLI_TOKEN, or pipe the token into stdin.';
  const token =
    context.settings.token ??
    (canAsk(context) ? (await askSecret(context, 'Token: ', instead)).trim() : await readSecretLine(context));
  if (token === undefined) throw new CliFailure('cannot-ask', `There is no token: ${instead}`, 'usage');
  const { username } = await context
    .clientOf(address, token)
    .call('accountMe', {}, { signal: context.signal });
  return { token, tokenId: null, username, scopes: [], expiresAt: null };
}
