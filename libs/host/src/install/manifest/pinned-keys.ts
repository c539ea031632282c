import { createHash } from 'node:crypto';
import type { PinnedKey } from '../../folder/host-file.js';
import { HostError } from '../../host-error.js';
import { hostLimits } from '../../host-limits.js';
import { invalid, isSignedBy, parseSignature } from './verify-manifest.js';

/** A key as the store lists it; see docs/adr/0021-what-a-pin-means-when-keys-rotate.md. */
export interface OfferedKey {
  readonly kid: string;
  readonly jwk: { readonly [member: string]: unknown };
  readonly voucher: string | null;
}

/** The thumbprint of RFC 7638 of an Ed25519 key: its members in this order. */
export const thumbprint = (x: string): string =>
  createHash('sha256')
    .update(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }))
    .digest('base64url');

/** The key that a JWK holds. Throws `key-invalid` for any but Ed25519, and for one under another key's id. */
export function pinOf(jwk: unknown, origin: PinnedKey['origin'], now: number): PinnedKey {
  const { kty, crv, x, kid } = (jwk ?? {}) as Record<string, unknown>;
  const isKey = kty === 'OKP' && crv === 'Ed25519' && typeof x === 'string' && /^[A-Za-z0-9_-]{43}$/.test(x);
  if (!isKey || (kid !== undefined && kid !== thumbprint(x)))
    throw new HostError('key-invalid', 'That is no Ed25519 key with its own id (RFC 8037, RFC 7638).');
  return { kid: thumbprint(x), x, pinned_at: new Date(now).toISOString(), signs_from: null, origin };
}

/** Of the keys that a store shows those that are wanted, or all. Throws `store-key-mismatch`. */
export function choosePins(
  shown: readonly unknown[],
  wanted: readonly string[],
  address: string,
): PinnedKey[] {
  const now = Date.now();
  const keys = shown.map((jwk) => pinOf(jwk, wanted.length > 0 ? 'given' : 'first-use', now));
  if (wanted.length === 0) return keys;
  const missing = wanted.find((kid) => !keys.some((key) => key.kid === kid));
  if (missing === undefined) return keys.filter(({ kid }) => wanted.includes(kid));
  throw new HostError(
    'store-key-mismatch',
    `${address} has no key ${missing}, but ${keys.map(({ kid }) => kid).join(', ')}: it is another store than the one that the key was given for, or its key has changed since. Ask whoever runs it.`,
  );
}

/**
 * The way from the pinned keys to the one of that id: the keys on it, the wanted one last, each vouched for by the one
 * before. Throws `key-not-pinned`.
 */
export function followVouchers(
  pinned: readonly PinnedKey[],
  offered: readonly OfferedKey[],
  wanted: string,
  now: number,
): readonly PinnedKey[] {
  const way: PinnedKey[] = [];
  const byId = new Map(offered.map((key) => [key.kid, key]));
  for (let kid = wanted; way.length < hostLimits.pinnedKeys;) {
    const key = byId.get(kid);
    if (!key || key.voucher === null) throw notPinned(wanted);
    const voucher = parseSignature(key.voucher, 'mortise-key+jws');
    const before = pinned.find((one) => one.kid === voucher.kid);
    const voucherX = before?.x ?? byId.get(voucher.kid)?.jwk['x'];
    if (typeof voucherX !== 'string' || thumbprint(voucherX) !== voucher.kid) throw notPinned(wanted);
    if (!isSignedBy(voucher, { x: voucherX }))
      throw invalid(`the key ${voucher.kid} did not vouch for ${kid}`);
    way.unshift(readVoucher(voucher.payload, kid, now));
    if (before) return way;
    kid = voucher.kid;
  }
  throw notPinned(wanted);
}

function readVoucher(payload: Buffer, kid: string, now: number): PinnedKey {
  const claims = JSON.parse(payload.toString()) as { jwk?: unknown; iat?: unknown; nbf?: unknown };
  const pin = pinOf(claims.jwk, 'announced', now);
  const announcedAt = Number(claims.iat) * 1000;
  const signsFrom = Number(claims.nbf) * 1000;
  if (pin.kid !== kid || !(signsFrom - announcedAt >= hostLimits.keyAnnouncedMs))
    throw invalid(`the key ${kid} was not announced a day before its first use`);
  return { ...pin, signs_from: new Date(signsFrom).toISOString() };
}

const notPinned = (kid: string): HostError =>
  new HostError(
    'key-not-pinned',
    `The store signs with a key (${kid}) that none of the keys which this host believes in vouches for. Nothing was installed. If whoever runs the store confirms the key, put it into host.json with \`mortise key pin\`.`,
    { details: { kid } },
  );
