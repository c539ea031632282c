import { createPublicKey, verify } from 'node:crypto';
import { sha256Hex } from '#kernel';
import { HostError } from '../../host-error.js';
import { hostLimits } from '../../host-limits.js';
import type { PinnedKey } from '../../folder/host-file.js';
import type { Manifest } from './manifest.js';

export interface VerifiedManifest {
  readonly manifest: Manifest;
  /** The JSON's bytes as they were signed. */
  readonly bytes: Buffer;
  /** Of these bytes, in hex. */
  readonly sha256: string;
}

interface ManifestHeader {
  readonly alg?: unknown;
  readonly typ?: unknown;
  readonly kid?: unknown;
  readonly iat?: unknown;
  readonly exp?: unknown;
  readonly crit?: unknown;
}

/** A compact JWS (RFC 7515) whose parts are what they must be; the signature is not looked at yet. */
export interface ParsedSignature {
  readonly kid: string;
  /** In milliseconds since the epoch; undefined where it doesn't say so. */
  readonly issuedAt: number | undefined;
  readonly endsAt: number | undefined;
  readonly payload: Buffer;
  readonly signed: Buffer;
  readonly signature: Buffer;
}

const part = /^[A-Za-z0-9_-]+$/;

/** Throws `signature-invalid` for anything but an EdDSA signature of that type. */
export function parseSignature(jws: string, type: string): ParsedSignature {
  const parts = jws.trim().split('.');
  const [head = '', payload = '', signature = ''] = parts;
  if (parts.length !== 3 || !parts.every((one) => part.test(one))) throw invalid('it is no compact JWS');
  const header = readHeader(head);
  if (header.alg !== 'EdDSA' || header.typ !== type || typeof header.kid !== 'string' || 'crit' in header)
    throw invalid(`its header is not that of a ${type}`);
  return {
    kid: header.kid,
    issuedAt: instant(header.iat),
    endsAt: instant(header.exp),
    payload: Buffer.from(payload, 'base64url'),
    signed: Buffer.from(`${head}.${payload}`),
    signature: Buffer.from(signature, 'base64url'),
  };
}

/** Whether that Ed25519 key made it. */
export function isSignedBy({ signed, signature }: ParsedSignature, key: Pick<PinnedKey, 'x'>): boolean {
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key.x }, format: 'jwk' });
  return verify(null, signed, publicKey, signature);
}

/**
 * The manifest of a signature that a pinned key made and that is in force. What it is of is for the caller to compare.
 * Throws `signature-invalid`, `signature-expired`, `manifest-unknown`.
 */
export function verifyManifest(
  parsed: ParsedSignature,
  key: PinnedKey,
  now: number,
  allowExpired: boolean,
): VerifiedManifest {
  if (!isSignedBy(parsed, key)) throw invalid(`its key ${key.kid} did not sign it`);
  const { issuedAt, endsAt, payload } = parsed;
  if (endsAt === undefined || issuedAt === undefined) throw invalid('it does not say how long it holds');
  if (endsAt <= now && !allowExpired)
    throw new HostError(
      'signature-expired',
      `The manifest's signature ended on ${new Date(endsAt).toISOString()}: look at this machine's clock (${new Date(now).toISOString()}), and ask the store for the manifest anew.`,
    );
  if (issuedAt > now + hostLimits.clockSkewMs)
    throw invalid(
      `it is of ${new Date(issuedAt).toISOString()}, and this machine's clock says ${new Date(now).toISOString()}, so set that first`,
    );
  if (key.signs_from !== null && issuedAt < Date.parse(key.signs_from))
    throw invalid(`the key ${key.kid} had not had its turn then`);
  const manifest = readManifest(payload);
  return { manifest, bytes: payload, sha256: sha256Hex(payload) };
}

function readManifest(bytes: Buffer): Manifest {
  const manifest = parseJson(bytes) as Partial<Manifest> | null;
  if (manifest?.schema_version !== 1)
    throw new HostError(
      'manifest-unknown',
      'The store speaks of its plugins in a newer way than this mortise understands: update mortise.',
    );
  const { plugin, version, interfaces, isolation } = manifest;
  const isWhole =
    typeof plugin === 'string' &&
    typeof version === 'string' &&
    typeof interfaces === 'object' &&
    (isolation === 'process' || isolation === 'container');
  if (!isWhole) throw invalid('what it signs is no manifest');
  return manifest as Manifest;
}

function readHeader(text: string): ManifestHeader {
  const header = parseJson(Buffer.from(text, 'base64url'));
  if (typeof header !== 'object' || header === null) throw invalid('it has no header');
  return header;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    throw invalid('it is no JSON');
  }
}

const instant = (seconds: unknown): number | undefined =>
  typeof seconds === 'number' && Number.isFinite(seconds) ? seconds * 1000 : undefined;

export const invalid = (why: string): HostError =>
  new HostError(
    'signature-invalid',
    `The signature does not hold: ${why}. Nothing was installed; if it happens again, somebody changes what the store sends, or this is another store.`,
  );
