import type { Principal, Principals } from '#access';

/** Who may see releases that no moderator has approved: members of their publisher, and moderators. */
export class UnapprovedView {
  constructor(private readonly principals: Principals) {}

  async isOpenTo(principal: Principal, publisher: string): Promise<boolean> {
    if (principal.kind !== 'account') return false;
    // A token that was narrowed to other publishers shows what everyone may see.
    if (principal.publisher !== null && principal.publisher !== publisher) return false;
    if (principal.roles.length > 0) return true;
    return (await this.principals.memberRole(publisher, principal.accountId)) !== undefined;
  }
}
