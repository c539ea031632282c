import { RegistryError } from '#kernel';

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

export const tokenTooNarrow = (what: string): RegistryError =>
  new RegistryError(
    'forbidden',
    'token-too-narrow',
    `Your token is limited to other plugins than ${what}: use a wider one.`,
  );

export const publisherNotFound = (publisher: string): RegistryError =>
  new RegistryError('not-found', 'publisher-not-found', `There is no publisher "${publisher}".`);
