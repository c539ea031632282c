import { HostError } from '../host-error.js';
import { asSentence } from '../one-line.js';
import type { BackendAnswer } from './backend-connection.js';

/** The message that an action is called with (the InsightConnect runtime's, version 1). */
export const actionMessage = (action: string, input: unknown): object => ({
  version: 'v1',
  type: 'action_start',
  body: { action, input, meta: {} },
});

/** An input that the action doesn't take is refused, and not left out (RFC 7240, 4.4): whoever wrote it meant something. */
export const actionHeaders = { prefer: 'handling=strict' } as const;

export const actionPath = (action: string): string => `/api/v1/actions/${encodeURIComponent(action)}`;

interface Said {
  readonly body?: {
    readonly status?: string;
    readonly output?: unknown;
    readonly error?: string;
    readonly log?: string;
    readonly exception?: { readonly cause?: string; readonly assistance?: string; readonly data?: unknown };
  };
  readonly error?: string;
  readonly detail?: string;
  readonly code?: string;
}

/** The output of an action. Throws `action-failed`, or the agent's own refusal, with what the plugin said of it. */
export function actionOutput({ status, text }: BackendAnswer): unknown {
  const said = parsed(text);
  if (status === 200 && said.body?.status === 'ok') return said.body.output;
  const { exception, error, log } = said.body ?? {};
  const sentence = [exception?.cause && asSentence(exception.cause), exception?.assistance]
    .filter(Boolean)
    .join(' ');
  const message = sentence || error || said.detail || said.error || `The back end answered ${status}.`;
  throw new HostError(said.code ?? 'action-failed', message, {
    details: {
      status,
      ...(exception?.data === undefined ? {} : { data: exception.data }),
      ...(log ? { log } : {}),
    },
  });
}

function parsed(text: string): Said {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null ? read : {};
  } catch {
    return {};
  }
}
