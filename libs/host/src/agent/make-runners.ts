import { HostError } from '../host-error.js';
import type { HostSettings } from '../folder/host-file.js';
import { ProcessRunner } from '../runners/process-runner.js';
import type { Runner } from '../runners/runner.js';

/** What runs back ends, by how far apart from the rest of the machine they have to be. */
export interface Runners {
  /** All of them, for what they do before anything starts. */
  readonly all: readonly Runner[];
  /** Throws `container-unavailable`. */
  of(isolation: Runner['kind']): Runner;
}

/** Those of this machine. */
export function makeRunners({ python }: Pick<HostSettings, 'python'>): Runners {
  const processes = new ProcessRunner({ python });
  return {
    all: [processes],
    of: (isolation) => {
      if (isolation === 'process') return processes;
      throw new HostError(
        'container-unavailable',
        "It is not trusted and so would have to run in a container, which this host can't do: install Podman or Docker.",
      );
    },
  };
}
