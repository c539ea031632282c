import { defineCommand } from '../cli-command.js';
import { revokeCredential } from '../revoke-credential.js';

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
    const revoked = await revokeCredential(context, address, credential);
    await context.credentials.forget(address);
    context.output.result({ store: address, signed_out: true, revoked }, [`Signed out of ${address}.`]);
  },
});
