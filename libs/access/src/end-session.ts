import type { Clock } from '#kernel';
import { notASession } from './errors.js';
import type { AccountPrincipal } from './principal.js';
import type { SessionStore } from './session-store.js';

/** Signs out: ends the session that the caller came with. */
export class EndSession {
  constructor(
    private readonly sessions: SessionStore,
    private readonly clock: Clock,
  ) {}

  /** Throws `not-a-session` for a token, which is revoked instead. */
  async run(caller: AccountPrincipal): Promise<void> {
    if (caller.via !== 'session') throw notASession();
    await this.sessions.end(caller.credentialId, this.clock.now());
  }
}
