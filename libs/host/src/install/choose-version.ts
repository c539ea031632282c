import { anyHost, bestSuiting, suitsHost } from '#descriptor';
import { compareVersions, isUpToLatest, satisfiesRange, tellVersions } from '#kernel';
import { HostError } from '../host-error.js';
import type { HostWork } from './host-work.js';
import type { WishedVersion } from './parse-wish.js';

/** What leaves it to the store which version that is. */
type OpenSelector = Extract<WishedVersion, { kind: 'latest' | 'range' }>;

/**
 * The version that an installation would get: the highest that fits and suits this host; where none suits, the highest that
 * fits. Throws `no-suitable-version`.
 */
export async function chooseVersion(
  work: HostWork,
  id: string,
  selector: OpenSelector,
  ignoreRequires: boolean,
): Promise<string> {
  const { store } = work;
  const versions = await fittingVersions(work, id, selector);
  const host = ignoreRequires ? anyHost : await store.call('hostsMe', {}, work);
  const [publisher = '', plugin = ''] = id.split('/');
  const best = await bestSuiting(
    versions,
    (version) => store.call('getRelease', { publisher, plugin, version }, work),
    ({ requires }) => suitsHost(requires, host),
  );
  return best?.version ?? versions[0];
}

/** What may be installed and fits, the highest first. Throws `no-suitable-version`, which says what there is. */
export async function fittingVersions(
  { store, signal }: HostWork,
  id: string,
  selector: OpenSelector,
): Promise<readonly [string, ...string[]]> {
  const [publisher = '', plugin = ''] = id.split('/');
  const open: string[] = [];
  let latest: string | null = null;
  for await (const one of store.list('listVersions', { publisher, plugin }, { signal })) {
    if (one.state === 'active') open.push(one.version);
    if (one.latest) latest = one.version;
  }
  open.sort((a, b) => compareVersions(b, a));
  const [best, ...others] = open.filter((version) =>
    selector.kind === 'range' ? satisfiesRange(version, selector.range) : isUpToLatest(version, latest),
  );
  if (best !== undefined) return [best, ...others];
  const wanted = selector.kind === 'range' ? selector.range : 'latest';
  throw new HostError(
    'no-suitable-version',
    `No version of ${id} that may be installed fits "${wanted}". ${tellVersions(open)}`,
  );
}
