import type { Clock } from '#kernel';
import { tokenNotFound, tokenTooWide } from './errors.js';
import type { AccountPrincipal } from './principal.js';
import { tokenAct } from './token-act.js';
import { beyond } from './token-reach.js';
import type { TokenStore } from './token-store.js';

/** Ends one of one's own tokens; a token ends itself, and those that are no wider than it is. */
export class RevokeToken {
  constructor(
    private readonly tokens: TokenStore,
    private readonly clock: Clock,
  ) {}

  /** Throws `token-not-found` or `token-too-wide`. */
  async run(id: string, caller: AccountPrincipal): Promise<void> {
    const token = await this.tokens.find(caller.accountId, id);
    if (!token) throw tokenNotFound();
    const excess = caller.via !== 'token' || id === caller.credentialId ? undefined : beyond(caller, token);
    if (excess !== undefined) throw tokenTooWide(excess);
    const act = tokenAct('revoke-token', token, caller, this.clock.now());
    await this.tokens.revoke(caller.accountId, id, act);
  }
}
