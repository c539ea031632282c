import { matchesPattern } from './authorize.js';
import { containsNetwork, parseNetwork } from './network.js';
import type { AccountPrincipal } from './principal.js';
import { includesScope } from './scope.js';
import type { AccountScope } from './scope.js';

/** What a token may be used for, and where. */
export interface TokenReach {
  readonly scopes: readonly AccountScope[];
  readonly publisher: string | null;
  readonly plugins: readonly string[];
  readonly packages: readonly string[] | null;
  readonly networks: readonly string[] | null;
  readonly expiresAt: number;
}

/** What of `reach` goes beyond the credential itself, in words; undefined where nothing does. */
export function beyond(principal: AccountPrincipal, reach: TokenReach): string | undefined {
  const scope = reach.scopes.find((asked) => !includesScope(principal.scopes, asked));
  if (scope !== undefined) return `the scope "${scope}"`;
  if (principal.publisher !== null && reach.publisher !== principal.publisher)
    return `publishers other than "${principal.publisher}"`;
  if (!isWithinPatterns(reach.plugins, principal.plugins))
    return `plugins other than ${principal.plugins.join(', ')}`;
  if (!isWithinPackages(reach.packages, principal.packages))
    return `packages other than ${principal.packages?.join(', ') ?? ''}`;
  if (!isWithinHeld(reach.networks, principal.networks)) return 'other networks';
  if (principal.expiresAt !== null && reach.expiresAt > principal.expiresAt) return 'a later end';
  return undefined;
}

function isWithinPackages(asked: readonly string[] | null, held: readonly string[] | null): boolean {
  return held === null || (asked !== null && isWithinPatterns(asked, held));
}

function isWithinHeld(asked: readonly string[] | null, held: readonly string[] | null): boolean {
  if (held === null) return true;
  const wider = held.flatMap((text) => parseNetwork(text) ?? []);
  return (
    asked !== null &&
    asked.every((text) => {
      const network = parseNetwork(text);
      return network !== undefined && wider.some((one) => containsNetwork(one, network));
    })
  );
}

/** Whether whatever fits one of `asked` fits one of `held`, too; none at all stands for every plugin. */
function isWithinPatterns(asked: readonly string[], held: readonly string[]): boolean {
  if (held.length === 0) return true;
  // A `*` in what is asked can only be matched by one in what is held: so what it stands for is matched as well.
  return asked.length > 0 && asked.every((pattern) => held.some((wider) => matchesPattern(pattern, wider)));
}
