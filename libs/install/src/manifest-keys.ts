import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { sha256Hex } from '#kernel';
import type { Clock, ClusterSecrets } from '#kernel';

const day = 86_400_000;
/** A manifest's signature holds this long. */
export const signatureLifeMs = 7 * day;
/** A new key is announced this long before it signs, so that whoever keeps the key set has it by then. */
const announcedBeforeMs = day;
/** A key signs this long before the next one takes its turn by itself. */
const turnMs = 90 * day;
/** A key set that lists a key still for this long after the last signature by it has ended. */
const slackMs = day;
/** How long what was read of the keys is relied upon: well within the day that an announcement takes. */
const reloadAfterMs = 60_000;

export interface ManifestKey {
  readonly kid: string;
  /** Milliseconds since the epoch. */
  readonly announcedAt: number;
  readonly activeAt: number;
  readonly publicJwk: JsonWebKey;
}

interface KeptKey extends ManifestKey {
  readonly privateJwk: JsonWebKey;
}

/** The Ed25519 keys that manifests are signed with (RFC 8037), with their history; the same on every replica. */
export class ManifestKeys {
  private kept: { readonly keys: readonly KeptKey[]; readonly at: number } | undefined;

  constructor(
    private readonly secrets: ClusterSecrets,
    private readonly clock: Clock,
  ) {}

  /** The key that signs now, and when another takes its turn (null when none is announced). */
  async current(): Promise<{ kid: string; privateKey: KeyObject; until: number | null }> {
    const now = this.clock.now();
    const keys = await this.load();
    const active = keys.filter((key) => key.activeAt <= now).at(-1) ?? keys[0];
    if (!active) throw new Error('The store has no key to sign manifests with.');
    const next = keys.find((key) => key.activeAt > now);
    return {
      kid: active.kid,
      privateKey: createPrivateKey({ key: active.privateJwk, format: 'jwk' }),
      until: next?.activeAt ?? null,
    };
  }

  /** Every key that may verify a signature in force, or soon will: announced ones too. */
  async published(): Promise<readonly ManifestKey[]> {
    const keys = await this.load();
    return keys.filter((_, index) => {
      const successor = keys[index + 1];
      return !successor || successor.activeAt + signatureLifeMs + slackMs > this.clock.now();
    });
  }

  /** Announces a new key, which signs from a day later on. Returns the one that is announced already, if one is. */
  async rotate(): Promise<ManifestKey> {
    this.kept = undefined;
    const keys = await this.load();
    const now = this.clock.now();
    const announced = keys.find((key) => key.activeAt > now);
    if (announced) return announced;
    const key = await this.make(keys.length + 1, now + announcedBeforeMs);
    this.kept = undefined;
    return key;
  }

  /** To be called now and then: announces the next key in time for it to take its turn. */
  async rotateWhenDue(): Promise<void> {
    const newest = (await this.load()).at(-1);
    if (newest && newest.activeAt + turnMs - announcedBeforeMs <= this.clock.now()) await this.rotate();
  }

  private async load(): Promise<readonly KeptKey[]> {
    const now = this.clock.now();
    if (this.kept && now - this.kept.at < reloadAfterMs) return this.kept.keys;
    const keys: KeptKey[] = [];
    for (;;) {
      const text = await this.secrets.find(secretName(keys.length + 1));
      if (text === undefined) break;
      keys.push(JSON.parse(text) as KeptKey);
    }
    // Nobody can have kept a key set before the first key: it signs at once.
    if (keys.length === 0) keys.push(await this.make(1, now));
    this.kept = { keys, at: now };
    return keys;
  }

  /** Makes the key of that generation, unless another replica was quicker: then that one's. */
  private async make(generation: number, activeAt: number): Promise<KeptKey> {
    const announcedAt = this.clock.now();
    const text = await this.secrets.get(secretName(generation), () =>
      JSON.stringify(newKey(announcedAt, activeAt)),
    );
    return JSON.parse(text) as KeptKey;
  }
}

const secretName = (generation: number): string => `manifest-key-${generation}`;

function newKey(announcedAt: number, activeAt: number): KeptKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  const privateJwk = privateKey.export({ format: 'jwk' });
  const { crv, kty, x } = privateJwk;
  // The thumbprint of RFC 7638: the members that the kind requires, in this order.
  const thumbprint = Buffer.from(sha256Hex(JSON.stringify({ crv, kty, x })), 'hex').toString('base64url');
  const publicJwk = { kty, crv, x, kid: thumbprint, use: 'sig', alg: 'EdDSA' } as JsonWebKey;
  return { kid: thumbprint, announcedAt, activeAt, publicJwk, privateJwk };
}
