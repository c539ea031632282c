import { randomUUID } from 'node:crypto';
import { limits } from '#kernel';
import type { Clock } from '#kernel';
import type { CheckPassword } from './check-password.js';
import { signInFailed } from './errors.js';
import type { Session, SessionStore } from './session-store.js';

export interface SignInRequest {
  readonly username: string;
  readonly password: string;
  /** From where, as far as the network tells. */
  readonly address: string;
}

/** Begins a session for whoever knows the password. */
export class SignIn {
  constructor(
    private readonly checkPassword: CheckPassword,
    private readonly sessions: SessionStore,
    private readonly clock: Clock,
  ) {}

  /** Throws `sign-in-failed`, in the same time for an unknown name, or `too-many-failed-sign-ins`. */
  async run({ username, password, address }: SignInRequest): Promise<Session> {
    const accountId = await this.checkPassword.run(username, password, address);
    if (accountId === undefined) throw signInFailed();
    const now = this.clock.now();
    const session = {
      id: randomUUID(),
      accountId,
      createdAt: now,
      expiresAt: now + limits.sessionLifetimeMs,
    };
    await this.sessions.add(session);
    return session;
  }
}
