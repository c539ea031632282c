import type { AuditedAct } from '#kernel';
import { actorOf } from './actor-of.js';
import type { AccountPrincipal } from './principal.js';
import type { Token } from './token-store.js';

/** What the audit log keeps of a token's making or end: how far it reached, and nothing of its secret. */
export function tokenAct(
  action: 'make-token' | 'revoke-token',
  token: Pick<Token, 'id' | 'name' | 'scopes' | 'publisher' | 'plugins' | 'packages' | 'networks'>,
  caller: AccountPrincipal,
  at: number,
): AuditedAct {
  const { id, name, scopes, publisher, plugins, packages, networks } = token;
  return {
    actor: actorOf(caller),
    action,
    target: `token:${id}`,
    reason: null,
    details: { name, scopes, publisher, plugins, packages, networks },
    at,
  };
}
