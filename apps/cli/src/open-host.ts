import { Host } from '#host';
import type { HostProgress, UpdateResult } from '#host';
import { interrupted } from './cli-failure.js';
import type { Context } from './context.js';
import { hostFolderOf } from './host-folder.js';
import type { FolderOptions } from './host-folder.js';
import type { Output, Step, Tell } from './output.js';
import { logsOf, whyFailed } from './why-failed.js';

/** The host whose folder it is. */
export function openHost(context: Context, options: FolderOptions): Promise<Host> {
  admitOwnUsers();
  return Host.open(hostFolderOf(context, options));
}

/** A step that changes a host; where it is interrupted, says whether it did. */
export async function operate<Result>(
  { output, signal }: Context,
  host: Host,
  step: Step<Result>,
): Promise<Result> {
  const before = JSON.stringify(await host.state());
  try {
    return await output.step(step);
  } catch (error) {
    if (!signal.aborted) throw error;
    const isSame = JSON.stringify(await host.state()) === before;
    throw interrupted(isSame ? 'nothing was changed' : '`mortise list` shows how far it came');
  }
}

/**
 * What Python, pip and uv write of an environment the user of a back end has to read, however private this user's files are
 * by default. What is secret in the folder has a mode of its own.
 */
export const admitOwnUsers = (): unknown => process.umask(0o022);

const verbs: Readonly<Record<Exclude<HostProgress['step'], 'warn'>, string>> = {
  wait: 'waiting',
  register: 'registering',
  fetch: 'fetching',
  resolve: 'resolving',
  build: 'building',
  switch: 'switching',
  remove: 'removing',
};

/** An operation's progress, shown in the words of a step; what it warns of, beside. */
export const showProgress =
  (output: Output, tell: Tell) =>
  ({ step, what, done, of }: HostProgress): void => {
    if (step === 'warn') return output.warn(what);
    const share = done === undefined || !of ? '' : ` (${Math.floor((100 * done) / of)} %)`;
    tell(`${verbs[step]} ${what}${share}`);
  };

const outcomes: Readonly<Record<UpdateResult['outcome'], string>> = {
  switched: 'serves now',
  waiting: 'is ready: the next `mortise run` serves it',
  refused: 'did not come up',
  failed: 'could not be brought here',
  pinned: 'is left alone',
  kept: 'is whole again, and kept for a rollback',
  beside: 'is here already',
  unchanged: 'was there already',
};

/** A line for people on how it went. */
export const outcomeLine = (
  plugin: string,
  version: string,
  { outcome, from, reason, code }: Pick<UpdateResult, 'outcome' | 'from' | 'reason' | 'code'>,
): string => {
  const goesOn = isFailure(outcome) && from !== null ? ', so what served before goes on' : '';
  const why = code === 'start-failed' ? whyFailed(reason ?? '', logsOf(plugin)) : reason;
  return `${plugin} ${version} ${outcomes[outcome]}${goesOn}${why === undefined ? '' : `: ${why}`}`;
};

/** What the owner should know where a version came to others of the plugin: where it did not, they are all that there is. */
export const besideLines = (
  plugin: string,
  outcome: UpdateResult['outcome'],
  others: readonly string[],
): string[] =>
  others.length > 0 && (outcome === 'switched' || outcome === 'waiting')
    ? [
        `${plugin} ${others.join(', ')} stays beside it, and calls that name no version go to the highest stable; \`mortise remove ${plugin}@${others[0] ?? ''}\` takes it away.`,
      ]
    : [];

const isFailure = (outcome: UpdateResult['outcome']): boolean =>
  outcome === 'refused' || outcome === 'failed';

/** Sets the exit code where something did not go as it was asked for. */
export function noteFailures(results: readonly { readonly outcome: UpdateResult['outcome'] }[]): void {
  if (results.some(({ outcome }) => isFailure(outcome))) process.exitCode = 1;
}
