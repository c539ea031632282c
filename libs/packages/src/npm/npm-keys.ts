import { createHash, createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { KeyHistory } from '#kernel';
import type { Clock, ClusterSecrets, KeyTurn } from '#kernel';
import type { NpmSignature } from '../package-index.js';
import type { NpmKey } from '../upstream/pull-through.js';

const day = 86_400_000;
const kind = 'ecdsa-sha2-nistp256';

/** Which key, and when its turn comes. */
export interface AnnouncedNpmKey extends KeyTurn {
  readonly keyid: string;
}

interface KeptKey extends AnnouncedNpmKey {
  readonly key: string;
  /** PKCS #8 in PEM. */
  readonly privateKey: string;
}

/** What a version's signature is over, and when it was published. */
export interface SignedVersion {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
  readonly createdAt: number;
}

/**
 * The ECDSA keys (P-256, SHA-256) that the npm side's versions are signed with, as npm's `dist.signatures` have it. A
 * version is signed once; no key is ever forgotten, since what it signed stays.
 */
export class NpmKeys {
  private readonly history: KeyHistory<KeptKey>;
  private readonly opened = new Map<string, KeyObject>();

  constructor(
    secrets: ClusterSecrets,
    private readonly clock: Clock,
  ) {
    const rules = { secret: 'npm-key', announcedBeforeMs: day, turnMs: 365 * day, make: newKey };
    this.history = new KeyHistory(secrets, clock, rules);
  }

  /** By the key whose turn it is. Clocks that differ must not bring a version under a key that ended before it. */
  async sign({ name, version, integrity, createdAt }: SignedVersion): Promise<NpmSignature> {
    const { key } = await this.history.active(Math.max(createdAt, this.clock.now()));
    const message = Buffer.from(`${name}@${version}:${integrity}`);
    return { keyid: key.keyid, sig: sign('sha256', message, this.open(key)).toString('base64') };
  }

  /**
   * All keys, the announced one too. One whose successor is known expires when that takes its turn: for npm, what was
   * published before is still good by it.
   */
  async published(): Promise<readonly NpmKey[]> {
    const keys = await this.history.all();
    return keys.map(({ keyid, key }, index) => {
      const successor = keys[index + 1];
      const expires = successor ? new Date(successor.activeAt).toISOString() : null;
      return { expires, keyid, keytype: kind, scheme: kind, key };
    });
  }

  /** Announces a new key, which signs from a day later on. Returns the one that is announced already, if one is. */
  rotate(): Promise<AnnouncedNpmKey> {
    return this.history.rotate();
  }

  /** To be called now and then: announces the next key in time for it to take its turn. */
  rotateWhenDue(): Promise<void> {
    return this.history.rotateWhenDue();
  }

  private open({ keyid, privateKey }: KeptKey): KeyObject {
    const opened = this.opened.get(keyid) ?? createPrivateKey(privateKey);
    this.opened.set(keyid, opened);
    return opened;
  }
}

function newKey(turn: KeyTurn): KeptKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const der = publicKey.export({ type: 'spki', format: 'der' });
  const digest = createHash('sha256').update(der).digest('base64').replace(/=+$/, '');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  return { ...turn, keyid: `SHA256:${digest}`, key: der.toString('base64'), privateKey: pem.toString() };
}
