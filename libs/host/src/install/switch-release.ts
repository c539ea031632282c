import { setTimeout as pause } from 'node:timers/promises';
import { findAgentFile } from '../folder/agent-file.js';
import type { AgentFile } from '../folder/agent-file.js';
import type { HostFolder } from '../folder/host-folder.js';
import type { InstalledRelease } from '../folder/host-state.js';
import { HostError, messageOf } from '../host-error.js';
import { hostLimits } from '../host-limits.js';
import { askAgent } from './ask-agent.js';

/** How a switch to what is wanted went. */
export interface SwitchOutcome {
  /** `waiting`: no agent runs; the next one that starts switches. */
  readonly outcome: 'switched' | 'refused' | 'unchanged' | 'waiting';
  readonly reason?: string;
  /** Of what was refused. `start-failed`: its back end did not come up, and the reason ends with what that printed last. */
  readonly code?: string;
}

/**
 * Has the agent switch to `wanted`, which the state wants, and waits for how that goes; bounded. An agent that looked by itself
 * meanwhile has done so already. Throws `agent-silent`.
 */
export async function switchRelease(
  folder: HostFolder,
  installation: string,
  wanted: InstalledRelease | null,
  signal: AbortSignal,
): Promise<SwitchOutcome> {
  const answer = (await tellAgent(folder, '/agent/v1/switch', { installation }, signal)) as
    SwitchOutcome | undefined;
  if (answer === undefined) return { outcome: 'waiting' };
  if (answer.outcome !== 'unchanged' || wanted === null) return answer;
  const { current, failure } = (await folder.readState()).installations[installation] ?? {};
  if (current?.folder === wanted.folder) return { outcome: 'switched' };
  if (failure?.version !== wanted.version) return answer;
  return { outcome: 'refused', code: failure.code, reason: failure.message };
}

/** Has a running agent read the state anew, and waits until its routes follow. */
export async function reloadAgent(folder: HostFolder, signal: AbortSignal): Promise<void> {
  await tellAgent(folder, '/agent/v1/reload', {}, signal);
}

/** Undefined where no agent runs. */
async function tellAgent(
  folder: HostFolder,
  path: string,
  body: object,
  signal: AbortSignal,
): Promise<unknown> {
  const agent = await startedAgent(folder, signal);
  if (agent === undefined) return undefined;
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(hostLimits.switchMs)]);
  try {
    return await askAgent(agent, path, { body, signal: bounded });
  } catch (error) {
    signal.throwIfAborted();
    throw agentSilent(messageOf(error), error);
  }
}

/** Undefined where none runs; one that is starting is waited for. */
async function startedAgent(folder: HostFolder, signal: AbortSignal): Promise<AgentFile | undefined> {
  for (const end = performance.now() + hostLimits.agentStartMs; ;) {
    const running = folder.agentProcess();
    if (running === undefined) return undefined;
    const agent = findAgentFile(folder, running);
    if (agent !== undefined) return agent;
    if (performance.now() >= end) throw agentSilent('it has not said where it listens');
    await pause(hostLimits.lockPollMs, undefined, { signal });
  }
}

const agentSilent = (why: string, cause?: unknown): HostError =>
  new HostError(
    'agent-silent',
    `The agent that runs on this folder did not switch (${why}). What is wanted is written down: it switches when it is started again.`,
    { cause },
  );
