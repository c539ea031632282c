import type { SystemPackages } from '../machine/system-packages.js';
import type { BackendLimits } from './backend-limits.js';

/** One back end of one installation, ready to be started: all of its files are where they are said to be. */
export interface BackendToRun {
  readonly installation: string;
  /** `publisher/name`, e.g. `acme/zephyr-tool`. */
  readonly plugin: string;
  readonly version: string;
  readonly interface: string;
  /** The pip package, and its component as the manifest has it: `Class`, `module:Class` or `module.Class`. */
  readonly package: string;
  readonly component: string;
  /** Built by the EnvironmentBuilder of the same kind as the runner. */
  readonly environmentFolder: string;
  /**
   * A JSON object, read by the back end at its start: `{"config": {…}, "secrets": ["name", …]}`, with the
   * default_config of the manifest merged with the host's. `secrets` names the values to be masked.
   */
  readonly configFile: string;
  /** Holds the plugin key alone. Read again whenever it changes, so replace it (write, rename) to rotate. */
  readonly keyFile: string;
  /** The plugin's own: what it writes there stays from start to start. Made by the runner when missing. */
  readonly cacheFolder: string;
  /** Where the runner makes a folder for each run, with the socket in it. Its path is at most 70 characters long. */
  readonly runFolder: string;
  /** The runner writes here what the back end prints, and turns it over (`.1`, `.2`, …) before it grows too large. */
  readonly logFile: string;
  readonly limits: BackendLimits;
  /** The descriptor as published: a real InsightConnect plugin's runtime answers from its plugin.spec.yaml. */
  readonly descriptorFile?: string;
  /** Passed to the plugin as `context.meta`; `name`, `description` and `tags` are what the plugin says of itself. */
  readonly meta?: Readonly<Record<string, unknown>>;
}

/** Which limit ended a back end; `unresponsive` is one that no longer answered for its status. */
export type EndingLimit = 'memory' | 'processes' | 'cpu' | 'disk' | 'files' | 'log' | 'unresponsive';

/** How a back end ended. */
export interface Ending {
  /** A sentence for people. */
  readonly reason: string;
  /** Its exit code; null where a signal ended it. */
  readonly code: number | null;
  readonly limit?: EndingLimit;
}

/** Where a back end listens. */
export interface BackendAddress {
  /** Of its Unix socket. */
  readonly socketPath: string;
}

export interface RunningBackend {
  /** Speaks HTTP/1.1, keep-alive: the InsightConnect runtime's routes (docs/components.md). */
  readonly address: BackendAddress;
  readonly pid: number | undefined;
  /** Settles once, when nothing of the back end runs any more: no child of it is left behind. Never rejects. */
  readonly ended: Promise<Ending>;
  /** Asks it to finish what it has begun (`/admin/shutdown`), then TERM, then KILL of all that belongs to it. */
  stop(graceMs: number): Promise<void>;
}

/** Starts back ends, each apart from the others and held to its limits. */
export abstract class Runner {
  abstract readonly kind: 'process' | 'container';
  /**
   * Resolves when the back end answers for its status. Aborting `signal` stops what was begun.
   *
   * Throws HostError: `limit-unavailable` and `container-unavailable` (it then does not start at all),
   * `backend-failed` (it ended, or did not answer in time; its last lines are in the sentence).
   */
  abstract start(backend: BackendToRun, signal: AbortSignal): Promise<RunningBackend>;
  /** Ends whatever an earlier process of the same host left running. Called once, before anything is started. */
  abstract removeLeftovers(runFolder: string): Promise<void>;
}

export interface EnvironmentRequest {
  /** Where it is built, and stays: a virtual environment can't be moved. */
  readonly environmentFolder: string;
  /** Verified files; `sha256` in hex. All of them are installed, and nothing else. */
  readonly artifacts: readonly {
    readonly path: string;
    readonly name: string;
    readonly version: string;
    readonly sha256: string;
  }[];
  readonly limits: BackendLimits;
  /**
   * The simple index, with its credential if it wants one, that sdists are built with what they ask of (PEP 518); null
   * where nothing may be fetched.
   */
  readonly buildIndex: string | null;
}

/** A Python, as far as packages are chosen for it. */
export interface TargetPython {
  /** E.g. `3.11.7`. */
  readonly version: string;
  /** Wheel tags that it takes, the most wanted first (PEP 425), e.g. `cp311-cp311-manylinux_2_17_x86_64`. */
  readonly tags: readonly string[];
  /** The variables of environment markers (PEP 508), e.g. `sys_platform`. */
  readonly markers: Readonly<Record<string, string>>;
}

/** Builds environments with the Python that will run them, with hashes required. */
export abstract class EnvironmentBuilder {
  abstract readonly kind: Runner['kind'];
  abstract build(request: EnvironmentRequest, signal: AbortSignal): Promise<void>;
  /** The Python that will run what is built, for choosing what it takes. */
  abstract describe(limits: BackendLimits, signal: AbortSignal): Promise<TargetPython>;
  /** Which of these packages the system lacks that runs what is built; `system` names it: an image, or this machine. */
  abstract systemPackages(
    names: readonly string[],
    limits: BackendLimits,
    signal: AbortSignal,
  ): Promise<SystemPackages & { readonly system: string }>;
}
