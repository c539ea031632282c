import { readFileSync } from 'node:fs';
import type { HostFolder } from '../folder/host-folder.js';
import { HostError } from '../host-error.js';

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

/** Throws `no-agent` where none runs on the folder. */
export function readAgentFile(folder: HostFolder): AgentFile {
  if (folder.hasAgent()) {
    try {
      return JSON.parse(readFileSync(folder.paths.agentFile, 'utf8')) as AgentFile;
    } catch {
      // It is just starting, or just ending.
    }
  }
  throw new HostError('no-agent', `No agent runs on ${folder.paths.root}: start it with \`mortise run\`.`);
}
