import type { AgentLimits } from './agent-limits.js';
import type { BackendConnection } from './backend-connection.js';
import { backoffMs, wait } from './wait-before.js';

/** Something that a back end tells its host, as the shim words it. */
export type PluginNotice =
  | { readonly type: 'registered'; readonly kind: string; readonly id: string; readonly what: unknown }
  | { readonly type: 'unregistered'; readonly kind: string; readonly id: string }
  | { readonly type: 'event'; readonly source: string | null; readonly event: unknown }
  | { readonly type: 'progress'; readonly progress: Readonly<Record<string, unknown>> }
  | { readonly type: 'warning'; readonly code: string; readonly message: string };

interface EventReader {
  tell(notice: PluginNotice): void;
  /** Whatever the back end had told when it was first asked has been taken. Called again later, to no effect. */
  caughtUp(): void;
}

interface Page {
  readonly items: readonly unknown[];
  readonly next: number;
}

/**
 * Fetches what a running back end tells, over its own address, until the signal ends: so a back end needs no way out to
 * reach its host. Asking for what follows acknowledges what came before; nothing is taken twice, and while nobody asks,
 * the back end holds what it has (bounded). One without that route, as of the InsightConnect runtime, tells nothing.
 */
export async function readPluginEvents(
  connection: BackendConnection,
  limits: AgentLimits,
  ended: AbortSignal,
  reader: EventReader,
): Promise<void> {
  let after = 0;
  let failures = 0;
  let isFirst = true;
  while (!ended.aborted) {
    const page = await nextPage(connection, limits, ended, {
      after,
      waitSeconds: isFirst ? 0 : limits.pluginEventsWaitSeconds,
    });
    if (page === 'none') break;
    if (page === undefined) {
      failures += 1;
      const backoff = { firstMs: limits.pluginEventsRetryFirstMs, lastMs: limits.pluginEventsRetryLastMs };
      if (!(await wait(backoffMs(backoff, failures), ended))) return;
      continue;
    }
    failures = 0;
    for (const item of page.items) {
      const notice = readNotice(item);
      if (notice) reader.tell(notice);
    }
    after = page.next;
    isFirst = false;
    reader.caughtUp();
  }
  reader.caughtUp();
}

async function nextPage(
  connection: BackendConnection,
  limits: AgentLimits,
  signal: AbortSignal,
  { after, waitSeconds }: { readonly after: number; readonly waitSeconds: number },
): Promise<Page | 'none' | undefined> {
  try {
    const { status, text } = await connection.ask({
      path: `/mortise/events?after=${after}&wait=${waitSeconds}`,
      timeoutMs: waitSeconds * 1_000 + limits.pluginEventsAnswerMs,
      mostBytes: limits.pluginEventsAnswerBytes,
      signal,
    });
    if (status === 404 || status === 405) return 'none';
    const { items, next = NaN } = JSON.parse(text) as Partial<Page>;
    return status === 200 && Array.isArray(items) && Number.isSafeInteger(next) ? { items, next } : undefined;
  } catch {
    return undefined;
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function readNotice(item: unknown): PluginNotice | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const said = item as Readonly<Record<string, unknown>>;
  const [kind, id] = [textOf(said['kind']), textOf(said['id'])];
  switch (said['type']) {
    case 'registered':
      return kind && id ? { type: 'registered', kind, id, what: said['what'] ?? null } : undefined;
    case 'unregistered':
      return kind && id ? { type: 'unregistered', kind, id } : undefined;
    case 'event':
      return { type: 'event', source: textOf(said['source']) ?? null, event: said['event'] ?? null };
    case 'progress': {
      const { type: _type, sequence: _sequence, at: _at, ...progress } = said;
      return { type: 'progress', progress };
    }
    case 'trigger-ended': {
      const error = textOf(said['error']);
      const message = `The trigger ${textOf(said['source']) ?? ''} ended: ${error ?? ''}`;
      return error === undefined ? undefined : { type: 'warning', code: 'trigger-failed', message };
    }
    case 'warning':
      return {
        type: 'warning',
        code: textOf(said['code']) ?? 'plugin-warning',
        message: textOf(said['message']) ?? 'The plugin warns, without saying of what.',
      };
    default:
      return undefined;
  }
}
