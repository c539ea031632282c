import { readFileSync } from 'node:fs';
import { HostError } from '../host-error.js';
import type { HostFolder } from './host-folder.js';

/** The header in which programs send the agent one of its tokens; the plugin's own `Authorization` stays free. */
export const tokenHeader = 'mortise-agent-token';

/** `run/agent.json`: where the running agent of a folder is, for whoever may read the folder. */
export interface AgentFile {
  /** `http://127.0.0.1:4180` */
  readonly address: string;
  readonly pid: number;
  /** For its owner's command line. */
  readonly control_token: string;
  /** For the host's own server. */
  readonly call_token: string;
}

/**
 * Undefined where no agent runs, or the one that does has not said yet where it listens. One that was killed leaves its
 * file behind: where it listened somebody else may now, who must not be sent its tokens.
 */
export function findAgentFile(folder: HostFolder, running = folder.agentProcess()): AgentFile | undefined {
  if (running === undefined) return undefined;
  try {
    const file = JSON.parse(readFileSync(folder.paths.agentFile, 'utf8')) as AgentFile;
    return file.pid === running ? file : undefined;
  } catch {
    // It is just starting, or just ending.
    return undefined;
  }
}

/** Throws `no-agent` where none runs on the folder. */
export function readAgentFile(folder: HostFolder): AgentFile {
  const file = findAgentFile(folder);
  if (file !== undefined) return file;
  throw new HostError('no-agent', `No agent runs on ${folder.paths.root}: start it with \`mortise run\`.`);
}
