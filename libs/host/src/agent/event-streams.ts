import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AgentEvent } from './agent-event.js';
import type { AgentLimits } from './agent-limits.js';
import type { EventLog } from './event-log.js';
import { answerProblem } from './problem-answer.js';

/** Tells events to whoever listens over HTTP, as server-sent events (WHATWG HTML, section 9.2). */
export class EventStreams {
  private readonly open = new Map<ServerResponse, () => void>();

  constructor(
    private readonly events: EventLog,
    private readonly limits: AgentLimits,
  ) {}

  /**
   * Sends what follows `Last-Event-ID`, and then what happens. Where that can't be told whole, a `reset` comes first:
   * read the status anew.
   */
  start(request: IncomingMessage, answer: ServerResponse): void {
    if (this.open.size >= this.limits.eventStreams) {
      const detail = `${this.limits.eventStreams} readers follow the events already; close one.`;
      answerProblem(answer, { status: 503, code: 'too-many-streams', detail, retryAfterSeconds: 5 });
      return;
    }
    answer.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    answer.write('retry: 1000\n\n');
    this.catchUp(answer, request.headers['last-event-id']);
    const leave = this.events.listen((event) => {
      this.send(answer, event);
    });
    const heartbeat = setInterval(() => answer.write(':\n\n'), this.limits.eventHeartbeatMs);
    const stop = () => {
      leave();
      clearInterval(heartbeat);
      this.open.delete(answer);
    };
    this.open.set(answer, stop);
    answer.once('close', stop);
  }

  /** Lets all readers go; they come back to the next agent by themselves. */
  close(): void {
    for (const [answer, stop] of this.open) {
      stop();
      answer.end();
    }
  }

  private catchUp(answer: ServerResponse, id: string | string[] | undefined): void {
    if (typeof id !== 'string') return;
    const missed = this.events.after(id);
    if (missed) for (const event of missed) this.send(answer, event);
    else answer.write('event: reset\ndata: {}\n\n');
  }

  private send(answer: ServerResponse, event: AgentEvent): void {
    answer.write(`id: ${this.events.idOf(event)}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    // Whoever reads too slowly is let go, and finds what he missed by the id that he has.
    if (answer.writableLength > this.limits.eventStreamBytes) answer.destroy();
  }
}
