/** Where the first administrator's password is put when nobody has chosen one. */
export abstract class FirstPasswordFile {
  /** What an earlier start has put there; undefined where there is none. */
  abstract read(): Promise<string | undefined>;
  /** Puts the password where only the store's own user can read it, and waits until it is on disk. */
  abstract write(password: string): Promise<void>;
  abstract remove(): Promise<void>;
  /** Where it lies, for people. */
  abstract readonly path: string;
}
