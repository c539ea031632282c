import type { ServedFile } from '../package-index.js';
import type { PackageSide } from '../package-side.js';

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
 * then on, upstream up or not. A name that the store owns is never looked up. Where upstream doesn't have the name, or
 * the name may not be fetched, all of these answer undefined; so do they where upstream is off, except for what was
 * pulled before. `upstream-unreachable` (unavailable) is thrown where it doesn't answer and nothing was kept.
 *
 * `via` is the header of that name of the request that is answered: a registry that the store fetches from may be
 * another store, whose upstream is this one.
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
    via?: string,
  ): Promise<PulledDocument | undefined>;
  /**
   * The file, which the store has when this returns; to be asked about all files of names that nobody owns. It may be
   * quarantined. Throws `upstream-mismatch`, `upstream-changed` and `upstream-file-too-large` (forbidden) where
   * upstream's bytes aren't what its index promises, or are too many.
   */
  abstract file(
    side: PackageSide,
    name: string,
    filename: string,
    via?: string,
  ): Promise<ServedFile | undefined>;
  /** The METADATA file of a wheel (PEP 658), without the wheel. */
  abstract metadata(name: string, filename: string, via?: string): Promise<Buffer | undefined>;
  /**
   * The keys of upstream's npm registry, to be offered beside the store's own: its documents keep their signatures. Empty
   * where there are none, or none were ever heard of; never throws for a silent upstream.
   */
  abstract npmKeys(): Promise<readonly NpmKey[]>;
}
