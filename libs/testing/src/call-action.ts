import { request } from 'node:http';

export interface Called {
  readonly status: number;
  /** What the plugin says; each test knows what it asked for. */
  readonly output: ReturnType<typeof JSON.parse>;
  readonly error: string | undefined;
}

/** Calls an action of a back end in the InsightConnect runtime's envelope. Rejects when the back end goes away. */
export function callAction(
  address: { readonly socketPath: string },
  action: string,
  input: Readonly<Record<string, unknown>>,
): Promise<Called> {
  const message = { version: 'v1', type: 'action_start', body: { action, input } };
  return new Promise((resolve, reject) => {
    const asked = request({ ...address, method: 'POST', path: `/api/v1/actions/${action}` }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => (text += String(chunk)));
      answer.on('error', reject);
      answer.on('end', () => {
        const { body } = JSON.parse(text) as { body?: { output?: unknown; error?: string } };
        resolve({ status: answer.statusCode ?? 0, output: body?.output, error: body?.error });
      });
    });
    asked.on('error', reject);
    asked.end(JSON.stringify(message));
  });
}
