import { rm } from 'node:fs/promises';
import { StoreProblem } from '#client';
import type { PendingAct } from '../folder/host-state.js';
import { withInstallation } from '../folder/host-state.js';
import { withoutInstallation, withoutPending, withSettled } from '../folder/pending.js';
import { isPassing } from '../is-passing.js';
import type { HostWork } from './host-work.js';
import { addKey, placeKey, rotateKey } from './plugin-keys.js';
import { removeData, removePlugin } from './remove-plugin.js';

/**
 * Brings store and folder to agree on what was begun and interrupted: what nobody here will use is taken back at the
 * store, what was removed here is removed there, and it hears which release serves. To be called under the lock of
 * operations. Throws StoreUnreachable where the store is away, and its first refusal: what is left waits for the next time.
 * Returns what it would not have at all, and which is therefore here no more either.
 */
export async function settlePending(work: HostWork): Promise<readonly RefusedInstallation[]> {
  const { pending } = await work.folder.readState();
  const refused: RefusedInstallation[] = [];
  let refusal: StoreProblem | undefined;
  for (const act of pending) {
    try {
      const problem = await settle(work, act);
      if (problem) refused.push({ installation: act.installation, problem });
    } catch (error) {
      // One that the store refuses keeps no other from being settled.
      if (!(error instanceof StoreProblem)) throw error;
      refusal ??= error;
    }
  }
  await tellSwitches(work);
  if (refusal) throw refusal;
  return refused;
}

export interface RefusedInstallation {
  readonly installation: string;
  readonly problem: StoreProblem;
}

async function settle(work: HostWork, act: PendingAct): Promise<StoreProblem | undefined> {
  const { folder, store, signal } = work;
  const { installation } = act;
  const isHere = (await folder.readState()).installations[installation] !== undefined;
  let problem: StoreProblem | undefined;
  if (act.kind === 'key') {
    await gone(store.call('installationsRevokeKey', { installation, key: act.key }, { signal }));
    // What was replaced by the lost key may be about to end.
    if (isHere) await rotateKey(work, installation);
  } else if (act.kind === 'register') {
    problem = isHere ? await register(work, act) : undefined;
    if (problem) await leave(work, act, problem);
  } else if (!isHere) {
    await gone(store.call('installationsRemove', { installation }, { signal }));
    await rm(folder.paths.keyFolder(installation), { recursive: true, force: true });
    if (act.kind === 'remove') await removeData(folder, installation);
  }
  await folder.changeState((state) => withoutPending(state, (one) => isSame(one, act)));
  return problem;
}

/** What the store does not take is not on the list that its hosts follow. It is pending until it is gone here. */
async function leave(
  work: HostWork,
  act: Extract<PendingAct, { kind: 'register' }>,
  { message }: StoreProblem,
): Promise<void> {
  const { installation: id, plugin, version } = act;
  work.tell({
    step: 'warn',
    what: `The store refuses ${plugin} ${version}, which is taken away here: ${message}`,
  });
  await removePlugin(work, { id, plugin }, true);
}

/** It serves here already: neither a yank nor what it requires is a reason against hearing of it. */
const asItServes = { allow_yanked: true, ignore_requires: true };

/** Tells the store of what was installed without it, and gets the plugin its key. Returns its refusal. */
async function register(
  work: HostWork,
  act: Extract<PendingAct, { kind: 'register' }>,
): Promise<StoreProblem | undefined> {
  const { folder, store, signal } = work;
  const { installation: id, plugin, version } = act;
  try {
    const body = { id, plugin, version, ...asItServes };
    const answer = await store.call('installationsInstall', { body }, { isRepeatable: true, signal });
    if (answer.key !== undefined) await placeKey(work, answer.id, answer.key);
    const key_id = answer.key_id ?? (await addKey(work, answer.id, answer.id === id ? 'all' : 'none'));
    await folder.changeState((state) => {
      const one = state.installations[id];
      if (!one) return state;
      // Another machine of the host had it first: it is the one installation of both.
      return withSettled(withoutInstallation(state, id), { ...one, id: answer.id, key_id });
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof StoreProblem) || isPassing(error)) throw error;
    return error;
  }
}

const isSame = (one: PendingAct, other: PendingAct): boolean =>
  one.kind === other.kind &&
  one.installation === other.installation &&
  (one.kind !== 'key' || other.kind !== 'key' || one.key === other.key);

/** What isn't there need not be taken back. */
async function gone(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (!(error instanceof StoreProblem) || error.status !== 404) throw error;
  }
}

/** Tells the store of every switch that it has not heard of: its list is what the host's other machines follow. */
export async function tellSwitches({ folder, store, signal }: HostWork): Promise<void> {
  const { installations } = await folder.readState();
  for (const { id, tell, current, range, channel, trust } of Object.values(installations)) {
    if (tell === null || tell.version !== current?.version) continue;
    const follows = range !== null ? { range } : channel !== null ? { channel } : {};
    const body = { version: tell.version, ...follows, trust, ...asItServes };
    let failure: StoreProblem | undefined;
    try {
      await store.call('installationsMove', { installation: id, body }, { isRepeatable: true, signal });
    } catch (error) {
      if (!(error instanceof StoreProblem) || isPassing(error)) throw error;
      failure = error;
    }
    await folder.changeState((state) =>
      withInstallation(state, id, (one) => ({
        ...one,
        tell: one.tell?.version === tell.version ? null : one.tell,
        failure: failure
          ? {
              version: tell.version,
              code: failure.code,
              message: failure.message,
              at: new Date().toISOString(),
            }
          : one.failure,
      })),
    );
  }
}
