import { StoreProblem, StoreUnreachable } from '#client';
import type { StoreClient, UpdateBody } from '#client';
import type { PluginId } from '#kernel';
import type { HostFolder } from '../folder/host-folder.js';
import type { StopReason } from '../folder/host-state.js';
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
    const reasons = new Map<string, StopReason>();
    for (const update of items) {
      await this.tellOnce(update);
      const reaction = update.kind === 'yanked' ? settings.on_yank : settings.on_quarantine;
      if ((update.kind === 'yanked' || update.kind === 'quarantined') && reaction === 'stop')
        reasons.set(update.installation, {
          code: update.kind,
          message: sentenceOf(update),
          version: update.version,
        });
    }
    for (const installation of revoked) {
      const message = 'Its plugin key was revoked at the store: `mortise key rotate` gives it another.';
      await this.tellOnce({ installation, kind: 'key-revoked', message });
      if (settings.on_revocation === 'stop') reasons.set(installation, { code: 'key-revoked', message });
    }
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

  private async tellOnce(
    update: UpdateBody | { installation: string; kind: 'key-revoked'; message: string },
  ): Promise<void> {
    const { folder, events, limits } = this.around;
    const message = 'message' in update ? update.message : sentenceOf(update);
    const key = JSON.stringify([update.installation, update.kind, message]);
    if (this.told.has(key)) return;
    const found = (await folder.readState()).installations[update.installation];
    // It stays where it is until somebody names another.
    if (update.kind === 'newer-release' && found?.pinned) return;
    this.told = new Set([...this.told, key].slice(-limits.updatesRemembered));
    const subject = found && {
      installation: found.id,
      plugin: found.plugin as PluginId,
      version: found.current?.version ?? '0.0.0',
    };
    const type = update.kind === 'newer-release' ? 'update-available' : 'warning';
    const to = 'to' in update ? { to: update.to } : {};
    events.add(type, subject ?? null, { code: update.kind, message, ...to });
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

const sentenceOf = ({ kind, plugin, version, to, reason }: UpdateBody): string =>
  kind === 'newer-release'
    ? reason
    : `${version} is ${kind}: ${reason}${to === null ? '' : ` Go to ${to} with \`mortise update ${plugin}\`.`}`;
