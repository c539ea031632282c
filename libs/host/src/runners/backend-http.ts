import { request } from 'node:http';
import { hostLimits } from '../host-limits.js';
import type { BackendAddress } from './runner.js';

export interface BackendAnswer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Asks a back end something small, on a connection of its own. Undefined when it doesn't answer in time, or with more than
 * is read of it: then it isn't well.
 */
export function askBackend(
  address: BackendAddress,
  method: 'GET' | 'POST',
  path: string,
  timeoutMs: number,
): Promise<BackendAnswer | undefined> {
  return new Promise((resolve) => {
    const asked = request(
      {
        socketPath: address.socketPath,
        method,
        path,
        agent: false,
        signal: AbortSignal.timeout(timeoutMs),
        headers: method === 'POST' ? { 'content-type': 'application/json', 'content-length': 2 } : {},
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          text += chunk;
          if (text.length <= hostLimits.backendAskBytes) return;
          resolve(undefined);
          answer.destroy();
        });
        answer.on('close', () => resolve(readAnswer(answer.statusCode ?? 0, text)));
        answer.on('error', () => resolve(undefined));
      },
    );
    asked.on('error', () => resolve(undefined));
    asked.end(method === 'POST' ? '{}' : undefined);
  });
}

function readAnswer(status: number, text: string): BackendAnswer | undefined {
  try {
    return { status, body: text === '' ? null : JSON.parse(text) };
  } catch {
    return { status, body: null };
  }
}
