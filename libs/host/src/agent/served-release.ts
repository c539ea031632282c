import type { PluginId } from '#kernel';
import type { RuntimeWarning } from '../folder/host-state.js';
import type { BackendToRun, Runner } from '../runners/runner.js';

export interface FrontendFile {
  readonly size: number;
  /** W3C SRI. */
  readonly integrity: string;
}

/** The front end of an interface, unpacked in a folder. */
export interface ServedFrontend {
  readonly package: string;
  readonly version: string;
  /** The name of an export of the entry; null where the descriptor names none. */
  readonly component: string | null;
  /** The path of the module to begin with. */
  readonly entry: string | null;
  readonly folder: string;
  /** What may be served of the folder, by path. Null in development: whatever lies there. */
  readonly files: ReadonlyMap<string, FrontendFile> | null;
}

export interface ServedInterface {
  readonly name: string;
  readonly backend: BackendToRun | null;
  readonly frontend: ServedFrontend | null;
  readonly form: readonly unknown[] | null;
}

/** One release of one installation, as an agent serves it. */
export interface ServedRelease {
  readonly installation: string;
  readonly plugin: PluginId;
  readonly version: string;
  /** Where it lies in the host's folder; nothing there is removed while it runs. */
  readonly folder: string;
  /** As people read it. */
  readonly name: string;
  readonly trust: 'trusted' | 'untrusted';
  /** What runs the back ends: by the release's isolation. */
  readonly runner: Runner;
  readonly interfaces: readonly ServedInterface[];
  /** What the descriptor gives every front end and back end to begin with. */
  readonly defaultConfig: Readonly<Record<string, unknown>>;
  /** What it asks for and doesn't get here. */
  readonly warnings: readonly RuntimeWarning[];
}

/** The interface that an address without a name means: `default`, else the only one that has what is asked for. */
export function usualInterface<Named extends { readonly name: string }>(
  interfaces: readonly Named[],
): Named | undefined {
  return (
    interfaces.find(({ name }) => name === 'default') ?? (interfaces.length === 1 ? interfaces[0] : undefined)
  );
}
