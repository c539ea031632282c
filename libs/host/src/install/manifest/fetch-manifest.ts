import { splitPluginId } from '#kernel';
import type { PluginId } from '#kernel';
import { StoreProblem } from '#client';
import type { StoreClient } from '#client';
import { checkPluginId, checkVersion } from '../../folder/checked-name.js';
import type { PinnedKey } from '../../folder/host-file.js';
import type { HostFolder } from '../../folder/host-folder.js';
import { HostError } from '../../host-error.js';
import { hostLimits } from '../../host-limits.js';
import { followVouchers } from './pinned-keys.js';
import { parseSignature, verifyManifest } from './verify-manifest.js';
import type { ParsedSignature, VerifiedManifest } from './verify-manifest.js';

export interface ManifestWish {
  readonly plugin: string;
  readonly version: string;
  /** How far the host trusts it: the manifest never says more. */
  readonly trust: 'trusted' | 'untrusted';
}

export interface FetchedManifest extends VerifiedManifest {
  readonly jws: string;
}

const signatureType = 'mortise-manifest+jws';

/**
 * Fetches the signed manifest of one release and verifies that a key which this host pinned signed it, that it is in
 * force, and that it is of the very release that was asked for.
 */
export async function fetchManifest(
  folder: HostFolder,
  store: StoreClient,
  wish: ManifestWish,
  signal?: AbortSignal,
): Promise<FetchedManifest> {
  const { publisher, name: plugin } = splitPluginId(wish.plugin as PluginId);
  const bytes = await store.call(
    'manifestSigned',
    {
      publisher,
      plugin,
      version: wish.version,
      ...(wish.trust === 'untrusted' && { trust: 'untrusted' as const }),
    },
    { ...(signal && { signal }) },
  );
  return acceptManifest(folder, store, wish, Buffer.from(bytes).toString());
}

/** As `fetchManifest`, with the signature that came by another way, such as in an archive. */
export async function acceptManifest(
  folder: HostFolder,
  store: StoreClient | null,
  wish: ManifestWish,
  jws: string,
  { allowExpired = false }: { readonly allowExpired?: boolean } = {},
): Promise<FetchedManifest> {
  if (jws.length > hostLimits.manifestBytes)
    throw new HostError('manifest-too-large', 'The manifest is too large.');
  const parsed = parseSignature(jws, signatureType);
  const key = await keyOf(folder, store, parsed);
  const verified = verifyManifest(parsed, key, Date.now(), allowExpired);
  refuseOther(verified, wish);
  return { ...verified, jws: jws.trim() };
}

function refuseOther({ manifest }: VerifiedManifest, wish: ManifestWish): void {
  checkPluginId(manifest.plugin);
  checkVersion(manifest.version);
  const isIt = manifest.plugin === wish.plugin && manifest.version === wish.version;
  if (!isIt)
    throw new HostError(
      'manifest-of-another',
      `The store answered with the manifest of ${manifest.plugin} ${manifest.version} where that of ${wish.plugin} ${wish.version} was asked for. Nothing was installed: tell whoever runs the store.`,
    );
  // The store never trusts more than the host asked for; who changes the answer on its way might.
  if (wish.trust === 'untrusted' && (manifest.trust !== 'untrusted' || manifest.isolation !== 'container'))
    throw new HostError(
      'manifest-of-another',
      `The store answered with the manifest that trusts ${wish.plugin}, where the one for hosts that don't was asked for. Nothing was installed.`,
    );
}

async function keyOf(
  folder: HostFolder,
  store: StoreClient | null,
  parsed: ParsedSignature,
): Promise<PinnedKey> {
  const host = await folder.readHost();
  const known = host.store.keys.find(({ kid }) => kid === parsed.kid);
  if (known) return known;
  const offered = store ? await offeredKeys(store) : [];
  const way = followVouchers(host.store.keys, offered, parsed.kid, Date.now());
  const keys = [...host.store.keys, ...way].slice(-hostLimits.pinnedKeys);
  await folder.writeHost({ ...host, store: { ...host.store, keys } });
  const wanted = way.at(-1);
  if (wanted === undefined) throw new Error('A way of vouchers ends with the key that it leads to.');
  return wanted;
}

async function offeredKeys(store: StoreClient) {
  try {
    return (await store.call('keysChain')).items;
  } catch (error) {
    // A store that is older than vouchers has none to show.
    if (error instanceof StoreProblem && error.status === 404) return [];
    throw error;
  }
}
