import type { HostFolder } from '../folder/host-folder.js';
import { stopReasonOf, switched, switchRefused, withStopped } from '../folder/host-state.js';
import type { HostState, InstallationState, InstalledRelease, StopReason } from '../folder/host-state.js';
import type { EventSubject } from './agent-event.js';
import type { AgentLimits } from './agent-limits.js';
import { forEachAtOnce } from './at-once.js';
import type { EventLog } from './event-log.js';
import type { Runners } from './make-runners.js';
import { serveInstallation } from './serve-installation.js';
import type { ServedPlugins, SwitchOutcome } from './served-plugins.js';
import type { ServedRelease } from './served-release.js';

interface Around {
  readonly folder: HostFolder;
  readonly served: ServedPlugins;
  readonly events: EventLog;
  readonly runners: Runners;
  readonly limits: AgentLimits;
}

/** How the control door answers who waits for a switch. */
export interface SwitchAnswer {
  readonly outcome: 'switched' | 'unchanged' | 'refused';
  readonly version: string | null;
  /** Why it was refused: a code for programs, a sentence for people. */
  readonly code?: string;
  readonly reason?: string;
}

/** A release that the folder has, and that did not come up when it was tried last. */
export interface FailedSwitch {
  readonly installation: string;
  readonly plugin: string;
  readonly version: string;
  readonly code: string;
  readonly message: string;
}

/** Keeps what is served in line with what the host's folder says. One follower at a time. */
export class FolderPlugins {
  private following: Promise<void> = Promise.resolve();
  /** As the state has them, and sooner: what is on its way meanwhile has to know. */
  private readonly stopped = new Map<string, StopReason>();
  private isFirst = true;
  private readonly failed = new Map<string, FailedSwitch>();
  /** What should serve as it is, and can't be made ready: tried again whenever the folder is followed. */
  private unready = new Map<string, FailedSwitch>();

  constructor(private readonly around: Around) {}

  /** What is not served although the folder has it, and why. */
  get stoppedOnes(): readonly { installation: string; code: string; message: string }[] {
    return [...this.stopped].map(([installation, { code, message }]) => ({ installation, code, message }));
  }

  /** At most one of each installation; an earlier version of it may serve. */
  get failedOnes(): readonly FailedSwitch[] {
    return [...new Map([...this.unready, ...this.failed]).values()];
  }

  /** Whether something that should serve could not be made ready when the folder was last followed. */
  get isBehind(): boolean {
    return this.unready.size > 0;
  }

  /** Folders of releases, as the state writes them, that something still runs from. */
  get inUse(): readonly string[] {
    return this.around.served.inUse.map(({ folder }) => folder);
  }

  /** Serves what the state names and nothing else; brings in what is wanted. Contains what fails. */
  follow(): Promise<void> {
    this.following = this.following.catch(() => undefined).then(() => this.followNow());
    return this.following;
  }

  /** Brings what is wanted of an installation into service, and writes down how it went. */
  switchTo(id: string): Promise<SwitchAnswer> {
    return this.around.served.inTurn(id, () => this.switchNow(id));
  }

  private async switchNow(id: string): Promise<SwitchAnswer> {
    const { folder } = this.around;
    const installation = (await folder.readState()).installations[id];
    const wanted = installation?.wanted;
    if (!installation || !wanted)
      return { outcome: 'unchanged', version: installation?.current?.version ?? null };
    const commit = async () => {
      await folder.changeState((state) => (isStillWanted(state, id, wanted) ? switched(state, id) : state));
    };
    const serving = this.around.served.find(id)?.release.folder;
    if (serving === wanted.folder && installation.current?.folder === wanted.folder) {
      await commit();
      return { outcome: 'unchanged', version: wanted.version };
    }
    const outcome = await this.replace(installation, wanted, commit);
    if (outcome.outcome === 'switched') {
      this.failed.delete(id);
      this.unready.delete(id);
      if (stopReasonOf(this.stopped.get(id), wanted.version) === undefined) this.stopped.delete(id);
      return { outcome: 'switched', version: wanted.version };
    }
    const { code, message } = outcome;
    this.noteFailure(installation, { version: wanted.version, code, message });
    const failure = { code, message, at: new Date().toISOString() };
    await folder.changeState((state) =>
      isStillWanted(state, id, wanted) ? switchRefused(state, id, failure) : state,
    );
    this.around.events.add('failed', subjectOf(installation, wanted), { code, message });
    return { outcome: 'refused', version: wanted.version, code, reason: message };
  }

  /** Starts an installation's back ends anew, the new ones before the old ones end. */
  restart(id: string): Promise<SwitchAnswer> {
    return this.around.served.inTurn(id, () => this.restartNow(id));
  }

  private async restartNow(id: string): Promise<SwitchAnswer> {
    const installation = (await this.around.folder.readState()).installations[id];
    const current = installation?.current;
    if (!installation || !current) return { outcome: 'unchanged', version: null };
    const outcome = await this.replace(installation, current, async () => undefined);
    const { version } = current;
    return outcome.outcome === 'switched'
      ? { outcome: 'switched', version }
      : { outcome: 'refused', version, code: outcome.code, reason: outcome.message };
  }

  /**
   * Stops serving one, until `resume`, also by an agent that is started later: its owner's settings ask for it, and say so
   * where its status is shown.
   */
  async stop(id: string, reason: StopReason): Promise<void> {
    this.stopped.set(id, reason);
    // What was on its way when the reason came may be another version.
    const isMeant = ({ version }: { readonly version: string }) =>
      stopReasonOf(this.stopped.get(id), version) !== undefined;
    // Killed while that ends, another agent must not run it. It ends also where it can't be written down, which is told below.
    await Promise.all([this.keepStop(id).catch(() => undefined), this.around.served.unload(id, isMeant)]);
    // Once more: what came up meanwhile may have made it void.
    await this.keepStop(id);
  }

  async resume(id: string): Promise<void> {
    if (!this.stopped.delete(id)) return;
    await this.keepStop(id);
    await this.follow();
  }

  private async keepStop(id: string): Promise<void> {
    await this.around.folder.changeState((state) => withStopped(state, id, this.stopped.get(id)));
  }

  /** Resolves when nothing is being followed any more. */
  async close(): Promise<void> {
    await this.following.catch(() => undefined);
  }

  private async followNow(): Promise<void> {
    const { folder, served, limits } = this.around;
    const state = await folder.readState();
    const installations = Object.values(state.installations);
    if (this.isFirst) for (const { id, stopped } of installations) if (stopped) this.stopped.set(id, stopped);
    this.isFirst = false;
    // What the state no longer names was removed, or is no longer asked for; what is wanted may have failed since it was read.
    for (const [id, { version }] of this.failed)
      if (state.installations[id]?.wanted?.version !== version) this.failed.delete(id);
    for (const one of installations) if (one.failure) this.noteFailure(one, one.failure);
    const gone = served.routes.releases.filter(({ release }) => !state.installations[release.installation]);
    await Promise.all(gone.map(({ release }) => served.unload(release.installation)));
    await served.load(await this.newOnes(installations.filter(({ id }) => !this.stopped.has(id))));
    const changed = installations.filter((one) => this.isChanged(one) && this.mayServe(one));
    await forEachAtOnce(changed, limits.startsAtOnce, async (one) => {
      if (one.wanted) await this.switchTo(one.id);
      else await this.restart(one.id);
    });
  }

  private noteFailure(
    { id, plugin }: InstallationState,
    { version, code, message }: Omit<FailedSwitch, 'installation' | 'plugin'>,
  ): void {
    this.failed.set(id, { installation: id, plugin, version, code, message });
  }

  /** What was stopped for the version that it had goes on with another, and runs the one that it had no more on the way. */
  private mayServe({ id, wanted }: InstallationState): boolean {
    const stopped = this.stopped.get(id);
    return !stopped || (wanted !== null && stopReasonOf(stopped, wanted.version) === undefined);
  }

  private isChanged({ id, current, wanted }: InstallationState): boolean {
    if (wanted) return true;
    const served = this.around.served.find(id);
    return served !== undefined && current !== null && served.release.folder !== current.folder;
  }

  private async newOnes(installations: readonly InstallationState[]): Promise<readonly ServedRelease[]> {
    const found: ServedRelease[] = [];
    const unready = new Map<string, FailedSwitch>();
    for (const installation of installations) {
      const { id, plugin, current } = installation;
      if (!current || this.around.served.find(id)) continue;
      const ready = await this.prepared(installation, current);
      if (!('code' in ready)) {
        found.push(ready);
        continue;
      }
      unready.set(id, { installation: id, plugin, version: current.version, ...ready });
      if (this.unready.get(id)?.message !== ready.message)
        this.around.events.add('failed', subjectOf(installation, current), ready);
    }
    this.unready = unready;
    return found;
  }

  private async replace(
    installation: InstallationState,
    release: InstalledRelease,
    commit: () => Promise<void>,
  ): Promise<SwitchOutcome> {
    const stopped = stopReasonOf(this.stopped.get(installation.id), release.version);
    if (stopped) return { outcome: 'refused', ...stopped };
    const ready = await this.prepared(installation, release);
    return 'code' in ready
      ? { outcome: 'refused', ...ready }
      : await this.around.served.replace(ready, commit);
  }

  private async prepared(
    installation: InstallationState,
    release: InstalledRelease,
  ): Promise<ServedRelease | { readonly code: string; readonly message: string }> {
    const { folder, runners } = this.around;
    try {
      return await serveInstallation(
        { folder, runners, host: await folder.readHost() },
        installation,
        release,
      );
    } catch (error) {
      const { code, message } = error as { code?: unknown; message?: unknown };
      return { code: typeof code === 'string' ? code : 'release-damaged', message: String(message) };
    }
  }
}

const isStillWanted = (state: HostState, id: string, wanted: InstalledRelease): boolean =>
  state.installations[id]?.wanted?.folder === wanted.folder;

const subjectOf = ({ id, plugin }: InstallationState, { version }: InstalledRelease): EventSubject => ({
  installation: id,
  plugin: plugin as EventSubject['plugin'],
  version,
});
