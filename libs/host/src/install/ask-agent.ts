import { tokenHeader } from '../folder/agent-file.js';
import type { AgentFile } from '../folder/agent-file.js';

/** What an agent answers through its control door. Throws where it doesn't, with why. */
export async function askAgent(
  { address, control_token }: AgentFile,
  path: string,
  { body, signal }: { readonly body?: object; readonly signal: AbortSignal },
): Promise<unknown> {
  const answer = await fetch(new URL(path, address), {
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
    headers: { [tokenHeader]: control_token, ...(body && { 'content-type': 'application/json' }) },
    signal,
  });
  if (!answer.ok) throw new Error(`it answers ${answer.status}`);
  return answer.json();
}
