import type { ServedFile } from './package-index.js';
import type { PackageSide } from './package-side.js';

/** An index document of a name that is upstream's, ready to be sent. */
export interface PulledDocument {
  /** JSON in UTF-8: a packument (whole, or in npm's abbreviated form), or a project of the simple API (PEP 691). */
  readonly body: Buffer;
  /** When upstream last said that this is what it has; milliseconds since the epoch. */
  readonly checkedAt: number;
  /** Until when it is answered with before upstream is asked again. */
  readonly freshUntil: number;
  /** Upstream should have been asked again, and did not answer. */
  readonly stale: boolean;
}

/** A key by which npm clients verify `dist.signatures`, as `/-/npm/v1/keys` has it. */
export interface NpmKey {
  readonly expires: string | null;
  readonly keyid: string;
  readonly keytype: string;
  readonly scheme: string;
  /** SPKI in DER, base64. */
  readonly key: string;
}

/**
 * Fetches what the store doesn't own from upstream: once, however many ask at once; verified, kept, and served from
 * then on, upstream up or not. A name that the store owns is never looked up. Where upstream is off, or doesn't have the
 * name, all of these answer undefined; `upstream-unreachable` (unavailable) is thrown where it doesn't answer and
 * nothing was kept.
 */
export abstract class PullThrough {
  /**
   * Addresses in it are the store's, below `base` (its public address, without a slash at the end). Quarantined versions
   * are left out, and told of in npm's `policyRestrictions`.
   */
  abstract document(
    side: PackageSide,
    name: string,
    form: 'full' | 'short' | 'simple',
    base: string,
  ): Promise<PulledDocument | undefined>;
  /** The file, which the store has when this returns. */
  abstract file(side: PackageSide, name: string, filename: string): Promise<ServedFile | undefined>;
  /** The METADATA file of a wheel (PEP 658), without the wheel. */
  abstract metadata(name: string, filename: string): Promise<Buffer | undefined>;
  /**
   * The keys of upstream's npm registry, to be offered beside the store's own: its documents keep their signatures. Empty
   * where there are none, or none were ever heard of; never throws for a silent upstream.
   */
  abstract npmKeys(): Promise<readonly NpmKey[]>;
}

/** A store without upstream. */
export class NoPullThrough extends PullThrough {
  override document(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  override file(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  override metadata(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  override npmKeys(): Promise<readonly NpmKey[]> {
    return Promise.resolve([]);
  }
}
