import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { RegistryError } from '#kernel';

const sealedPrefix = 'sealed:v1:';
const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;

const secretKeyMissing = (): RegistryError =>
  new RegistryError(
    'conflict',
    'secret-key-missing',
    "This store's secrets are sealed: set MORTISE_SECRET_KEY to the value that they were sealed with.",
  );

const secretKeyWrong = (name: string): RegistryError =>
  new RegistryError(
    'conflict',
    'secret-key-wrong',
    `The store's secret "${name}" can't be opened: MORTISE_SECRET_KEY is not the value that it was sealed with.`,
  );

/**
 * Closes secrets before they are written to the database, and opens them again: AES-256-GCM under a key that scrypt
 * makes of MORTISE_SECRET_KEY, bound to the secret's name. Without that setting secrets are kept as they are.
 */
export class SecretSeal {
  private readonly key: Buffer | undefined;

  constructor(secretKey: string | null) {
    this.key = secretKey === null ? undefined : scryptSync(secretKey, 'mortise secrets v1', keyBytes);
  }

  isSealed(kept: string): boolean {
    return kept.startsWith(sealedPrefix);
  }

  /** Whether what `close` returns differs from what it is given. */
  get seals(): boolean {
    return this.key !== undefined;
  }

  /** Throws `secret-key-missing` where there is nothing to open sealed secrets with. */
  requireKey(): void {
    if (!this.key) throw secretKeyMissing();
  }

  /** What to keep of the secret `text`. */
  close(name: string, text: string): string {
    if (!this.key) return text;
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(Buffer.from(name));
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return sealedPrefix + sealed.toString('base64url');
  }

  /** The secret of which `kept` was kept. Throws `secret-key-missing` or `secret-key-wrong`. */
  open(name: string, kept: string): string {
    if (!this.isSealed(kept)) return kept;
    if (!this.key) throw secretKeyMissing();
    try {
      const sealed = Buffer.from(kept.slice(sealedPrefix.length), 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', this.key, sealed.subarray(0, nonceBytes))
        .setAAD(Buffer.from(name))
        .setAuthTag(sealed.subarray(-tagBytes));
      const opened = decipher.update(sealed.subarray(nonceBytes, -tagBytes));
      return Buffer.concat([opened, decipher.final()]).toString('utf8');
    } catch {
      throw secretKeyWrong(name);
    }
  }
}
