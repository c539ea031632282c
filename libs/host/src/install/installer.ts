import type { EnvironmentRequest } from '../runners/runner.js';
import type { Resolution, ResolvedFile } from './resolve-packages.js';

export interface BuildOptions {
  /** The Python that runs what is built. */
  readonly python: string;
  readonly environmentFolder: string;
  readonly artifacts: EnvironmentRequest['artifacts'];
  readonly signal: AbortSignal;
}

/** What resolves packages and builds virtual environments: uv or pip. It fetches from the store and nowhere else. */
export abstract class Installer {
  abstract readonly name: 'uv' | 'pip';
  /**
   * Every package that these need together, themselves included, with its digest as the store's index has it. Throws
   * `dependencies-unresolved` with what the tool says.
   */
  abstract resolve(
    packages: readonly (ResolvedFile & { readonly path: string })[],
    resolution: Resolution,
  ): Promise<readonly ResolvedFile[]>;
  /** Makes a virtual environment with these files alone in it, each by its digest. Throws `environment-failed`. */
  abstract build(options: BuildOptions): Promise<void>;
}
