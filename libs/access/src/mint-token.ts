import { randomUUID } from 'node:crypto';
import { isPluginName, limits, makeApiKey, normalizeName, parsePublisherName } from '#kernel';
import type { Clock } from '#kernel';
import { matchesPattern } from './authorize.js';
import {
  expiryOutOfRange,
  invalidNetwork,
  invalidPackagePattern,
  invalidPluginPattern,
  tokenTooWide,
} from './errors.js';
import { parseNetwork } from './network.js';
import type { AccountPrincipal } from './principal.js';
import type { Principals } from './principals.js';
import type { AccountScope } from './scope.js';
import { tokenAct } from './token-act.js';
import { beyond } from './token-reach.js';
import type { Token, TokenStore } from './token-store.js';

export interface TokenRequest {
  readonly name: string;
  readonly scopes: readonly AccountScope[];
  readonly publisher: string | null;
  readonly plugins: readonly string[];
  /** Patterns (`npm:@acme/*`, `python:acme-*`); absent or none: all packages, and all else. */
  readonly packages?: readonly string[] | null;
  /** Networks (CIDR) to be used from; absent or none: all. */
  readonly networks?: readonly string[] | null;
  /** Milliseconds since the epoch; null for the default. */
  readonly expiresAt: number | null;
}

export interface MintedToken {
  readonly token: Token;
  /** The token itself: shown once, kept nowhere. */
  readonly text: string;
}

/** Makes a token that is no wider than the credential it is asked for with. */
export class MintToken {
  constructor(
    private readonly tokens: TokenStore,
    private readonly principals: Principals,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `token-too-wide`, `invalid-name`, `publisher-not-found`, `invalid-plugin-pattern`, `invalid-package-pattern`,
   * `invalid-network`, `expiry-out-of-range`.
   */
  async run(request: TokenRequest, caller: AccountPrincipal): Promise<MintedToken> {
    const now = this.clock.now();
    const publisher = request.publisher === null ? null : parsePublisherName(request.publisher);
    const reach = {
      scopes: [...new Set(request.scopes)],
      publisher,
      plugins: [...new Set(request.plugins.map((pattern) => parsePattern(pattern, publisher)))],
      packages: narrowing(request.packages?.map(parsePackages)),
      networks: narrowing(request.networks?.map(parseNetworkText)),
      expiresAt: request.expiresAt ?? defaultExpiry(now, caller),
    };
    if (reach.expiresAt <= now || reach.expiresAt > now + limits.tokenLifetimeMaxMs) throw expiryOutOfRange();
    const excess = beyond(caller, reach);
    if (excess !== undefined) throw tokenTooWide(excess);
    if (publisher !== null) await this.principals.memberRole(publisher, caller.accountId);
    const { text, sha256, prefix } = makeApiKey('pat');
    const token = {
      id: randomUUID(),
      accountId: caller.accountId,
      name: request.name,
      prefix,
      ...reach,
      createdAt: now,
      lastUsedAt: null,
    };
    await this.tokens.add(token, sha256, tokenAct('make-token', token, caller, now));
    return { token, text };
  }
}

function defaultExpiry(now: number, caller: AccountPrincipal): number {
  return Math.min(now + limits.tokenLifetimeMs, caller.expiresAt ?? Infinity);
}

/** `publisher/name`, normalised, where `*` stands for any run of characters. */
function parsePattern(written: string, publisher: string | null): string {
  const [owner, name, ...rest] = written.split('/').map(normalizeName);
  if (owner === undefined || name === undefined || rest.length > 0) throw invalidPluginPattern(written);
  // A letter in the place of each `*` must make a name.
  const isName = (text: string): boolean => isPluginName(text.replaceAll(/-?\*+-?/g, 'x'));
  if (!isName(owner) || !isName(name)) throw invalidPluginPattern(written);
  if (publisher !== null && !matchesPattern(publisher, owner)) throw invalidPluginPattern(written);
  return `${owner}/${name}`;
}

const narrowing = (list: readonly string[] = []): readonly string[] | null =>
  list.length === 0 ? null : [...new Set(list)];

/** `npm:` or `python:` and a name, where `*` stands for any run of characters. */
function parsePackages(written: string): string {
  if (/^(?:npm:(?:@[\w.~*-]+\/)?|python:)[\w.~*-]+$/.test(written)) return written;
  throw invalidPackagePattern(written);
}

function parseNetworkText(network: string): string {
  if (parseNetwork(network) === undefined) throw invalidNetwork(network);
  return network;
}
