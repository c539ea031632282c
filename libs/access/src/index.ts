export { actorOf } from './actor-of.js';
export { authorize, matchesPattern, requireReach } from './authorize.js';
export type { AuthorizeOptions, MemberRole, Target } from './authorize.js';
export { CredentialStore } from './credential-store.js';
export type {
  AccountFacts,
  CredentialUse,
  HostCredential,
  KeyCredential,
  PluginCredential,
  SessionCredential,
  TokenCredential,
} from './credential-store.js';
export { badCredential, credentialNeeded, publisherNotFound } from './errors.js';
export { permissions } from './permission.js';
export type { Permission, PermissionRule } from './permission.js';
export { anonymous } from './principal.js';
export type {
  AccountPrincipal,
  AnonymousPrincipal,
  HostPrincipal,
  PluginPrincipal,
  Principal,
  Role,
} from './principal.js';
export { Principals } from './principals.js';
export { accountScopes, hostScopes, includesScope } from './scope.js';
export type { AccountScope, HostScope, Scope } from './scope.js';
