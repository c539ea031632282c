import { randomUUID } from 'node:crypto';
import { checkUuid } from '../folder/checked-name.js';
import { withInstallation } from '../folder/host-state.js';
import { withoutPending, withPending } from '../folder/pending.js';
import { makeFolder, writeDurably } from '../folder/write-durably.js';
import { hostLimits } from '../host-limits.js';
import type { HostWork } from './host-work.js';

/** Hands a plugin its key: a file of its own that is replaced in one step. */
export async function placeKey(
  { folder }: Pick<HostWork, 'folder'>,
  installation: string,
  key: string,
): Promise<void> {
  await makeFolder(folder.paths.keyFolder(installation));
  await writeDurably(folder.paths.keyFile(installation), key);
}

/**
 * Gets this machine a key of an installation and puts it in place. It is pending until a state names it: whoever comes
 * after a crash revokes it. Returns its id. `replaces`: the id of a key, all that there are, or none, since the host's other
 * machines have keys of their own.
 */
export async function addKey(
  { folder, store, signal }: Pick<HostWork, 'folder' | 'store' | 'signal'>,
  installation: string,
  replaces: string,
): Promise<string> {
  const id = randomUUID();
  const at = new Date().toISOString();
  await folder.changeState((state) => withPending(state, { kind: 'key', installation, key: id, at }));
  const { machine } = await folder.readHost();
  const replaced = replaces === 'all' ? {} : { replaces: replaces === 'none' ? null : replaces };
  const body = { id, ...replaced, name: machine, overlap_s: hostLimits.keyOverlapSeconds };
  const { key } = await store.call(
    'installationsRotateKey',
    { installation: checkUuid(installation), body },
    { signal },
  );
  await placeKey({ folder }, installation, key);
  return id;
}

/** A new key for this machine's plugin, while it runs; the old one lives on for the calls that are under way. */
export async function rotateKey(work: HostWork, installation: string): Promise<string> {
  const before = (await work.folder.readState()).installations[installation];
  const key = await addKey(work, installation, before?.key_id ?? 'none');
  await work.folder.changeState((state) =>
    withoutPending(
      withInstallation(state, installation, (one) => ({ ...one, key_id: key })),
      (act) => act.kind === 'key' && act.key === key,
    ),
  );
  return key;
}
