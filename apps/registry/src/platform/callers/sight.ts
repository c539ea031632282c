import { includesScope, matchesPattern } from '#access';
import type { AccountPrincipal, Principals } from '#access';
import { RegistryError, splitPluginId } from '#kernel';
import type { PluginId } from '#kernel';

/** Who sees of a plugin what is pending or rejected: the members of its publisher, and moderators. */
export class Sight {
  constructor(private readonly principals: Principals) {}

  /** Whether the caller sees all of the plugin. A token sees what it could read, or change by its other scopes. */
  async seesAll(caller: AccountPrincipal, plugin: PluginId): Promise<boolean> {
    const { publisher } = splitPluginId(plugin);
    if (!reaches(caller, publisher, plugin)) return false;
    const reads = includesScope(caller.scopes, 'read');
    if (caller.roles.length > 0 && (reads || includesScope(caller.scopes, 'moderate'))) return true;
    const mayLook = reads || caller.scopes.includes('publish') || caller.scopes.includes('manage');
    if (!mayLook) return false;
    return (await this.roleIn(publisher, caller)) !== undefined;
  }

  private async roleIn(publisher: string, caller: AccountPrincipal) {
    try {
      return await this.principals.memberRole(publisher, caller.accountId);
    } catch (error) {
      // There is no such publisher: the route says so in its own words.
      if (error instanceof RegistryError) return undefined;
      throw error;
    }
  }
}

function reaches(caller: AccountPrincipal, publisher: string, plugin: PluginId): boolean {
  if (caller.publisher !== null && caller.publisher !== publisher) return false;
  return caller.plugins.length === 0 || caller.plugins.some((pattern) => matchesPattern(plugin, pattern));
}
