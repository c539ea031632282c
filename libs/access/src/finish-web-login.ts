import { sha256Hex } from '#kernel';
import type { Clock } from '#kernel';
import { webLoginNotFound } from './errors.js';
import type { MintLoginToken } from './mint-login-token.js';
import type { WebLoginStore } from './web-login-store.js';

/** Hands the client that waits for a sign-in its token, once. */
export class FinishWebLogin {
  constructor(
    private readonly logins: WebLoginStore,
    private readonly mintLoginToken: MintLoginToken,
    private readonly clock: Clock,
  ) {}

  /** The token; undefined while nobody has approved. Throws `web-login-not-found`. */
  async run(secret: string): Promise<string | undefined> {
    const finished = await this.logins.finish(sha256Hex(secret), this.clock.now());
    if (finished === 'waiting') return undefined;
    if (finished === undefined) throw webLoginNotFound();
    return this.mintLoginToken.run(finished.accountId);
  }
}
