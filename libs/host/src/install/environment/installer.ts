import { dirname, join } from 'node:path';
import { runProgram } from '../../machine/run-program.js';
import type { ProgramRun } from '../../machine/run-program.js';
import type { EnvironmentRequest, TargetPython } from '../../runners/runner.js';
import type { WantedFile } from '../download-file.js';
import { writeRequirements } from './frozen-requirements.js';
import { environmentFailed } from './installer-failures.js';
import type { StoreIndex } from './store-index.js';

/** One file that belongs into the environment of a release. */
export interface ResolvedFile extends WantedFile {
  /** Of the package, normalised. */
  readonly name: string;
  readonly version: string;
}

export interface Resolution {
  readonly index: () => Promise<StoreIndex>;
  readonly target: TargetPython;
  /** Whether `target` is another Python than `python`, such as the one of a container's image. */
  readonly isForeign: boolean;
  /** Of this machine, for what only Python knows. */
  readonly python: () => Promise<string>;
  readonly installer: () => Promise<Installer>;
  readonly signal?: AbortSignal | undefined;
}

export interface BuildOptions {
  /** The Python that runs what is built. */
  readonly python: string;
  readonly environmentFolder: string;
  readonly artifacts: EnvironmentRequest['artifacts'];
  readonly buildIndex: EnvironmentRequest['buildIndex'];
  readonly signal: AbortSignal;
}

/** What resolves packages and builds virtual environments: uv or pip. It fetches from the store and nowhere else. */
export abstract class Installer {
  abstract readonly name: 'uv' | 'pip';
  /**
   * Every package that these requirements (PEP 508) need together, with its digest as the store's index has it. For a
   * foreign Python nothing is built, since that would run a plugin's code outside of its container. Throws
   * `dependencies-unresolved` with what the tool says.
   */
  abstract resolve(requirements: readonly string[], resolution: Resolution): Promise<readonly ResolvedFile[]>;
  /** What makes an empty virtual environment. */
  protected abstract making(options: BuildOptions): ProgramRun;
  /** What installs `files`, as pip and uv both take them, into the environment of that Python. */
  protected abstract filling(
    options: BuildOptions,
    environmentPython: string,
    files: readonly string[],
  ): ProgramRun;

  /** Makes a virtual environment with these files alone in it, each by its digest. Throws `environment-failed`. */
  async build(options: BuildOptions): Promise<void> {
    const { environmentFolder, artifacts, buildIndex, signal } = options;
    const run = async (program: ProgramRun): Promise<void> => {
      const { code, stderr } = await runProgram({ ...program, signal });
      if (code !== 0) throw environmentFailed(stderr);
    };
    await run(this.making(options));
    if (artifacts.length === 0) return;
    const requirements = await writeRequirements(dirname(environmentFolder), artifacts);
    const folders = new Set(artifacts.map(({ path }) => dirname(path)));
    const files = [
      '--no-deps',
      ...(buildIndex === null ? ['--no-index'] : []),
      '--require-hashes',
      ...[...folders].map((folder) => `--find-links=${folder}`),
      `--requirement=${requirements}`,
    ];
    await run(this.filling(options, pythonIn(environmentFolder), files));
  }
}

const pythonIn = (environmentFolder: string): string =>
  process.platform === 'win32'
    ? join(environmentFolder, 'Scripts', 'python.exe')
    : join(environmentFolder, 'bin', 'python');
