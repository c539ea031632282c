import { StoreClient, StoreProblem } from '#client';
import type { HostBody } from '#client';
import type { HostSettings, PinnedKey } from './folder/host-file.js';
import { HostFolder } from './folder/host-folder.js';
import { createHost } from './host.js';
import type { Host } from './host.js';
import { choosePins } from './install/manifest/pinned-keys.js';

export interface InitWish {
  readonly folder: string;
  readonly store: string;
  /** Makes the host at the store: a person's token. Or the key of a host that is there already. */
  readonly credential: { readonly token: string } | { readonly hostKey: string };
  readonly name: string;
  readonly kind?: string;
  readonly version?: string;
  /** The only keys of the store to believe in, by their fingerprints (RFC 7638); none: those that it shows now. */
  readonly storeKeys: readonly string[];
  readonly settings?: Partial<HostSettings>;
  readonly signal?: AbortSignal;
}

/**
 * Makes a host's folder: pins the store's keys, registers the host (or takes the one whose key is given). Throws
 * `host-folder-exists`, `store-key-mismatch`; then nothing was made, here or at the store. Where it is killed or hears no
 * answer, doing it again for that folder takes up the host that was made.
 */
export async function initHost(wish: InitWish): Promise<{ host: Host; keys: readonly PinnedKey[] }> {
  await HostFolder.refuseExisting(wish.folder);
  const options = wish.signal ? { signal: wish.signal } : {};
  const { credential, store: address } = wish;
  const secret = 'token' in credential ? credential.token : credential.hostKey;
  const store = new StoreClient({ address, credential: secret, userAgent: 'mortise-host' });
  const { keys: shown } = await store.call('keysKeySet', {}, options);
  const keys = choosePins(shown, wish.storeKeys, store.address);
  const lock = await HostFolder.lockNew(wish.folder, options);
  try {
    await HostFolder.refuseExisting(wish.folder);
    const registered =
      'token' in credential
        ? await register(store, wish)
        : { ...(await store.call('hostsMe', {}, options)), key: credential.hostKey };
    const { id, name, key: hostKey } = registered;
    const host = await createHost(wish.folder, {
      store: store.address,
      keys,
      host: { id, name },
      hostKey,
      ...(wish.settings && { settings: wish.settings }),
    });
    return { host, keys };
  } catch (error) {
    await HostFolder.removeUnmade(wish.folder);
    throw error;
  } finally {
    lock.release();
  }
}

/** Its id is written down before the store is asked; a key that never came here ends when the host is found again. */
async function register(
  store: StoreClient,
  wish: InitWish,
  isAgain = false,
): Promise<HostBody & { readonly key: string }> {
  const options = wish.signal ? { signal: wish.signal } : {};
  const about = {
    name: wish.name,
    ...(wish.kind !== undefined && { kind: wish.kind }),
    ...(wish.version !== undefined && { version: wish.version }),
  };
  const host = await HostFolder.begin(wish.folder);
  try {
    return await store.call(
      'hostsCreate',
      { body: { ...about, id: host } },
      { ...options, isRepeatable: true },
    );
  } catch (error) {
    if (!isProblem(error, 'id-taken')) {
      if (error instanceof StoreProblem && error.status < 500) await HostFolder.abandon(wish.folder);
      throw error;
    }
  }
  try {
    const found = await store.call('hostsChange', { host, body: about }, options);
    const { key } = await store.call('hostsAddKey', { host, body: { overlap_s: 0 } }, options);
    return { ...found, key };
  } catch (error) {
    if (isAgain || !isProblem(error, 'host-not-found')) throw error;
    // It was removed since, or is of somebody else's account.
    await HostFolder.abandon(wish.folder);
    return register(store, wish, true);
  }
}

const isProblem = (error: unknown, code: string): boolean =>
  error instanceof StoreProblem && error.code === code;
