import type { Role } from './role.js';

/** What a token or key may be used for. None implies another, except that `admin` includes `moderate`. */
export const accountScopes = ['read', 'publish', 'manage', 'moderate', 'admin'] as const;
export type AccountScope = (typeof accountScopes)[number];

export const hostScopes = ['install', 'introspect', 'report'] as const;
export type HostScope = (typeof hostScopes)[number];

export type Scope = AccountScope | HostScope;

/** Whether holding `held` is enough where `needed` is asked for. */
export function includesScope(held: readonly string[], needed: Scope): boolean {
  return held.includes(needed) || (needed === 'moderate' && held.includes('admin'));
}

/** The scopes that a person with these roles can have at all. */
export function scopesWithin(roles: readonly Role[]): readonly AccountScope[] {
  if (roles.includes('administrator')) return accountScopes;
  if (roles.includes('moderator')) return accountScopes.filter((scope) => scope !== 'admin');
  return accountScopes.filter((scope) => scope !== 'admin' && scope !== 'moderate');
}
