import { StoreProblem, StoreUnreachable } from '#client';
import { defineCommand } from '../cli-command.js';
import type { Context } from '../context.js';
import type { StoreCredential } from '../credential-file.js';

/** Signs out: the token is revoked at the store, and forgotten here even where the store is away. */
export const logout = defineCommand({
  name: 'logout',
  group: 'Account',
  summary: 'revoke the token that is kept for a store, and forget it',
  examples: ['mortise logout', 'mortise logout --store https://plugins.example.org'],
  run: async (context) => {
    const address = await context.address();
    const credential = await context.credentials.find(address);
    if (credential === undefined) {
      context.output.result({ store: address, signed_out: false }, [`Nobody was signed in to ${address}.`]);
      return;
    }
    const revoked = await revoke(context, address, credential);
    await context.credentials.forget(address);
    context.output.result({ store: address, signed_out: true, revoked }, [`Signed out of ${address}.`]);
  },
});

async function revoke(
  context: Context,
  address: string,
  { token, tokenId }: StoreCredential,
): Promise<boolean> {
  // One that was brought along may be in use elsewhere: it is forgotten only.
  if (tokenId === null) return false;
  const store = context.clientOf(address, token);
  try {
    await store.call('tokenRevoke', { id: tokenId }, { signal: context.signal });
    return true;
  } catch (error) {
    // It has expired, or was revoked already.
    if (error instanceof StoreProblem && error.status === 401) return true;
    if (!(error instanceof StoreProblem || error instanceof StoreUnreachable)) throw error;
    context.output.warn(`The token could not be revoked, and holds until it ends: ${error.message}`);
    return false;
  }
}
