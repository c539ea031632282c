import type { MintToken } from './mint-token.js';
import type { Principals } from './principals.js';

/** Makes the token that `npm login` leaves with its user: for packages, whatever else the person may do. */
export class MintLoginToken {
  constructor(
    private readonly mintToken: MintToken,
    private readonly principals: Principals,
  ) {}

  /** The token itself. The account is one whose person has just signed in. */
  async run(accountId: string): Promise<string> {
    const request = {
      name: 'npm login',
      scopes: ['read', 'publish', 'manage'],
      publisher: null,
      plugins: [],
      expiresAt: null,
    } as const;
    const { text } = await this.mintToken.run(request, await this.principals.ofPassword(accountId));
    return text;
  }
}
