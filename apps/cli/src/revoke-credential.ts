import { StoreProblem, StoreUnreachable } from '#client';
import type { Context } from './context.js';
import type { StoreCredential } from './credential-file.js';

/** Ends a token that was kept, as far as the store can be told; warns where it holds on. Gives whether it has ended. */
export async function revokeCredential(
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
    context.output.warn(
      `The token that was kept could not be revoked, and holds until it ends: ${error.message}`,
    );
    return false;
  }
}
