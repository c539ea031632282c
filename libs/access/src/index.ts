export type { Account } from './account.js';
export { usernameKey } from './account.js';
export { AccountStore } from './account-store.js';
export type { Membership, NewAccount, SignInFacts } from './account-store.js';
export { actorOf } from './actor-of.js';
export { ApproveWebLogin } from './approve-web-login.js';
export { AssignRoles } from './assign-roles.js';
export { authorize, matchesPattern, requirePackage, requireReach, requireScope } from './authorize.js';
export type { AuthorizeOptions, MemberRole, Target } from './authorize.js';
export { BeginWebLogin } from './begin-web-login.js';
export { ChangePassword } from './change-password.js';
export { CheckPassword } from './check-password.js';
export { CreatePublisher } from './create-publisher.js';
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
export { EndSession } from './end-session.js';
export { EnsureAdministrator } from './ensure-administrator.js';
export {
  accountNotFound,
  badCredential,
  lastAdministrator,
  lastOwner,
  memberNotFound,
  notAMember,
  networkNotAllowed,
  publisherNotFound,
  publisherTaken,
  schemeNeeded,
  tokenNotFound,
  tokenNeeded,
  tooManyMembers,
  usernameTaken,
  webLoginNotFound,
  wrongPassword,
} from './errors.js';
export { FinishWebLogin } from './finish-web-login.js';
export { FirstPasswordFile } from './first-password-file.js';
export { LogInClient } from './log-in-client.js';
export { MintLoginToken } from './mint-login-token.js';
export { isWithinNetworks, parseNetwork } from './network.js';
export { MintToken } from './mint-token.js';
export type { MintedToken } from './mint-token.js';
export { parseNpmTokenRequest } from './npm-token-request.js';
export { Passwords } from './passwords.js';
export { permissions } from './permission.js';
export type { Permission, PermissionRule } from './permission.js';
export { anonymous } from './principal.js';
export type {
  AccountPrincipal,
  AnonymousPrincipal,
  HostPrincipal,
  PluginPrincipal,
  Principal,
} from './principal.js';
export { Principals } from './principals.js';
export type { Publisher, PublisherMember, Trust } from './publisher.js';
export { PublisherStore } from './publisher-store.js';
export { RegisterAccount } from './register-account.js';
export { RemoveMember } from './remove-member.js';
export { ResetPassword } from './reset-password.js';
export { RevokeToken } from './revoke-token.js';
export { accountScopes, hostScopes, includesScope } from './scope.js';
export type { AccountScope, HostScope, Scope } from './scope.js';
export { SessionStore } from './session-store.js';
export type { Session } from './session-store.js';
export { SetMember } from './set-member.js';
export { SetPublisherTrust } from './set-publisher-trust.js';
export { SignIn } from './sign-in.js';
export { SignInThrottle } from './sign-in-throttle.js';
export { TokenStore } from './token-store.js';
export type { Token } from './token-store.js';
export { WebLoginStore } from './web-login-store.js';
export type { Role } from './role.js';
