import type { PackageSide } from '../package-side.js';

/** npm: the whole packument, or its abbreviated form; Python: a project of the simple API. */
export type PageForm = 'full' | 'short' | 'simple';

export interface PageRequest {
  readonly side: PackageSide;
  readonly name: string;
  readonly form: PageForm;
  /** Of what is kept; upstream then only says whether it still holds. */
  readonly etag: string | null;
  /** The `Via` of the request that this one is made for (RFC 9110), or empty. */
  readonly via: string;
}

export type UpstreamAnswer =
  | {
      readonly kind: 'page';
      readonly body: Buffer;
      /** Without parameters, in lower case. */
      readonly mediaType: string;
      readonly etag: string | null;
      /** Where it was found in the end: addresses in it are relative to this. */
      readonly address: string;
    }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'absent' };

/**
 * The registries that the store fetches from, over the network. Everything is bounded in time and size, and answers
 * `upstream-unreachable` (unavailable) where upstream is silent, broken, or refuses.
 */
export abstract class Upstream {
  /** Whether there may be one for that side, as far as is known without looking anything up. */
  abstract mayBeOn(side: PackageSide): boolean;
  /** Whether there is one for that side; what the machine is configured to use is looked up when this is first asked. */
  abstract isOn(side: PackageSide): Promise<boolean>;
  /** Throws `upstream-unreachable`. */
  abstract page(request: PageRequest): Promise<UpstreamAnswer>;
  /** The body of `/-/npm/v1/keys`, or undefined where the registry has none. Throws `upstream-unreachable`. */
  abstract npmKeys(): Promise<Buffer | undefined>;
  /**
   * The bytes at an address that the page of `name` gave; undefined where nothing is there. Throws `upstream-unreachable`, also in
   * the midst of the bytes, and `upstream-file-too-large` where there are more than `maxBytes`.
   */
  abstract file(
    side: PackageSide,
    name: string,
    address: string,
    options: { readonly maxBytes: number; readonly via: string },
  ): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** To be told that a request of this store came back to it, so that its upstream is the store itself. */
  abstract isSelf(side: PackageSide): void;
  /** What `work` comes to, or undefined once `ms` have passed: the work goes on. What it throws is thrown. */
  abstract within<T>(ms: number, work: Promise<T>): Promise<T | undefined>;
}
