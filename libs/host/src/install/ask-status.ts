import { findAgentFile } from '../folder/agent-file.js';
import type { HostFolder } from '../folder/host-folder.js';
import { HostError, messageOf } from '../host-error.js';
import { hostLimits } from '../host-limits.js';
import { askAgent } from './ask-agent.js';

/** What is read here of the agent's status (docs/agent.md). */
export interface ToldStatus {
  readonly plugins: readonly ToldPlugin[];
  readonly stopped: readonly { readonly installation: string; readonly message: string }[];
  /** Nothing of an agent that was started before it knew of them. */
  readonly notices?: readonly ToldNotice[];
  readonly failed: readonly ToldFailure[];
}

/** What the store says of what is installed: of one version, or of all. */
export interface ToldNotice {
  readonly installation: string;
  readonly version: string | null;
  readonly code: string;
  readonly message: string;
}

/** What the store said of that version of an installation, to the agent that runs. */
export const noticesOf = (
  status: ToldStatus | undefined,
  installation: string,
  version: string | undefined,
): readonly Pick<ToldNotice, 'code' | 'message'>[] =>
  (status?.notices ?? [])
    .filter((one) => one.installation === installation && (one.version === null || one.version === version))
    .map(({ code, message }) => ({ code, message }));

/** What could not be brought into service. */
export interface ToldFailure {
  readonly installation: string;
  readonly version: string;
  readonly code: string;
  readonly message: string;
}

export interface ToldPlugin {
  readonly installation: string;
  readonly plugin: string;
  readonly version: string;
  readonly state: string;
  readonly backends: readonly { readonly fault: { readonly message: string } | null }[];
}

/** What the agent that runs on the folder says of its plugins; undefined where none runs. Throws `agent-silent`. */
export async function askStatus(folder: HostFolder): Promise<ToldStatus | undefined> {
  const agent = findAgentFile(folder);
  if (agent === undefined) return undefined;
  const signal = AbortSignal.timeout(hostLimits.reportMs);
  return (await askAgent(agent, '/agent/v1/status', { signal }).catch((cause: unknown) => {
    throw new HostError(
      'agent-silent',
      `The agent does not say what it serves (${messageOf(cause)}): start it again.`,
      { cause },
    );
  })) as ToldStatus;
}
