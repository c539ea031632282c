import { limits, RegistryError } from '#kernel';

export const credentialNeeded = (): RegistryError =>
  new RegistryError(
    'unauthenticated',
    'credential-needed',
    'This needs a credential: send "Authorization: Bearer <session, token or key>".',
  );

/** One sentence for every cause, so that nothing can be learned from a guess. */
export const badCredential = (): RegistryError =>
  new RegistryError(
    'unauthenticated',
    'bad-credential',
    'The credential is unknown, expired or revoked: sign in again, or make a new token or key.',
  );

export const schemeNeeded = (): RegistryError =>
  new RegistryError(
    'unauthenticated',
    'bad-credential',
    'Authorization begins with "Bearer " and goes on with one session, token or key: send it so.',
  );

export const tokenNeeded = (): RegistryError =>
  new RegistryError(
    'unauthenticated',
    'bad-credential',
    'The password is not one of the store’s tokens: send a token (mrt_pat_…) as the password, with the user name __token__.',
  );

export const wrongHolder = (needed: string): RegistryError =>
  new RegistryError('forbidden', 'forbidden', `This is not for your credential. Who may: ${needed}`);

export const scopeNeeded = (scope: string): RegistryError =>
  new RegistryError(
    'forbidden',
    'scope-needed',
    `Your credential lacks the scope "${scope}": make one that has it.`,
    { details: { scope } },
  );

export const notAMember = (publisher: string, role: 'owner' | 'maintainer'): RegistryError =>
  new RegistryError(
    'forbidden',
    'not-a-member',
    role === 'owner'
      ? `Only an owner of the publisher "${publisher}" may do this.`
      : `You are no owner or maintainer of the publisher "${publisher}": ask one of its owners to add you.`,
  );

/** `publisher` is the one that the token is limited to; null where it is limited to some plugins. */
export const tokenTooNarrow = (what: string, publisher: string | null): RegistryError =>
  new RegistryError(
    'forbidden',
    'token-too-narrow',
    publisher === null
      ? `Your token is limited to other plugins than ${what}: use a wider one.`
      : `Your token does not reach ${what}, since it is limited to the publisher "${publisher}": use a wider one.`,
  );

export const publisherNotFound = (publisher: string): RegistryError =>
  new RegistryError('not-found', 'publisher-not-found', `There is no publisher "${publisher}".`);

export const invalidUsername = (reserved: readonly string[]): RegistryError =>
  new RegistryError(
    'invalid',
    'invalid-username',
    `A username is up to ${limits.usernameCharacters} letters, digits and single hyphens between them, and none of: ${reserved.join(', ')}.`,
  );

export const usernameTaken = (username: string): RegistryError =>
  new RegistryError('conflict', 'username-taken', `Somebody has the username "${username}": choose another.`);

export const passwordTooShort = (): RegistryError =>
  new RegistryError(
    'invalid',
    'password-too-short',
    `A password has at least ${limits.passwordCharactersMin} characters; longer is better.`,
  );

export const passwordTooLong = (): RegistryError =>
  new RegistryError('invalid', 'password-too-long', `A password has at most ${limits.passwordBytes} bytes.`);

export const signUpClosed = (): RegistryError =>
  new RegistryError(
    'forbidden',
    'sign-up-closed',
    'Sign-up is closed here: ask an administrator of this store for an account.',
  );

export const signInFailed = (): RegistryError =>
  new RegistryError('unauthenticated', 'sign-in-failed', 'The username or the password is wrong.');

export const wrongPassword = (): RegistryError =>
  new RegistryError('forbidden', 'wrong-password', 'That password is not the one of this account.');

export const tooManySignIns = (retryAfterSeconds: number): RegistryError =>
  new RegistryError(
    'too-many-requests',
    'too-many-failed-sign-ins',
    `Too many sign-ins have failed: try again in ${retryAfterSeconds} s.`,
    { retryAfterSeconds },
  );

export const accountNotFound = (username: string): RegistryError =>
  new RegistryError(
    'not-found',
    'account-not-found',
    `There is no account "${username.slice(0, limits.usernameCharacters)}".`,
  );

export const lastAdministrator = (): RegistryError =>
  new RegistryError(
    'conflict',
    'last-administrator',
    'The store needs an administrator: make somebody else one first.',
  );

export const firstAdministratorTaken = (username: string): RegistryError =>
  new RegistryError(
    'conflict',
    'first-administrator-taken',
    `The account "${username}" exists and is no administrator: set MORTISE_ADMIN_USERNAME to another name.`,
  );

export const tokenTooWide = (excess: string): RegistryError =>
  new RegistryError(
    'forbidden',
    'token-too-wide',
    `That token reaches ${excess}, which is beyond the credential you sent: ask for less, or use a wider one.`,
  );

export const tokenNotFound = (): RegistryError =>
  new RegistryError('not-found', 'token-not-found', 'You have no such token.');

export const invalidPluginPattern = (written: string): RegistryError =>
  new RegistryError(
    'invalid',
    'invalid-plugin-pattern',
    `"${written.slice(0, limits.pluginNameCharacters)}" is no pattern for plugins of the token's publisher: write publisher/name, where * stands for any characters.`,
  );

export const expiryOutOfRange = (): RegistryError =>
  new RegistryError(
    'invalid',
    'expiry-out-of-range',
    `A token ends in the future, and within ${Math.floor(limits.tokenLifetimeMaxMs / 86_400_000)} days.`,
  );

export const publisherTaken = (publisher: string): RegistryError =>
  new RegistryError(
    'conflict',
    'publisher-taken',
    `There is a publisher "${publisher}" already: choose another name, or ask its owners to add you.`,
  );

export const trustIsForAdministrators = (): RegistryError =>
  new RegistryError(
    'forbidden',
    'trust-is-for-administrators',
    'Only an administrator makes a publisher trusted, with a token that has the scope "admin" if not with a session: leave "trust" out and ask one, or make such a token.',
  );

export const lastOwner = (publisher: string): RegistryError =>
  new RegistryError(
    'conflict',
    'last-owner',
    `The publisher "${publisher}" needs an owner: make somebody else one first.`,
  );

export const memberNotFound = (publisher: string): RegistryError =>
  new RegistryError(
    'not-found',
    'member-not-found',
    `That account is no member of the publisher "${publisher}".`,
  );

export const tooManyMembers = (publisher: string): RegistryError =>
  new RegistryError(
    'conflict',
    'too-many-members',
    `The publisher "${publisher}" has ${limits.membersPerPublisher} members, and no more can be added.`,
  );

export const notASession = (): RegistryError =>
  new RegistryError(
    'forbidden',
    'not-a-session',
    'You came with a token, which has nothing to sign out of: revoke it with DELETE /api/v1/tokens/{id}.',
  );

export const invalidPackagePattern = (written: string): RegistryError =>
  new RegistryError(
    'invalid',
    'invalid-package-pattern',
    `"${written.slice(0, limits.packageNameCharacters)}" is no pattern for packages: write npm:name, npm:@scope/name or python:name, where * stands for any characters.`,
  );

export const invalidNetwork = (written: string): RegistryError =>
  new RegistryError(
    'invalid',
    'invalid-network',
    `"${written.slice(0, limits.networkCharacters)}" is no network: write it as 10.0.0.0/8 or 2001:db8::/32, or one address.`,
  );

export const networkNotAllowed = (): RegistryError =>
  new RegistryError(
    'unauthenticated',
    'network-not-allowed',
    'Your token may not be used from the network that you are in: use it from where it was made for, or another one.',
  );

export const tokenForPackages = (packages: readonly string[]): RegistryError =>
  new RegistryError(
    'forbidden',
    'token-too-narrow',
    `Your token is limited to packages (${packages.slice(0, 5).join(', ')}), and this is about more: use a wider one.`,
  );

export const accountUnknown = (username: string): RegistryError =>
  new RegistryError(
    'invalid',
    'account-unknown',
    `There is no account "${username.slice(0, limits.usernameCharacters)}": make it with npm adduser --auth-type=legacy, or at POST /api/v1/accounts.`,
  );

export const tooManyWebLogins = (): RegistryError =>
  new RegistryError(
    'unavailable',
    'too-many-web-logins',
    'Too many people are about to sign in with their browser: try again soon, or sign in with --auth-type=legacy.',
    { retryAfterSeconds: 30 },
  );

export const webLoginNotFound = (): RegistryError =>
  new RegistryError(
    'not-found',
    'web-login-not-found',
    'That sign-in has ended, was finished, or never was: begin again with npm login.',
  );

export const approvalNeedsSession = (): RegistryError =>
  new RegistryError(
    'forbidden',
    'approval-needs-session',
    'A sign-in is approved by somebody who has signed in with their password: begin a session (POST /api/v1/sessions).',
  );

export const tokenOptionInvalid = (option: string, expected: string): RegistryError =>
  new RegistryError('invalid', 'token-option-invalid', `"${option}" has to be ${expected}.`, {
    details: { option },
  });

export const tokenOptionNotOffered = (option: string, why: string): RegistryError =>
  new RegistryError(
    'invalid',
    'token-option-not-offered',
    `No token was made: "${option.slice(0, limits.tokenNameCharacters)}" can't be honoured here, since ${why}.`,
    { details: { option: option.slice(0, limits.tokenNameCharacters) } },
  );
