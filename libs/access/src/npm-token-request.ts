import { limits } from '#kernel';
import { tokenOptionInvalid, tokenOptionNotOffered } from './errors.js';
import type { TokenRequest } from './mint-token.js';
import type { AccountScope } from './scope.js';

export interface NpmTokenRequest {
  readonly password: string;
  readonly token: TokenRequest;
}

type Members = Readonly<Record<string, unknown>>;

/** What there is nothing of here, or what is said with every request and means nothing here. */
const passedOver = new Set(['bypass_2fa', 'automation']);

const understood = new Set([
  ...['password', 'name', 'description', 'expires', 'readonly', 'cidr_whitelist'],
  ...['packages', 'packages_all', 'scopes', 'packages_and_scopes_permission', 'orgs', 'orgs_permission'],
  ...passedOver,
]);

const dayMs = 86_400_000;

/**
 * The token that `npm token create` asks for. Every option is honoured or refused: a token that is wider than its maker
 * believes is worse than none. Throws `token-option-invalid`, `token-option-not-offered`.
 */
export function parseNpmTokenRequest(body: unknown, now: number): NpmTokenRequest {
  const members = typeof body === 'object' && body !== null ? (body as Members) : {};
  const { password } = members;
  if (typeof password !== 'string') throw tokenOptionInvalid('password', 'the password of your account');
  const unknown = Object.keys(members).find((member) => !understood.has(member) && isAsked(members[member]));
  if (unknown !== undefined) throw tokenOptionNotOffered(unknown, 'this store does not know it');
  if (isAsked(members['orgs']) || isAsked(members['orgs_permission']))
    throw tokenOptionNotOffered('orgs', 'publishers are managed with tokens made at POST /api/v1/tokens');
  const scopes = scopesOf(members);
  const packages = packagesOf(members);
  if (packages.length > 0 && !scopes.includes('publish'))
    throw tokenOptionNotOffered('packages', 'a token that only reads, reads all that its person may');
  return {
    password,
    token: {
      name: nameOf(members),
      scopes,
      publisher: null,
      plugins: [],
      packages,
      networks: textsOf(members, 'cidr_whitelist', limits.networksPerToken),
      expiresAt: endOf(members, now),
    },
  };
}

/** Clients send false, null or nothing in a list for what was not asked for. */
function isAsked(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== false && value !== '' && value !== 'no-access';
}

/** Older clients say `readonly`, newer ones a permission; who says neither gets the narrower. */
function scopesOf(members: Members): AccountScope[] {
  const { readonly, packages_and_scopes_permission: permission } = members;
  if (permission === 'no-access')
    throw tokenOptionNotOffered('packages_and_scopes_permission', 'a token is for something');
  if (permission === 'read-write' && readonly === true)
    throw tokenOptionInvalid('readonly', 'false, where read-write is asked for');
  if (permission === 'read-write' || (permission === undefined && readonly === false))
    return ['read', 'publish', 'manage'];
  if (permission === undefined || permission === 'read-only') return ['read'];
  throw tokenOptionInvalid('packages_and_scopes_permission', 'read-only or read-write');
}

/** None: all of them. */
function packagesOf(members: Members): string[] {
  const names = textsOf(members, 'packages', limits.packagePatternsPerToken);
  const scopes = textsOf(members, 'scopes', limits.packagePatternsPerToken);
  const isForAll = members['packages_all'] === true;
  const isNarrowed = names.length + scopes.length > 0;
  if (isForAll && isNarrowed) throw tokenOptionInvalid('packages_all', 'left out, where packages are named');
  if (members['packages_and_scopes_permission'] === 'read-write' && !isForAll && !isNarrowed)
    throw tokenOptionInvalid('packages', 'named (--packages, --scopes), or all of them (--packages-all)');
  return [...names, ...scopes.map((scope) => `@${scope.replace(/^@/, '')}/*`)].map((name) => `npm:${name}`);
}

function textsOf(members: Members, member: string, most: number): string[] {
  const value = members[member] ?? [];
  const isList = Array.isArray(value) && value.every((text) => typeof text === 'string');
  if (!isList || value.length > most) throw tokenOptionInvalid(member, `a list of up to ${most} texts`);
  return value;
}

/** There is one text to tell tokens apart by: the name, and behind it the description. */
function nameOf({ name, description }: Members): string {
  const parts = [name ?? 'npm token', description ?? ''].filter((part) => part !== '');
  const texts = parts.filter((part) => typeof part === 'string');
  const text = texts.join(': ');
  const isLine = texts.length === parts.length && !/[\p{Control}\p{Surrogate}]/u.test(text);
  if (isLine && text.length <= limits.tokenNameCharacters) return text;
  throw tokenOptionInvalid(
    'name',
    `a line that has, with the description, up to ${limits.tokenNameCharacters} characters`,
  );
}

function endOf({ expires }: Members, now: number): number | null {
  if (expires === undefined || expires === null) return null;
  if (typeof expires === 'number' && Number.isSafeInteger(expires) && expires > 0)
    return now + expires * dayMs;
  throw tokenOptionInvalid('expires', 'a number of days');
}
