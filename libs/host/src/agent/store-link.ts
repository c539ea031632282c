import { StoreProblem, StoreUnreachable } from '#client';
import type { StoreClient, UpdateBody } from '#client';
import type { PluginId } from '#kernel';
import type { HostFolder } from '../folder/host-folder.js';
import type { Reaction } from '../folder/host-file.js';
import type { InstallationState, StopReason } from '../folder/host-state.js';
import { hostLimits } from '../host-limits.js';
import type { HostProgress } from '../install/host-work.js';
import type { Host } from '../host.js';
import { isPassing } from '../is-passing.js';
import type { AgentLimits } from './agent-limits.js';
import { forEachAtOnce } from './at-once.js';
import type { EventLog } from './event-log.js';
import type { FolderPlugins } from './folder-plugins.js';
import { ReportFile } from './report-file.js';
import type { StoreReport } from './report-file.js';
import { ReportQueue } from './report-queue.js';
import type { ReportOutcome } from './report-queue.js';
import { backoffMs, wait } from './wait-before.js';

interface Linked {
  readonly folder: HostFolder;
  /** Brings the folder in line with the store's list. */
  readonly host: Pick<Host, 'follow' | 'tidy'>;
  readonly plugins: FolderPlugins;
  readonly events: EventLog;
  readonly limits: AgentLimits;
  readonly pollEveryMs: number;
  readonly onError: (error: unknown) => void;
}

/** What the store has to say of one that is installed here. */
export interface Notice {
  readonly installation: string;
  /** What it says it of; null where it is of all versions. */
  readonly version: string | null;
  readonly code: UpdateBody['kind'] | 'key-revoked';
  readonly message: string;
  /** The version to go to, if there is one. */
  readonly to: string | null;
}

/** How it stands with the store. */
export interface StoreLinkStatus {
  /** `away`: it doesn't answer, and plugins go on as they are. `refused`: it doesn't take this host's key. */
  readonly state: 'unasked' | 'followed' | 'away' | 'refused';
  readonly address: string;
  readonly last_contact_at: string | null;
  readonly message: string | null;
  readonly reports_waiting: number;
}

/**
 * The agent's side of the store. Several machines of a host follow one list: what one installs or removes, all do. Yanked
 * and quarantined releases and revoked keys are acted upon as the host's settings say. Without the store everything
 * that is installed goes on.
 */
export class StoreLink {
  private readonly stopping = new AbortController();
  private readonly reports: ReportQueue;
  private readonly leave: () => void;
  private polling: Promise<void> | undefined;
  private etag: string | undefined;
  private address = '';
  private failures = 0;
  private now: Pick<StoreLinkStatus, 'state' | 'last_contact_at' | 'message'> = {
    state: 'unasked',
    last_contact_at: null,
    message: null,
  };
  private heard: readonly Notice[] = [];
  /** What was told of updates already, so that each is told once. */
  private told = new Set<string>();

  constructor(private readonly around: Linked) {
    const { folder, limits, onError } = around;
    this.reports = new ReportQueue({
      send: (report, signal) => this.send(report, signal),
      file: new ReportFile(folder.paths.reports),
      limits,
      onDamage: (message) => void around.events.add('warning', null, { code: 'reports-damaged', message }),
      onError,
    });
    this.leave = around.events.listen((event) => {
      this.reports.add(event);
    });
  }

  get status(): StoreLinkStatus {
    return { ...this.now, address: this.address, reports_waiting: this.reports.length };
  }

  /** What the store said when it was asked last. */
  get notices(): readonly Notice[] {
    return this.heard;
  }

  start(): void {
    this.reports.start();
    this.polling = this.poll();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.leave();
    await Promise.all([this.polling, this.reports.stop()]);
  }

  private async poll(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const waitMs = await this.round();
      await wait(waitMs, signal);
    }
  }

  /** Asks once, and acts. How long to wait until the next time. */
  private async round(): Promise<number> {
    const { host, plugins, limits, pollEveryMs, onError } = this.around;
    const { signal } = this.stopping;
    try {
      await this.followList();
      await this.actOnUpdates(await this.store());
      await host.tidy(plugins.inUse, { signal });
      this.failures = 0;
      this.now = { state: 'followed', last_contact_at: new Date().toISOString(), message: null };
      return pollEveryMs * (0.9 + 0.2 * Math.random());
    } catch (error) {
      if (this.stopping.signal.aborted) return 0;
      this.failures += 1;
      if (!this.tellAway(error)) onError(error);
      const backoff = { firstMs: limits.pollRetryFirstMs, lastMs: limits.pollRetryLastMs };
      const asked = error instanceof StoreProblem ? (error.retryAfterMs ?? 0) : 0;
      return Math.max(asked, backoffMs(backoff, this.failures));
    }
  }

  /** As this host; its key and address may have been changed in the folder. */
  private async store(): Promise<StoreClient> {
    const store = await this.around.folder.openStore('mortise-agent');
    this.address = store.address;
    return store;
  }

  private async followList(): Promise<void> {
    const { host, plugins, events } = this.around;
    const { signal } = this.stopping;
    const onProgress = ({ step, what }: HostProgress): void => {
      if (step === 'warn') events.add('warning', null, { code: 'store-refused', message: what });
    };
    const { etag, wanted, removed, failed } = await host.follow(this.etag, { signal, onProgress });
    // Kept only when all of it was followed: what failed for a passing reason is tried again.
    this.etag = failed.length === 0 ? (etag ?? this.etag) : undefined;
    for (const { installation, code, message } of failed) {
      // What differs in nothing but the time is the same thing again.
      const key = JSON.stringify(['follow', installation, code, message.replaceAll(instant, '')]);
      if (!this.told.has(key)) events.add('failed', null, { installation, code, message });
      this.told.add(key);
    }
    for (const { id, plugin, version } of removed)
      events.add('warning', { installation: id, plugin: plugin as PluginId, version }, removedElsewhere(id));
    if (wanted.length + removed.length > 0 || plugins.isBehind) await plugins.follow();
  }

  private async actOnUpdates(store: StoreClient): Promise<void> {
    const { folder, plugins } = this.around;
    const { signal } = this.stopping;
    const { settings } = await folder.readHost();
    const { items } = await store.call('updatesList', {}, { signal });
    const { revoked, unanswered } = await this.findRevoked(store);
    const { installations } = await folder.readState();
    const notices = [...items.map(noticeOf), ...[...revoked].map(keyRevoked)]
      // It stays where it is until somebody names another.
      .filter(({ code, installation }) => code !== 'newer-release' || !installations[installation]?.pinned);
    this.heard = notices;
    for (const notice of notices) this.tellOnce(notice, installations[notice.installation]);
    const reactions: Readonly<Record<Notice['code'], Reaction>> = {
      yanked: settings.on_yank,
      quarantined: settings.on_quarantine,
      'key-revoked': settings.on_revocation,
      'newer-release': 'warn',
      deprecated: 'warn',
    };
    const reasons = new Map<string, StopReason>();
    for (const { installation, version, code, message } of notices)
      if (reactions[code] === 'stop')
        reasons.set(installation, { code, message, ...(version !== null && { version }) });
    for (const [installation, reason] of reasons) await plugins.stop(installation, reason);
    for (const { installation } of plugins.stoppedOnes)
      if (!reasons.has(installation) && !unanswered.has(installation)) await plugins.resume(installation);
  }

  /**
   * Installations whose key of this machine the store no longer has, and those of which it did not say: these stay as they
   * are, since what was stopped must not start because a question failed.
   */
  private async findRevoked(
    store: StoreClient,
  ): Promise<{ readonly revoked: ReadonlySet<string>; readonly unanswered: ReadonlySet<string> }> {
    const { folder, limits } = this.around;
    const { signal } = this.stopping;
    const { installations } = await folder.readState();
    const revoked = new Set<string>();
    const keyed = Object.values(installations).filter(({ key_id }) => key_id !== null);
    const unanswered = new Set(keyed.map(({ id }) => id));
    await forEachAtOnce(keyed, limits.keysAskedAtOnce, async ({ id, key_id }) => {
      const { items } = await store.call('installationsKeys', { installation: id }, { signal });
      const { installations: now } = await folder.readState();
      unanswered.delete(id);
      // Replaced meanwhile is not revoked.
      if (now[id]?.key_id === key_id && !items.some((key) => key.id === key_id)) revoked.add(id);
    });
    return { revoked, unanswered };
  }

  private tellOnce({ installation, code, message, to }: Notice, found: InstallationState | undefined): void {
    const { events, limits } = this.around;
    const key = JSON.stringify([installation, code, message]);
    if (this.told.has(key)) return;
    this.told = new Set([...this.told, key].slice(-limits.updatesRemembered));
    const subject = found && {
      installation: found.id,
      plugin: found.plugin as PluginId,
      version: found.current?.version ?? '0.0.0',
    };
    const type = code === 'newer-release' ? 'update-available' : 'warning';
    events.add(type, subject ?? null, { code, message, to });
  }

  /** False when the error is none of the store's. */
  private tellAway(error: unknown): boolean {
    const isRefusal = error instanceof StoreProblem && (error.status === 401 || error.status === 403);
    if (!isRefusal && !(error instanceof StoreProblem) && !(error instanceof StoreUnreachable)) return false;
    const state = isRefusal ? 'refused' : 'away';
    const sentence = `${error.message} What is installed goes on as it is.`;
    if (this.now.state !== state)
      this.around.events.add('warning', null, { code: `store-${state}`, message: sentence });
    this.now = { ...this.now, state, message: error.message };
    return true;
  }

  private async send({ installation, ...body }: StoreReport, signal: AbortSignal): Promise<ReportOutcome> {
    try {
      const store = await this.store();
      await store.call('reportsAdd', { installation, body }, { signal });
      return 'over';
    } catch (error) {
      if (!isPassing(error)) return 'over';
      return { againAfterMs: error instanceof StoreProblem ? (error.retryAfterMs ?? null) : null };
    }
  }
}

const instant = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

const days = hostLimits.dataKeptMs / (24 * 3_600_000);

const removedElsewhere = (id: string): { readonly code: string; readonly message: string } => ({
  code: 'removed',
  message: `The store's list of this host has it no more: it was removed there or by another machine, or the store was brought back from a backup. What it has written stays in data/${id} for ${days} days.`,
});

const noticeOf = ({ installation, plugin, version, kind, reason, to }: UpdateBody): Notice => {
  const goTo = to === null ? '' : ` Go to ${to} with \`mortise update ${plugin}\`.`;
  const message = kind === 'newer-release' ? reason : `${version} is ${kind}: ${reason}${goTo}`;
  return { installation, version, code: kind, message, to };
};

const keyRevoked = (installation: string): Notice => ({
  installation,
  version: null,
  code: 'key-revoked',
  message: 'Its plugin key was revoked at the store: `mortise key rotate` gives it another.',
  to: null,
});
