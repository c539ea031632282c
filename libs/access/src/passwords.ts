import { hash, verify } from '@node-rs/argon2';
import { limits, RegistryError, WorkQueue } from '#kernel';
import { passwordTooLong, passwordTooShort } from './errors.js';

/** What a hash costs, for argon2id. Defaults are those that OWASP recommends: 19 MiB, two passes. */
export interface PasswordCost {
  readonly memoryCost: number;
  readonly timeCost: number;
}

const busy = (): RegistryError =>
  new RegistryError('unavailable', 'busy', 'Too many people are signing in at this moment: try again soon.', {
    retryAfterSeconds: 1,
  });

/** Hashes passwords with argon2id, a few at a time; past a limit of those that wait it refuses with `busy`. */
export class Passwords {
  private readonly queue = new WorkQueue(limits.passwordChecksAtOnce, limits.passwordChecksWaiting, busy);
  private decoy: Promise<string> | undefined;

  constructor(private readonly cost: PasswordCost = { memoryCost: 19_456, timeCost: 2 }) {}

  /** Throws where the password can't be taken: `password-too-short`, `password-too-long`. */
  async hashNew(password: string): Promise<string> {
    // Code points are counted, as NIST SP 800-63B asks.
    if ([...password].length < limits.passwordCharactersMin) throw passwordTooShort();
    if (Buffer.byteLength(password) > limits.passwordBytes) throw passwordTooLong();
    return this.hash(password);
  }

  /** For the password that whoever runs the store has chosen: of any length. */
  async hash(password: string): Promise<string> {
    return this.queue.run(() => hash(composed(password), this.cost));
  }

  /**
   * Takes as long where there is no hash, so that its time doesn't tell whether an account exists. `admit` is called
   * when it is the password's turn; what it throws is thrown.
   */
  async fits(passwordHash: string | undefined, password: string, admit: () => void): Promise<boolean> {
    this.decoy ??= this.hash('nobody has this password');
    const kept = passwordHash ?? (await this.decoy);
    if (Buffer.byteLength(password) > limits.passwordBytes) return false;
    const fits = await this.queue.run(async () => {
      admit();
      return verify(kept, composed(password));
    });
    return fits && passwordHash !== undefined;
  }
}

/** One spelling for the same characters, whichever keyboard they come from. */
const composed = (password: string): string => password.normalize('NFKC');
