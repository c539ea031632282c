import { nameIn, noticesOf, onOneLine, updateHint } from '#host';
import type { HostState, InstallationState, ToldStatus } from '#host';
import { defineCommand } from '../cli-command.js';
import { defineFolderOption } from '../host-folder.js';
import type { FolderOptions } from '../host-folder.js';
import { openHost } from '../open-host.js';
import { logsOf, whyFailed } from '../why-failed.js';

/** Lists what is installed on the host; needs no store. */
export const list = defineCommand<FolderOptions>({
  name: 'list',
  group: 'Host',
  summary: 'list what is installed on this host, and what becomes of it',
  examples: ['mortise list', 'mortise list --json'],
  define: defineFolderOption,
  run: async (context, options) => {
    const host = await openHost(context, options);
    const { output } = context;
    const status = await host.agentStatus().catch((error: unknown) => {
      output.warn(error instanceof Error ? error.message : String(error));
      return undefined;
    });
    const state = await host.state();
    const { installations } = state;
    const items = Object.values(installations)
      .sort((a, b) => (a.plugin < b.plugin ? -1 : 1))
      .map((one) => itemOf(one, status));
    const rows = [
      ['PLUGIN', 'VERSION', 'STATE', 'WANTED', 'BEFORE', 'FOLLOWS', 'TRUST', 'INSTALLATION'],
      ...items.map(rowOf),
    ];
    const idle = host.folder.hasAgent() ? [] : ['No agent runs: `mortise run` brings this into service.'];
    const troubles = items
      .flatMap((one) => troublesOf(state, one))
      .map((line) => output.paint('yellow', line));
    output.result(
      { items },
      items.length > 0 ? [...output.table(rows), ...troubles, ...idle] : ['Nothing is installed.'],
    );
  },
});

type Item = ReturnType<typeof itemOf>;

function itemOf(one: InstallationState, status: ToldStatus | undefined) {
  const stopped = status?.stopped.find(({ installation }) => installation === one.id) ?? one.stopped;
  const served = status?.plugins.find(({ installation }) => installation === one.id);
  return {
    plugin: one.plugin,
    installation: one.id,
    current: one.current?.version ?? null,
    wanted: one.wanted?.version ?? null,
    previous: one.previous?.version ?? null,
    range: one.range,
    channel: one.channel,
    pinned: one.pinned,
    trust: one.trust,
    state: stopped ? 'stopped' : (served?.state ?? unservedState(one, status !== undefined)),
    stopped: stopped?.message ?? null,
    notices: stopped ? [] : noticesOf(status, one.id, one.current?.version),
    failure: failureOf(one, status),
    fault: served?.backends.find(({ fault }) => fault !== null)?.fault?.message ?? null,
  };
}

/** Also of what served before and could not be made ready by this agent, of which the folder says nothing. */
function failureOf(one: InstallationState, status: ToldStatus | undefined) {
  const told = status?.failed.find(({ installation }) => installation === one.id);
  if (one.failure !== null || told === undefined) return one.failure;
  return { version: told.version, code: told.code, message: told.message, at: null };
}

/** Of what no agent serves: not brought up yet, or in vain. */
function unservedState({ current, wanted }: InstallationState, hasAgent: boolean): string {
  const isTried = hasAgent || current === null;
  return isTried && wanted === null ? 'failed' : 'not-running';
}

const followsOf = ({ pinned, range, channel }: Item): string =>
  pinned ? 'pinned' : (range ?? channel ?? 'newest');

const rowOf = (one: Item): string[] => [
  one.plugin,
  one.current ?? '-',
  one.state,
  one.wanted ?? '-',
  one.previous ?? '-',
  followsOf(one),
  one.trust,
  one.installation,
];

function troublesOf(all: HostState, one: Item): string[] {
  const { plugin, installation: id, current, state, stopped, notices, failure, fault } = one;
  const logs = logsOf(plugin);
  return [
    ...(fault === null
      ? []
      : [`${plugin} ${current ?? ''} (${id}) does not serve (${state}): ${whyFailed(fault, logs)}`]),
    ...(stopped === null ? [] : [`${plugin} ${current ?? ''} (${id}) was stopped: ${onOneLine(stopped)}`]),
    ...notices.map(({ message }) => `${plugin} ${current ?? ''} (${id}): ${onOneLine(message)}`),
    ...(failure === null
      ? []
      : [
          `${plugin} ${failure.version} (${id}) failed: ${whyOf(failure, logs)}; ${tryAgain(all, one, failure.version)}`,
        ]),
  ];
}

/** What was never started has said nothing. */
const whyOf = ({ code, message }: NonNullable<Item['failure']>, logs: string): string =>
  code === 'start-failed' ? whyFailed(message, logs) : onOneLine(message).replace(/\.$/, '');

/** What serves beside it, or in its place, is what its name alone would mean. */
function tryAgain(all: HostState, one: Item, failed: string): string {
  const { plugin, installation: id, current } = one;
  const name = nameIn(all, { id, plugin });
  if (current === failed) return 'the agent tries again by itself';
  if (current !== null) return updateHint(name, one, failed);
  return `\`mortise install ${name === plugin ? plugin : `${plugin}@${failed}`}\` tries again`;
}
