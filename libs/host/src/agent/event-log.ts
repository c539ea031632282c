import { randomBytes } from 'node:crypto';
import type { AgentEvent, AgentEventType, EventSubject } from './agent-event.js';
import type { AgentLimits } from './agent-limits.js';

/** Called for each event, in order, before the next one happens. */
export type EventListener = (event: AgentEvent) => void;

/**
 * The events of an agent, in order. The newest are kept, so that a reader whose connection broke goes on where it was;
 * listeners are told at once. A listener that throws is passed over: what a host does with events can't stop plugins.
 */
export class EventLog {
  private readonly kept: AgentEvent[] = [];
  private readonly listeners = new Set<EventListener>();
  private readonly epoch = randomBytes(6).toString('hex');
  private sequence = 0;

  constructor(
    private readonly limits: Pick<AgentLimits, 'eventsKept' | 'eventBytes'>,
    private readonly onListenerError: (error: unknown) => void = () => undefined,
  ) {}

  /** Adds an event and tells it. Data that are too large are replaced by a note that says so. */
  add(
    type: AgentEventType,
    subject: EventSubject | null,
    data: Readonly<Record<string, unknown>> = {},
  ): AgentEvent {
    this.sequence += 1;
    const event: AgentEvent = {
      sequence: this.sequence,
      type,
      at: new Date().toISOString(),
      installation: subject?.installation ?? null,
      plugin: subject?.plugin ?? null,
      version: subject?.version ?? null,
      interface: subject?.interface ?? null,
      data: this.bounded(data),
    };
    this.kept.push(event);
    if (this.kept.length > this.limits.eventsKept) this.kept.shift();
    for (const listener of [...this.listeners]) this.tell(listener, event);
    return event;
  }

  /** Listens from now on. Returns what ends it. */
  listen(listener: EventListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** How an event is called on the stream, for `Last-Event-ID`. */
  idOf(event: Pick<AgentEvent, 'sequence'>): string {
    return `${this.epoch}-${event.sequence}`;
  }

  /**
   * What followed the event of that id. Undefined where that can't be told, since the id is of another process or
   * what followed it is no longer kept: the reader has to begin anew.
   */
  after(id: string): readonly AgentEvent[] | undefined {
    const [epoch, written] = id.split('-');
    const sequence = Number(written);
    if (epoch !== this.epoch || !Number.isSafeInteger(sequence) || sequence > this.sequence) return undefined;
    const oldest = this.kept[0]?.sequence ?? this.sequence + 1;
    if (sequence < oldest - 1) return undefined;
    return this.kept.filter((event) => event.sequence > sequence);
  }

  private bounded(data: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const bytes = Buffer.byteLength(JSON.stringify(data));
    if (bytes <= this.limits.eventBytes) return data;
    return { truncated: true, bytes, most_bytes: this.limits.eventBytes };
  }

  private tell(listener: EventListener, event: AgentEvent): void {
    try {
      listener(event);
    } catch (error) {
      this.onListenerError(error);
    }
  }
}
