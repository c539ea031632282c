import { createReadStream } from 'node:fs';
import { readFile, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreClient, StoreProblem, StoreUnreachable } from '#client';
import type { HostFile } from '../../folder/host-file.js';
import type { HostFolder } from '../../folder/host-folder.js';
import { namedReleases } from '../../folder/host-state.js';
import type { InstalledRelease } from '../../folder/host-state.js';
import { messageOf } from '../../host-error.js';
import { hostLimits } from '../../host-limits.js';
import { sharedUserWarning } from '../../runners/backend-user.js';
import { containersAre } from './examine-containers.js';
import { digestOf, environmentDamage } from './examine-environment.js';
import type { KeptPackage } from './examine-environment.js';
import { frontendDamage } from './examine-frontend.js';
import { pluginsServe } from './examine-plugins.js';
import type { Manifest } from '../manifest/manifest.js';
import { isWhole } from '../prepare-version.js';
import type { ProcessEnvironmentBuilder } from '../environment/process-environment-builder.js';

/** One thing that was looked at. */
export interface Finding {
  readonly name: string;
  /** `lacking`: some plugins can't run without it; `bad`: mend it. */
  readonly state: 'good' | 'lacking' | 'bad';
  readonly message: string;
}

interface Examined {
  readonly folder: HostFolder;
  readonly store: StoreClient;
  readonly host: HostFile;
  readonly builder: ProcessEnvironmentBuilder;
}

/** Looks at all that a host needs, and says of what is not good how to mend it. Changes nothing. */
export async function examineHost(examined: Examined): Promise<readonly Finding[]> {
  const looks: readonly [string, () => Promise<string | Omit<Finding, 'name'>>][] = [
    ['folder', () => folderCloses(examined)],
    ['store', () => storeAnswers(examined)],
    ['host key', () => keyHolds(examined)],
    ['clock', () => clockAgrees(examined)],
    ['store keys', () => keysHold(examined)],
    ['python', () => pythonIs(examined)],
    ['installer', () => installerIs(examined)],
    ['users', () => usersAreApart(examined)],
    ['containers', () => containersAre(examined)],
    ['disk', () => diskHasRoom(examined)],
    ['releases', () => releasesAreWhole(examined)],
    ['unfinished', () => nothingPends(examined)],
    ['list', () => listsAgree(examined)],
    ['agent', () => agentRuns(examined)],
    ['plugins', () => pluginsServe(examined)],
  ];
  return Promise.all(
    looks.map(async ([name, look]) => {
      try {
        const seen = await look();
        return typeof seen === 'string' ? { name, state: 'good' as const, message: seen } : { name, ...seen };
      } catch (error) {
        // That it is away is told once, by the look at the store itself.
        if (error instanceof StoreUnreachable && name !== 'store')
          return { name, ...lacking('Not looked at, since the store can’t be reached.') };
        if (isKeyRefused(error) && name !== 'host key')
          return { name, ...lacking('Not looked at, since the store does not take the host key.') };
        return {
          name,
          state: 'bad' as const,
          message: messageOf(error),
        };
      }
    }),
  );
}

/** That is told once, by the look at the key itself; who refuses answers. */
const isKeyRefused = (error: unknown): boolean =>
  error instanceof StoreProblem && error.code === 'host-key-refused';

const bad = (message: string) => ({ state: 'bad' as const, message });
const lacking = (message: string) => ({ state: 'lacking' as const, message });

async function folderCloses({ folder }: Examined) {
  const { root, hostKey } = folder.paths;
  for (const path of [root, hostKey]) {
    const { mode, uid } = await stat(path);
    if ((mode & 0o077) !== 0) return bad(`Others can read ${path}: \`chmod go= ${path}\`.`);
    if (process.getuid && uid !== process.getuid() && process.getuid() !== 0)
      return bad(`${path} is another user's: run as that user, or \`chown\` it.`);
  }
  return `${root} is its owner's alone.`;
}

async function storeAnswers({ store }: Examined) {
  await store.call('keysKeySet').catch((error: unknown) => {
    if (!isKeyRefused(error)) throw error;
  });
  return `${store.address} answers.`;
}

async function keyHolds({ store }: Examined) {
  try {
    const { name } = await store.call('hostsMe');
    return `The store knows this host as "${name}".`;
  } catch (error) {
    if (!(error instanceof StoreProblem)) throw error;
    return bad(
      isKeyRefused(error) ? error.message : `The store does not take the host key (${error.message}).`,
    );
  }
}

async function clockAgrees({ store }: Examined) {
  const answer = await fetch(new URL(`${store.address}/health/live`), {
    signal: AbortSignal.timeout(hostLimits.reportMs),
  }).catch((cause: unknown) => {
    throw new StoreUnreachable(store.address, 'its clock was not told', { cause });
  });
  const theirs = Date.parse(answer.headers.get('date') ?? '');
  const apart = Math.abs(theirs - Date.now());
  if (Number.isNaN(theirs))
    return lacking('The store does not tell its time, so the clocks are not compared.');
  const seconds = Math.round(apart / 1000);
  return apart > hostLimits.clockSkewMs
    ? bad(
        `This machine's clock and the store's are ${seconds} s apart: set them, or signatures seem too old or too new.`,
      )
    : 'This machine and the store agree on the time.';
}

async function keysHold({ store, host }: Examined) {
  const { keys } = await store.call('keysKeySet');
  const shown = keys.map(({ kid }) => String(kid));
  const pinned = host.store.keys.map(({ kid }) => kid);
  if (pinned.length === 0) return bad('host.json pins no key of the store: nothing can be installed.');
  return shown.some((kid) => pinned.includes(kid))
    ? `The store signs with a key that is pinned (${shown.find((kid) => pinned.includes(kid)) ?? ''}).`
    : lacking(
        'None of the keys that the store shows is pinned yet; the next install follows their vouchers.',
      );
}

async function pythonIs({ builder }: Examined) {
  const { version, executable } = await builder.python();
  return `Python ${version} at ${executable}.`;
}

async function installerIs({ builder }: Examined) {
  const { name } = await builder.installer();
  return name === 'uv'
    ? 'uv builds environments.'
    : 'pip builds environments; uv would be several times faster.';
}

async function usersAreApart({ folder }: Examined) {
  const shared = sharedUserWarning(await agentUser(folder));
  if (shared === undefined) return 'Each back end that runs as a process has a user of its own.';
  const releases = namedReleases(await folder.readState());
  return releases.some(({ isolation }) => isolation === 'process')
    ? lacking(shared)
    : 'Nothing is installed that runs as a process.';
}

/** Who looks may be another: the agent that runs, or whose folder it is, since that is who runs one. */
async function agentUser(folder: HostFolder): Promise<number> {
  const agent = folder.agentProcess();
  const ofAgent = agent ? await stat(`/proc/${agent}`).catch(() => undefined) : undefined;
  return (ofAgent ?? (await stat(folder.paths.root))).uid;
}

async function diskHasRoom({ folder }: Examined) {
  const { bavail, bsize } = await statfs(folder.paths.root);
  const free = bavail * bsize;
  const mebibytes = Math.floor(free / 2 ** 20);
  return free < hostLimits.freeBytes
    ? bad(`Only ${mebibytes} MiB are free where the folder lies: make room.`)
    : `${mebibytes} MiB are free.`;
}

async function releasesAreWhole({ folder }: Examined) {
  const state = await folder.readState();
  const releases = namedReleases(state);
  for (const release of releases) {
    const damage = await damageOf(folder, release);
    if (damage === undefined) continue;
    const [, publisher = '', plugin = ''] = release.folder.split('/');
    const id = `${publisher}/${plugin}`;
    return bad(`${id} ${release.version} is damaged (${damage}): \`mortise repair ${id}\` builds it again.`);
  }
  return releases.length === 0 ? 'Nothing is installed.' : `Whole, byte for byte: ${releases.length}.`;
}

/** What is wrong with a release: its back ends' files, and its front ends', by their digests; undefined for nothing. */
export async function damageOf(folder: HostFolder, release: InstalledRelease): Promise<string | undefined> {
  if (!(await isWhole(folder, release))) return 'a part is missing, or its manifest is another';
  const manifest = await folder.readManifest(release);
  const hasBackend = Object.values(manifest.interfaces).some(({ backend }) => backend !== null);
  return (
    (hasBackend ? await backendDamage(folder, release) : undefined) ??
    (await frontendsDamage(folder, manifest))
  );
}

async function backendDamage({ paths }: HostFolder, release: InstalledRelease): Promise<string | undefined> {
  const packages = await readFile(join(paths.release(release), 'packages.json'), 'utf8')
    .then((text) => (JSON.parse(text) as { readonly packages: readonly KeptPackage[] }).packages)
    .catch(() => undefined);
  if (packages === undefined) return 'packages.json can’t be read';
  const wheels = paths.wheels(release);
  for (const { filename, sha256 } of packages) {
    if ((await digestOf(createReadStream(join(wheels, filename)), 'sha256', 'hex')) !== sha256)
      return `${filename} is not what came`;
  }
  return environmentDamage(paths.environment(release), wheels, packages);
}

async function frontendsDamage(
  { paths }: HostFolder,
  { plugin, version, interfaces }: Manifest,
): Promise<string | undefined> {
  for (const { frontend } of Object.values(interfaces)) {
    if (frontend === null) continue;
    const damage = await frontendDamage(paths.web(plugin, version, frontend.package), frontend);
    if (damage !== undefined) return damage;
  }
  return undefined;
}

async function nothingPends({ folder }: Examined) {
  const { pending, installations } = await folder.readState();
  const untold = Object.values(installations).filter(
    ({ tell, current }) => tell && tell.version === current?.version,
  );
  const open = pending.length + untold.length;
  return open === 0
    ? 'Store and folder agree.'
    : lacking(`Waiting until the store has heard of it: ${open}; the next \`mortise update\` tells it.`);
}

/** What the store lists and is not here takes keys that nobody uses; what is here and not listed is somebody's removal. */
async function listsAgree({ folder, store }: Examined) {
  const listed = (await store.call('installationsList')).items.map(({ id }) => id);
  const { installations, pending } = await folder.readState();
  const begun = new Set(pending.map(({ installation }) => installation));
  const absent = listed.filter((id) => !installations[id] && !begun.has(id));
  const unlisted = Object.keys(installations).filter((id) => !listed.includes(id) && !begun.has(id));
  if (absent.length + unlisted.length === 0) return 'The store lists what is here.';
  return lacking(
    `The store lists ${absent.length} installations that are not here, and does not list ${unlisted.length} that are: an agent (\`mortise run\`) follows its list.`,
  );
}

async function agentRuns({ folder }: Examined) {
  return folder.hasAgent()
    ? 'An agent runs.'
    : lacking('No agent runs: `mortise run` starts what is installed.');
}
