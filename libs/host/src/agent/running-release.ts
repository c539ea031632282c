import type { EventSubject } from './agent-event.js';
import type { AgentLimits } from './agent-limits.js';
import type { EventLog } from './event-log.js';
import { readPluginEvents } from './plugin-events.js';
import type { PluginNotice } from './plugin-events.js';
import { Registrations } from './registrations.js';
import type { Registration } from './registrations.js';
import type { ServedRelease } from './served-release.js';
import { RestartingBackend } from './restarting-backend.js';
import type { BackendFault } from './restarting-backend.js';
import { wait } from './wait-before.js';

interface Surroundings {
  readonly limits: AgentLimits;
  readonly events: EventLog;
}

/** A release whose back ends are looked after, each by itself. */
export class RunningRelease {
  readonly registrations: Registrations;
  readonly backends: ReadonlyMap<string, RestartingBackend>;
  /** While it is only tried, its faults are the answer to whoever tries, and nobody else's. */
  private isTold = false;
  private isLoaded = false;
  private readonly caughtUp = new Map<string, Promise<void>>();

  constructor(
    readonly release: ServedRelease,
    private readonly around: Surroundings,
  ) {
    const { limits, events } = around;
    this.registrations = new Registrations(this.subject, events, limits.registrationsPerRelease);
    this.backends = new Map(
      release.interfaces.flatMap(({ name, backend }) =>
        backend ? [[name, this.supervised(name, backend)] as const] : [],
      ),
    );
  }

  get subject(): EventSubject {
    const { installation, plugin, version } = this.release;
    return { installation, plugin, version };
  }

  /**
   * Starts all back ends, and answers with what went wrong, by interface, once each has run or failed. What one
   * registered while it loaded is known then.
   */
  async begin(): Promise<ReadonlyMap<string, BackendFault>> {
    const faults = new Map<string, BackendFault>();
    const first = [...this.backends].map(async ([name, backend]) => {
      const fault = await backend.begin();
      if (fault) faults.set(name, fault);
      else await Promise.race([this.caughtUp.get(name), wait(this.around.limits.pluginEventsAnswerMs)]);
    });
    await Promise.all(first);
    return faults;
  }

  /** It serves now: what it registered is told, and so is what goes wrong from here on. */
  announce(): void {
    this.isTold = true;
    this.registrations.announce();
    this.tellLoaded();
  }

  /** Whether all of its back ends run. */
  get isWell(): boolean {
    return [...this.backends.values()].every(({ state }) => state === 'running');
  }

  /** Once, when all of it runs: at its start, or later where something failed at first. */
  private tellLoaded(): void {
    if (this.isLoaded || !this.isTold || !this.isWell) return;
    this.isLoaded = true;
    const { events } = this.around;
    events.add('loaded', this.subject);
    for (const { code, message } of this.release.warnings)
      events.add('warning', this.subject, { code, message });
  }

  /** Takes back what it registered, lets requests finish for `drainMs` at most, and ends its back ends. */
  async end(drainMs: number): Promise<void> {
    this.isTold = false;
    this.registrations.takeBack();
    if (this.isLoaded) this.around.events.add('unloaded', this.subject);
    this.isLoaded = false;
    await Promise.all([...this.backends.values()].map((backend) => backend.stop({ drainMs })));
  }

  private supervised(
    name: string,
    backend: ConstructorParameters<typeof RestartingBackend>[0],
  ): RestartingBackend {
    const { limits } = this.around;
    return new RestartingBackend(backend, {
      runner: this.release.runner,
      limits,
      onFault: (fault) => {
        this.registrations.removeAllOf(name);
        this.tellFault(name, fault);
      },
      onRunning: (connection, ended) => {
        const caughtUp = new Promise<void>((resolve) => {
          const tell = (notice: PluginNotice) => {
            this.take(name, notice);
          };
          void readPluginEvents(connection, limits, ended, { tell, caughtUp: resolve });
        });
        this.caughtUp.set(name, caughtUp);
        void caughtUp.then(() => {
          this.tellLoaded();
        });
      },
    });
  }

  private tellFault(name: string, { code, message, givenUp, retryInMs }: BackendFault): void {
    if (!this.isTold) return;
    const data = { code: givenUp ? 'crash-loop' : code, message, retry_in_ms: retryInMs };
    this.around.events.add('warning', { ...this.subject, interface: name }, data);
  }

  private take(name: string, notice: PluginNotice): void {
    const subject = { ...this.subject, interface: name };
    const { events, limits } = this.around;
    switch (notice.type) {
      case 'registered':
        if (!this.registrations.add(registrationOf(notice, name))) {
          const message = `It registered more than ${limits.registrationsPerRelease} things; ${notice.kind} "${notice.id}" is left out.`;
          events.add('warning', subject, { code: 'too-many-registrations', message });
        }
        break;
      case 'unregistered':
        this.registrations.remove({ ...notice, interface: name });
        break;
      case 'event':
        events.add('plugin-event', subject, { source: notice.source, event: notice.event });
        break;
      case 'progress':
        events.add('progress', subject, notice.progress);
        break;
      case 'warning':
        events.add('warning', subject, { code: notice.code, message: notice.message });
    }
  }
}

const registrationOf = (
  { kind, id, what }: Extract<PluginNotice, { type: 'registered' }>,
  interfaceName: string,
): Registration => ({ kind, id, what, interface: interfaceName });
