import type { Clock } from '#kernel';
import { approvalNeedsSession, webLoginNotFound } from './errors.js';
import type { AccountPrincipal } from './principal.js';
import type { WebLoginStore } from './web-login-store.js';

/** Lets the client that waits sign in as whoever approves it. */
export class ApproveWebLogin {
  constructor(
    private readonly logins: WebLoginStore,
    private readonly clock: Clock,
  ) {}

  /** Throws `approval-needs-session` for a token, since what it would lead to may be wider; `web-login-not-found`. */
  async run(id: string, caller: AccountPrincipal): Promise<void> {
    if (caller.via !== 'session') throw approvalNeedsSession();
    if (!(await this.logins.approve(id, caller.accountId, this.clock.now()))) throw webLoginNotFound();
  }
}
