export { authorize, matchesPattern, requireReach } from './authorize.js';
export type { AuthorizeOptions, MemberRole, Target } from './authorize.js';
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
export { accountScopes, hostScopes, includesScope } from './scope.js';
export type { AccountScope, HostScope, Scope } from './scope.js';
