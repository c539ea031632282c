import { compareVersions, satisfiesRange } from '#kernel';
import { HostError } from '../host-error.js';
import { hostLimits } from '../host-limits.js';
import type { HostWork } from './host-work.js';

/** The highest version of a plugin that may be installed and fits. Throws `no-suitable-version`, which says what there is. */
export async function highestIn({ store }: HostWork, id: string, range: string): Promise<string> {
  const [publisher = '', plugin = ''] = id.split('/');
  const open: string[] = [];
  for await (const one of store.list('listVersions', { publisher, plugin }))
    if (one.state === 'active') open.push(one.version);
  open.sort((a, b) => compareVersions(b, a));
  const best = open.find((version) => satisfiesRange(version, range));
  if (best !== undefined) return best;
  const named = open.slice(0, hostLimits.namedVersions).join(', ');
  const more = open.length > hostLimits.namedVersions ? ', and older ones' : '';
  throw new HostError(
    'no-suitable-version',
    `No version of ${id} that may be installed fits "${range}". ${open.length === 0 ? 'None may be.' : `There ${open.length === 1 ? 'is' : 'are'} ${named}${more}.`}`,
  );
}
