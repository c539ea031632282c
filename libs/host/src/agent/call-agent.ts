import { closestWord } from '#kernel';
import { readAgentFile, tokenHeader } from '../folder/agent-file.js';
import type { HostFolder } from '../folder/host-folder.js';
import { HostError } from '../host-error.js';
import { logsHint } from '../logs-hint.js';
import { asSentence, onOneLine } from '../one-line.js';
import type { BackendAnswer } from './backend-connection.js';
import { actionHeaders, actionMessage, actionOutput, actionPath } from './call-action.js';
import { parsePluginAddress } from './route-table.js';
import type { PluginAddress } from './route-table.js';

/**
 * Calls an action of `publisher/plugin[:interface][@version]` through the agent that runs on the folder. Throws HostError
 * `no-agent`, `action-not-found` with what there is, `action-failed` with what the plugin said, or the agent's own refusal.
 */
export async function callAgent(
  folder: HostFolder,
  plugin: string,
  action: string,
  input: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  const { address, call_token } = readAgentFile(folder);
  const own = `/plugins/${plugin}`;
  const path = `${own}${actionPath(action)}`;
  // All that was written has to be the name: without a publisher, "api" of the action's path would be the plugin.
  const meant = parsePluginAddress(path);
  if (meant?.prefix !== own)
    throw new HostError(
      'invalid-plugin',
      `"${plugin}" names no plugin: write publisher/plugin[:interface][@version].`,
    );
  const answer = await fetch(address + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [tokenHeader]: call_token, ...actionHeaders },
    body: JSON.stringify(actionMessage(action, input)),
    signal,
  });
  const said = { status: answer.status, text: await answer.text() };
  if (!answer.ok) await refuseUnknownAction(`${address}${own}`, action, call_token, signal);
  return outputOf(folder, said, meant);
}

/** As `actionOutput`; where the plugin does not run, the folder knows why, and what there is by a name like it. */
async function outputOf(
  folder: HostFolder,
  said: BackendAnswer,
  { plugin }: PluginAddress,
): Promise<unknown> {
  try {
    return actionOutput(said);
  } catch (error) {
    if (!(error instanceof HostError) || error.code !== 'plugin-not-found') throw error;
    const all = Object.values((await folder.readState()).installations);
    const failure = all.find((one) => one.plugin === plugin)?.failure;
    if (failure)
      throw new HostError(
        error.code,
        `${plugin} ${failure.version} did not come up: ${asSentence(onOneLine(failure.message))} ${logsHint(plugin)}.`,
      );
    const near = closestWord(
      plugin,
      all.map((one) => one.plugin).filter((one) => one !== plugin),
    );
    throw near === undefined ? error : new HostError(error.code, `${error.message} Did you mean "${near}"?`);
  }
}

/** Throws where the plugin has no such action; what else went wrong its own answer tells. */
async function refuseUnknownAction(
  plugin: string,
  action: string,
  token: string,
  signal: AbortSignal,
): Promise<void> {
  const headers = { [tokenHeader]: token };
  const listed: unknown = await fetch(`${plugin}/api/v1/actions`, { headers, signal })
    .then((answer) => (answer.ok ? answer.json() : undefined))
    .catch(() => undefined);
  signal.throwIfAborted();
  if (!Array.isArray(listed) || listed.includes(action)) return;
  const names = listed.map(String);
  const meant = closestWord(action, names);
  const hint = meant === undefined ? '' : ` Did you mean "${meant}"?`;
  const all = names.length === 0 ? 'It has none.' : `It has: ${names.join(', ')}.`;
  throw new HostError('action-not-found', `The plugin has no action "${action}".${hint} ${all}`);
}
