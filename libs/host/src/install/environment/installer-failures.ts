import { tmpdir } from 'node:os';
import { HostError } from '../../host-error.js';
import { lastLines } from '../../machine/run-program.js';
import { withoutCredentials } from './store-index.js';

/** What the tool says goes to the owner: it knows which packages don't fit together. */
export const unresolved = (said: string): HostError =>
  noRoom(said) ??
  new HostError(
    'dependencies-unresolved',
    `What the plugin needs can't be had from the store: ${ending(said)}`,
  );

export const environmentFailed = (said: string): HostError =>
  noRoom(said) ??
  new HostError('environment-failed', `The plugin's environment could not be built: ${ending(said)}`);

const ending = (said: string): string => withoutCredentials(lastLines(said));

/** Where it is no fault of the plugin, but of a disk: of the folder's, or of the one where pip and uv unpack. */
const noRoom = (said: string): HostError | undefined =>
  /No space left on device|Disk quota exceeded/.test(said)
    ? new HostError(
        'disk-full',
        `There is no room left where the host's folder lies, or in ${tmpdir()} (${ending(said)}): free some and try again. Nothing was changed.`,
      )
    : undefined;
