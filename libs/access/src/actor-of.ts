import type { Actor } from '#kernel';
import type { AccountPrincipal } from './principal.js';

/** The person behind a credential, as the audit log names them. */
export function actorOf(principal: AccountPrincipal): Actor {
  return { kind: 'account', id: principal.accountId, name: principal.username };
}
