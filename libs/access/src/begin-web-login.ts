import { randomBytes } from 'node:crypto';
import { limits, sha256Hex } from '#kernel';
import type { Clock } from '#kernel';
import { tooManyWebLogins } from './errors.js';
import type { WebLoginStore } from './web-login-store.js';

const secretBytes = 32;

export interface BegunWebLogin {
  /** For the client alone: who has it gets the token. */
  readonly secret: string;
  /** For the page on which a person approves; it leads to no token. */
  readonly id: string;
}

/** Begins a sign-in that a person finishes in a browser while the client waits. */
export class BeginWebLogin {
  constructor(
    private readonly logins: WebLoginStore,
    private readonly clock: Clock,
  ) {}

  /** Throws `too-many-web-logins`. */
  async run(): Promise<BegunWebLogin> {
    const secret = randomBytes(secretBytes).toString('base64url');
    const id = sha256Hex(secret);
    const now = this.clock.now();
    if (!(await this.logins.begin(id, now, now + limits.webLoginMs))) throw tooManyWebLogins();
    return { secret, id };
  }
}
