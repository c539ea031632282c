import type { HostSettings } from '../folder/host-file.js';
import { ContainerRunner } from '../runners/container-runner.js';
import { containerSettings } from '../runners/container-settings.js';
import { ProcessRunner } from '../runners/process-runner.js';
import type { Runner } from '../runners/runner.js';

/** What runs back ends, by how far apart from the rest of the machine they have to be. */
export interface Runners {
  /** All of them, for what they do before anything starts. */
  readonly all: readonly Runner[];
  of(isolation: Runner['kind']): Runner;
}

/** Those of this machine. Whether it has an engine for containers is seen when one is wanted. */
export function makeRunners(settings: HostSettings): Runners {
  const processes = new ProcessRunner({ python: settings.python });
  const containers = new ContainerRunner(containerSettings(settings));
  return {
    all: [processes, containers],
    of: (isolation) => (isolation === 'process' ? processes : containers),
  };
}
