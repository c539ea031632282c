import { HostError, messageOf } from '../host-error.js';
import type { AgentLimits } from './agent-limits.js';
import { forEachAtOnce } from './at-once.js';
import type { EventLog } from './event-log.js';
import { RouteTable } from './route-table.js';
import { RunningRelease } from './running-release.js';
import type { ServedRelease } from './served-release.js';
import type { BackendFault } from './restarting-backend.js';
import { makeWebDocuments } from './web-documents.js';
import type { WebDocuments, WebPlaces } from './web-documents.js';

/** How a switch went. `message` is a sentence on why it was refused. */
export type SwitchOutcome =
  | { readonly outcome: 'switched'; readonly from: string | null }
  | { readonly outcome: 'refused'; readonly code: string; readonly message: string };

interface Serving {
  readonly limits: AgentLimits;
  readonly events: EventLog;
  readonly places: WebPlaces;
}

/**
 * All releases that an agent serves. Each is apart from the others: what one does or fails to do changes nothing for
 * them. What answers where changes in one step, routes and documents together.
 */
export class ServedPlugins {
  private table = new RouteTable([]);
  private web: WebDocuments;
  /** Pages that are open load the import map and the files that they began with. */
  private readonly importMaps = new Map<string, string>();
  private readonly left: ServedRelease[] = [];
  private readonly endings = new Map<Promise<void>, ServedRelease>();
  /** Whether what there is to serve is known: before that, nothing can be said not to be here. */
  isKnown = false;
  private readonly turns = new Map<string, Promise<unknown>>();
  /** Being tried, and in the table only once they are well. */
  private readonly incoming = new Map<RunningRelease, Promise<SwitchOutcome>>();
  private isOver = false;

  constructor(private readonly around: Serving) {
    this.web = makeWebDocuments(this.table, around.places);
  }

  get routes(): RouteTable {
    return this.table;
  }

  get documents(): WebDocuments {
    return this.web;
  }

  /** As they were at an earlier moment; undefined when that is long ago. */
  importMapOf(revision: string): string | undefined {
    return this.importMaps.get(revision);
  }

  /** All whose files may still be asked for: what serves, and what did a while ago. */
  *withFiles(): Iterable<ServedRelease> {
    for (const { release } of this.table.releases) yield release;
    yield* this.left;
  }

  find(installation: string): RunningRelease | undefined {
    return this.table.releases.find(({ release }) => release.installation === installation);
  }

  /**
   * Serves them from now on. Their front ends are there at once; back ends are started a few at a time, and one that
   * fails is looked after like any other. Resolves when each has been tried.
   */
  async load(releases: readonly ServedRelease[]): Promise<void> {
    if (this.isOver) return;
    const running = releases.map((release) => new RunningRelease(release, this.around));
    this.show([...this.table.releases, ...running]);
    this.isKnown = true;
    await forEachAtOnce(running, this.around.limits.startsAtOnce, async (one) => {
      const faults = await one.begin();
      if (!this.table.releases.includes(one)) return;
      for (const [name, fault] of faults) this.tellFailed(one, name, fault);
      one.announce();
    });
  }

  /**
   * Starts a release beside what its installation has, and puts it in its place once it is well and `commit` has written
   * that down. What was there finishes its requests and ends. Nothing changes when the new one fails. One at a time for
   * an installation: see `inTurn`. Throws `agent-stopping` where everything ends meanwhile: then it is as if nobody had
   * tried.
   */
  async replace(release: ServedRelease, commit: () => Promise<void>): Promise<SwitchOutcome> {
    if (this.isOver) throw agentStopping();
    const incoming = new RunningRelease(release, this.around);
    const outcome = this.bringIn(incoming, commit);
    this.incoming.set(incoming, outcome);
    try {
      return await outcome;
    } finally {
      this.incoming.delete(incoming);
    }
  }

  private async bringIn(incoming: RunningRelease, commit: () => Promise<void>): Promise<SwitchOutcome> {
    const { release } = incoming;
    const fault = firstOf(await incoming.begin());
    if (this.isOver) throw agentStopping();
    const refusal = fault ?? (await failureOf(commit));
    if (refusal) {
      await incoming.end(0);
      return { outcome: 'refused', ...refusal };
    }
    const outgoing = this.find(release.installation);
    this.show([...this.table.releases.filter((one) => one !== outgoing), incoming]);
    const from = outgoing?.release.version ?? null;
    if (outgoing) {
      this.around.events.add('updated', incoming.subject, { from });
      void this.leave(outgoing, this.around.limits.drainMs);
    }
    incoming.announce();
    return { outcome: 'switched', from };
  }

  /** Serves that installation no more, if it is what is meant once its turn comes. Resolves when its back ends have ended. */
  unload(installation: string, isMeant: (release: ServedRelease) => boolean = () => true): Promise<void> {
    return this.inTurn(installation, async () => {
      const found = this.find(installation);
      if (!found || !isMeant(found.release)) return;
      this.show(this.table.releases.filter((one) => one !== found));
      await this.leave(found, this.around.limits.drainMs);
    });
  }

  /** Does that work for an installation when what was begun for it before is over. */
  inTurn<T>(installation: string, work: () => Promise<T>): Promise<T> {
    const before = this.turns.get(installation) ?? Promise.resolve();
    const mine = before.catch(() => undefined).then(work);
    this.turns.set(installation, mine);
    const forget = () => {
      if (this.turns.get(installation) === mine) this.turns.delete(installation);
    };
    void mine.then(forget, forget);
    return mine;
  }

  /** Ends everything; requests under way have `drainMs` left. */
  async end(drainMs: number): Promise<void> {
    this.isOver = true;
    // What is being tried is no part of the table yet, and would serve on after everything else has ended.
    await Promise.allSettled([...this.incoming].map(([one, outcome]) => one.end(0).then(() => outcome)));
    const all = this.table.releases;
    this.show([]);
    await Promise.all([...all.map((one) => one.end(drainMs)), ...this.endings.keys()]);
  }

  /** What runs, or still ends: nothing of it may be taken away. */
  get inUse(): readonly ServedRelease[] {
    return [...this.table.releases.map(({ release }) => release), ...this.endings.values()];
  }

  private leave(release: RunningRelease, drainMs: number): Promise<void> {
    this.left.unshift(release.release);
    this.left.splice(this.around.limits.releasesLeftKept);
    const ending = release.end(drainMs).finally(() => this.endings.delete(ending));
    this.endings.set(ending, release.release);
    return ending;
  }

  private show(releases: readonly RunningRelease[]): void {
    const table = new RouteTable(releases);
    const web = makeWebDocuments(table, this.around.places);
    this.importMaps.delete(web.revision);
    this.importMaps.set(web.revision, web.importMapText);
    const oldest = this.importMaps.keys().next().value;
    if (this.importMaps.size > this.around.limits.importMapsKept && oldest !== undefined)
      this.importMaps.delete(oldest);
    this.table = table;
    this.web = web;
  }

  private tellFailed(one: RunningRelease, name: string, { code, message, retryInMs }: BackendFault): void {
    const data = { code, message, retry_in_ms: retryInMs };
    this.around.events.add('failed', { ...one.subject, interface: name }, data);
  }
}

const agentStopping = (): HostError =>
  new HostError('agent-stopping', 'The agent is being stopped: it switches when it is started again.');

function firstOf(faults: ReadonlyMap<string, BackendFault>): { code: string; message: string } | undefined {
  const [first] = faults;
  if (!first) return undefined;
  const [name, { code, message }] = first;
  return { code, message: name === 'default' ? message : `Interface "${name}": ${message}` };
}

async function failureOf(work: () => Promise<void>): Promise<{ code: string; message: string } | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    return {
      code: typeof code === 'string' ? code : 'switch-failed',
      message: messageOf(error),
    };
  }
}
