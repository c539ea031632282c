import {
  credentialNeeded,
  notAMember,
  scopeNeeded,
  tokenForPackages,
  tokenTooNarrow,
  wrongHolder,
} from './errors.js';
import { permissions } from './permission.js';
import type { Permission, PermissionRule } from './permission.js';
import type { AccountPrincipal, Principal } from './principal.js';
import { includesScope } from './scope.js';
import type { AccountScope } from './scope.js';

export type MemberRole = 'owner' | 'maintainer';

/** What the route is about, as far as its path says. */
export interface Target {
  /** The publisher's id. */
  readonly publisher?: string;
  /** The plugin's normalised name. */
  readonly plugin?: string;
}

export interface AuthorizeOptions {
  /** Whether reading is for members only. */
  readonly closed: boolean;
  /** Throws `publisher-not-found` where there is none. */
  readonly memberRole: (publisher: string, accountId: string) => Promise<MemberRole | undefined>;
}

/**
 * Decides whether `principal` may do what `permission` names to `target`. Throws `credential-needed` where nobody has
 * signed in, and a `forbidden` that says what is missing otherwise.
 */
export async function authorize(
  principal: Principal,
  permission: Permission,
  target: Target,
  options: AuthorizeOptions,
): Promise<void> {
  const rule = permissions[permission];
  if (rule.holder === 'everyone') {
    if (rule.scope === null || !options.closed) return;
    if (principal.kind === 'anonymous') throw credentialNeeded();
    if (principal.kind === 'plugin') throw wrongHolder(rule.description);
    if (principal.kind === 'account' && !includesScope(principal.scopes, rule.scope))
      throw scopeNeeded(rule.scope);
    return;
  }
  if (principal.kind === 'anonymous') throw credentialNeeded();
  if (rule.holder === 'host') {
    if (principal.kind !== 'host') throw wrongHolder(rule.description);
    if (!includesScope(principal.scopes, rule.scope)) throw scopeNeeded(rule.scope);
    return;
  }
  if (principal.kind !== 'account') throw wrongHolder(rule.description);
  if (rule.scope !== null && !includesScope(principal.scopes, rule.scope)) throw scopeNeeded(rule.scope);
  requireReachOf(principal, rule, target);
  if (rule.holder === 'account') return;
  if (rule.holder === 'moderator' || rule.holder === 'administrator')
    return requireRole(principal, permission);
  if (rule.holder === 'maintainer-or-moderator') {
    const isModerator = principal.roles.length > 0;
    return isModerator ? undefined : requireMember(principal, 'maintainer', target, options);
  }
  await requireMember(principal, rule.holder, target, options);
}

function requireRole(principal: AccountPrincipal, permission: Permission): void {
  const rule = permissions[permission];
  const has =
    principal.roles.includes('administrator') ||
    (rule.holder === 'moderator' && principal.roles.includes('moderator'));
  if (!has) throw wrongHolder(rule.description);
}

async function requireMember(
  principal: AccountPrincipal,
  role: MemberRole,
  target: Target,
  options: AuthorizeOptions,
): Promise<void> {
  const { publisher } = target;
  if (publisher === undefined) throw new Error('A route for members must name a publisher in its path.');
  const held = await options.memberRole(publisher, principal.accountId);
  if (held === undefined || (role === 'owner' && held !== 'owner')) throw notAMember(publisher, role);
}

/** A credential for some plugins does nothing to what is more than a plugin. */
function requireReachOf(principal: AccountPrincipal, { reach }: PermissionRule, target: Target): void {
  if (reach === null) return;
  if (principal.packages !== null) throw tokenForPackages(principal.packages);
  if (reach === 'beyond-packages') return;
  const { publisher, plugin }: Target = reach === 'store' ? {} : target;
  if (publisher !== undefined) requireReach(principal, publisher, plugin);
  else if (principal.publisher !== null) throw tokenTooNarrow('the whole store', principal.publisher);
  const isForPlugins = principal.plugins.length > 0;
  if (isForPlugins && plugin === undefined && reach !== 'publisher')
    throw tokenTooNarrow(publisher === undefined ? 'the whole store' : `the publisher "${publisher}"`, null);
}

/** For routes that can ask for a scope only once they know what is wanted. Throws `scope-needed`. */
export function requireScope(principal: AccountPrincipal, scope: AccountScope): void {
  if (!includesScope(principal.scopes, scope)) throw scopeNeeded(scope);
}

/** Throws `token-too-narrow` when the credential is limited to other publishers or plugins. */
export function requireReach(principal: AccountPrincipal, publisher: string, plugin?: string): void {
  if (principal.publisher !== null && principal.publisher !== publisher)
    throw tokenTooNarrow(`the publisher "${publisher}"`, principal.publisher);
  if (principal.plugins.length === 0 || plugin === undefined) return;
  const id = `${publisher}/${plugin}`;
  if (!principal.plugins.some((pattern) => matchesPattern(id, pattern))) throw tokenTooNarrow(id, null);
}

/** Throws `token-too-narrow` when the credential is limited to other packages than that (`npm:name`, `python:name`). */
export function requirePackage(principal: AccountPrincipal, packageKey: string): void {
  const { packages } = principal;
  if (packages?.some((pattern) => matchesPattern(packageKey, pattern)) === false)
    throw tokenForPackages(packages);
}

/** Whether `id` fits a pattern in which `*` stands for any run of characters; in time of the product of their lengths. */
export function matchesPattern(id: string, pattern: string): boolean {
  let at = 0;
  let wanted = 0;
  let lastStar = -1;
  let afterStar = 0;
  while (at < id.length) {
    if (pattern[wanted] === '*') {
      lastStar = wanted;
      afterStar = at;
      wanted += 1;
    } else if (pattern[wanted] === id[at]) {
      at += 1;
      wanted += 1;
    } else if (lastStar >= 0) {
      // Let the last star take one character more, and try again behind it.
      afterStar += 1;
      at = afterStar;
      wanted = lastStar + 1;
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(wanted));
}
