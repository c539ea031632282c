import type { HostFolder } from '../../folder/host-folder.js';
import { nameIn } from '../../folder/host-state.js';
import type { HostState, InstallationState } from '../../folder/host-state.js';
import { logsHint } from '../../logs-hint.js';
import { onOneLine } from '../../one-line.js';
import { askStatus, noticesOf } from '../ask-status.js';
import type { ToldFailure, ToldPlugin, ToldStatus } from '../ask-status.js';
import { updateHint } from '../update-hint.js';

/** What a plugin's back ends do, as the agent tells it; without one nothing is meant to serve. */
export async function pluginsServe({ folder }: { readonly folder: HostFolder }) {
  const status = await askStatus(folder);
  if (status === undefined) return lacking('None serves, since no agent runs.');
  const { plugins, stopped, failed: told } = status;
  const state = await folder.readState();
  const { installations } = state;
  const known = new Set([...plugins, ...stopped].map(({ installation }) => installation));
  const absent = Object.values(installations).filter(
    ({ id, current, wanted, failure }) => !known.has(id) && (current ?? wanted ?? failure) !== null,
  );
  const faults = [
    ...absent.map((one) =>
      absenceLine(
        one,
        told.find(({ installation }) => installation === one.id),
      ),
    ),
    ...plugins.filter(({ state }) => state !== 'running').map(faultLine),
    ...stopped.map(({ installation, message }) => {
      const plugin = installations[installation]?.plugin ?? installation;
      return `${plugin} was stopped: ${message}`;
    }),
  ];
  const doubts = [
    ...Object.values(installations).flatMap((one) => failureLine(state, one)),
    ...plugins.flatMap((one) => noticeLines(status, one)),
  ];
  if (faults.length > 0) return bad([...faults, ...doubts].join(' '));
  if (doubts.length > 0) return lacking(doubts.join(' '));
  return plugins.length === 0 ? 'Nothing is there to serve.' : `Serving: ${plugins.length}.`;
}

function absenceLine({ plugin, failure }: InstallationState, told: ToldFailure | undefined): string {
  const { code, message } = failure ?? told ?? {};
  const why = message === undefined ? '' : `: ${onOneLine(message).replace(/\.$/, '')}`;
  // What was never started has said nothing.
  return `${plugin} did not come up${why}${why === '' || code === 'start-failed' ? `; ${logsHint(plugin)}` : ''}.`;
}

/** What serves goes on; that something newer does not is for its owner to know. */
function failureLine(state: HostState, one: InstallationState): string[] {
  const { plugin, current, failure } = one;
  if (failure === null || current === null) return [];
  return [
    `${plugin} ${current.version} serves, since ${failure.version} did not come up (${failure.code}: ${onOneLine(failure.message)}); ${updateHint(nameIn(state, one), one, failure.version)}.`,
  ];
}

/** What the store says against what serves. That there is something newer is nothing against it. */
const noticeLines = (status: ToldStatus, { installation, plugin, version }: ToldPlugin): readonly string[] =>
  noticesOf(status, installation, version)
    .filter(({ code }) => code !== 'newer-release')
    .map(({ message }) => `${plugin}: ${onOneLine(message)}`);

function faultLine({ plugin, version, state, backends }: ToldPlugin): string {
  const why = backends.find(({ fault }) => fault !== null)?.fault?.message;
  const told = why === undefined ? '' : `: ${onOneLine(why)}`;
  return `${plugin} ${version} does not serve (${state}${told}); ${logsHint(plugin)}.`;
}

const bad = (message: string) => ({ state: 'bad' as const, message });
const lacking = (message: string) => ({ state: 'lacking' as const, message });
