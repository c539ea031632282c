import type { EventSubject } from './agent-event.js';
import type { EventLog } from './event-log.js';

/** What a plugin brings into the host: a kind and id in the host's words, and what about it. */
export interface Registration {
  readonly kind: string;
  readonly id: string;
  readonly what: unknown;
  readonly interface: string;
}

/**
 * What one release registered with the host. It is told to the host once the release answers (not while it is only
 * being tried), and taken back when it unloads, its back end's process alive or not.
 */
export class Registrations {
  private readonly kept = new Map<string, Registration>();
  private isTold = false;

  constructor(
    private readonly subject: EventSubject,
    private readonly events: EventLog,
    private readonly most: number,
  ) {}

  get list(): readonly Registration[] {
    return [...this.kept.values()];
  }

  /** False when there are as many as may be. The same again replaces what was there. */
  add(registration: Registration): boolean {
    const key = keyOf(registration);
    if (this.kept.size >= this.most && !this.kept.has(key)) return false;
    if (isDeepSame(this.kept.get(key), registration)) return true;
    this.kept.set(key, registration);
    if (this.isTold) this.tell('registered', registration);
    return true;
  }

  remove(registration: Pick<Registration, 'interface' | 'kind' | 'id'>): void {
    const found = this.kept.get(keyOf(registration));
    if (!found) return;
    this.kept.delete(keyOf(registration));
    if (this.isTold) this.tell('unregistered', found);
  }

  /** A back end ended or is about to begin anew: takes back all that it brought. */
  removeAllOf(interfaceName: string): void {
    for (const one of this.list) if (one.interface === interfaceName) this.remove(one);
  }

  /** From now on the host is told, beginning with what is there. */
  announce(): void {
    if (this.isTold) return;
    this.isTold = true;
    for (const one of this.list) this.tell('registered', one);
  }

  /** Takes back everything, and tells no more. */
  takeBack(): void {
    if (this.isTold) for (const one of this.list) this.tell('unregistered', one);
    this.isTold = false;
    this.kept.clear();
  }

  private tell(type: 'registered' | 'unregistered', { kind, id, what, ...where }: Registration): void {
    const data = type === 'registered' ? { kind, id, what } : { kind, id };
    this.events.add(type, { ...this.subject, interface: where.interface }, data);
  }
}

const keyOf = ({ interface: name, kind, id }: Pick<Registration, 'interface' | 'kind' | 'id'>): string =>
  JSON.stringify([name, kind, id]);

const isDeepSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
