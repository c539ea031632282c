import { AccountStore, actorOf, requirePackage } from '#access';
import type { AccountPrincipal } from '#access';
import { RegistryError } from '#kernel';
import type { Uploader } from '#packages';

/** Says of a caller what decides whose an uploaded package becomes. */
export class Uploaders {
  constructor(private readonly accounts: AccountStore) {}

  async of(caller: AccountPrincipal): Promise<Uploader> {
    const memberships = await this.accounts.memberships(caller.accountId);
    return {
      accountId: caller.accountId,
      actor: actorOf(caller),
      publisher: caller.publisher,
      memberOf: memberships.map(({ publisher }) => publisher),
      requireReach: (side, name) => {
        if (caller.plugins.length > 0) throw forPluginsOnly();
        requirePackage(caller, `${side}:${name}`);
      },
    };
  }
}

const forPluginsOnly = (): RegistryError =>
  new RegistryError(
    'forbidden',
    'token-too-narrow',
    'Your token is limited to some plugins, and a package by itself is of none: publish the package with a release, or use a wider token.',
  );
