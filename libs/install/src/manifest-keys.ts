import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { KeyHistory, sha256Hex } from '#kernel';
import type { Clock, ClusterSecrets, KeyTurn } from '#kernel';

const day = 86_400_000;
/** A manifest's signature holds this long. */
export const signatureLifeMs = 7 * day;
/** A key set that lists a key still for this long after the last signature by it has ended. */
const slackMs = day;

export interface ManifestKey extends KeyTurn {
  readonly kid: string;
  readonly publicJwk: JsonWebKey;
}

/** A key with the word of the one before it, so that whoever believes in that one can believe in this one too. */
export interface VouchedKey extends ManifestKey {
  /**
   * A compact JWS by the key before it (`typ: mortise-key+jws`, `kid` that key's), over `{"jwk": {kty, crv, x}, "iat", "nbf"}`:
   * when it was announced and from when on it signs, in seconds. Null for the first key of the store.
   */
  readonly voucher: string | null;
}

interface KeptKey extends ManifestKey {
  readonly privateJwk: JsonWebKey;
}

/** The Ed25519 keys that manifests are signed with (RFC 8037), with their history; the same on every replica. */
export class ManifestKeys {
  private readonly history: KeyHistory<KeptKey>;

  constructor(
    secrets: ClusterSecrets,
    private readonly clock: Clock,
  ) {
    const rules = { secret: 'manifest-key', announcedBeforeMs: day, turnMs: 90 * day, make: newKey };
    this.history = new KeyHistory(secrets, clock, rules);
  }

  /** The key that signs now, and when another takes its turn (null when none is announced). */
  async current(): Promise<{ kid: string; privateKey: KeyObject; until: number | null }> {
    const { key, until } = await this.history.active();
    return { kid: key.kid, privateKey: createPrivateKey({ key: key.privateJwk, format: 'jwk' }), until };
  }

  /** Every key that may verify a signature in force, or soon will: announced ones too. */
  async published(): Promise<readonly ManifestKey[]> {
    const keys = await this.history.all();
    return keys.filter((_, index) => {
      const successor = keys[index + 1];
      return !successor || successor.activeAt + signatureLifeMs + slackMs > this.clock.now();
    });
  }

  /** Every key that the store ever had and has announced, each vouched for by the one before: the oldest first. */
  async chain(): Promise<readonly VouchedKey[]> {
    const keys = await this.history.all();
    return keys.map((key, index) => {
      const { kid, publicJwk, announcedAt, activeAt } = key;
      const before = keys[index - 1];
      return { kid, publicJwk, announcedAt, activeAt, voucher: before ? vouch(before, key) : null };
    });
  }

  /** Announces a new key, which signs from a day later on. Returns the one that is announced already, if one is. */
  rotate(): Promise<ManifestKey> {
    return this.history.rotate();
  }

  /** To be called now and then: announces the next key in time for it to take its turn. */
  rotateWhenDue(): Promise<void> {
    return this.history.rotateWhenDue();
  }
}

function vouch(by: KeptKey, { publicJwk, announcedAt, activeAt }: KeptKey): string {
  const { kty, crv, x } = publicJwk;
  const claims = {
    jwk: { kty, crv, x },
    iat: Math.floor(announcedAt / 1_000),
    nbf: Math.floor(activeAt / 1_000),
  };
  const parts = [{ alg: 'EdDSA', typ: 'mortise-key+jws', kid: by.kid }, claims];
  const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const privateKey = createPrivateKey({ key: by.privateJwk, format: 'jwk' });
  return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`;
}

function newKey(turn: KeyTurn): KeptKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  const privateJwk = privateKey.export({ format: 'jwk' });
  const { crv, kty, x } = privateJwk;
  // The thumbprint of RFC 7638: the members that the kind requires, in this order.
  const thumbprint = Buffer.from(sha256Hex(JSON.stringify({ crv, kty, x })), 'hex').toString('base64url');
  const publicJwk = { kty, crv, x, kid: thumbprint, use: 'sig', alg: 'EdDSA' } as JsonWebKey;
  return { kid: thumbprint, ...turn, publicJwk, privateJwk };
}
