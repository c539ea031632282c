import { normalizeName } from '#kernel';
import { reachAsNode } from '../../machine/reach-as-node.js';
import { runProgram } from '../../machine/run-program.js';
import type { ProgramRun } from '../../machine/run-program.js';
import type { TargetPython } from '../../runners/runner.js';
import { chooseArtifact } from './choose-artifact.js';
import { unresolved } from './installer-failures.js';
import { Installer } from './installer.js';
import type { BuildOptions, Resolution, ResolvedFile } from './installer.js';
import { readLock } from './read-lock.js';
import type { LockedPackage } from './read-lock.js';
import { versionIn } from './resolve-packages.js';
import { simpleIndex } from './store-index.js';

/** Nothing that this user or machine has set up for uv holds here, and no other Python is fetched. */
const apart = { UV_NO_CONFIG: '1', UV_PYTHON_DOWNLOADS: 'never', UV_NO_PROGRESS: '1' };

/** Fetches from that index alone, and reaches it as this process does. */
const from = (index: string): Record<string, string> => ({
  ...apart,
  ...reachAsNode(index),
  UV_DEFAULT_INDEX: index,
});

/** uv, which does what pip does many times faster. */
export class UvInstaller extends Installer {
  readonly name = 'uv';

  constructor(private readonly command: string) {
    super();
  }

  override async resolve(
    requirements: readonly string[],
    { index, python, target, isForeign, signal }: Resolution,
  ): Promise<readonly ResolvedFile[]> {
    const args = ['pip', 'compile', '-', '--format=pylock.toml', '--no-header', '--quiet', '--no-annotate'];
    const { code, stdout, stderr } = await runProgram({
      command: this.command,
      args: [...args, `--python=${await python()}`, ...(isForeign ? foreign(target) : [])],
      input: requirements.map((line) => `${line}\n`).join(''),
      environment: from(simpleIndex(await index())),
      signal,
    });
    if (code !== 0) throw unresolved(stderr);
    return readLock(stdout).map((one) => fileOf(one, target));
  }

  protected override making({ python, environmentFolder }: BuildOptions): ProgramRun {
    const args = ['venv', '--quiet', '--no-project', `--python=${python}`, environmentFolder];
    return { command: this.command, args, environment: apart };
  }

  protected override filling(
    { buildIndex }: BuildOptions,
    environmentPython: string,
    files: readonly string[],
  ): ProgramRun {
    return {
      command: this.command,
      // A file that is shared with uv's cache would be changed there by whoever changes it here.
      args: ['pip', 'install', '--quiet', '--link-mode=copy', `--python=${environmentPython}`, ...files],
      environment: buildIndex === null ? apart : from(buildIndex),
    };
  }
}

function foreign({ version, markers }: TargetPython): string[] {
  const machine = markers['platform_machine'] ?? 'x86_64';
  return [
    '--only-binary=:all:',
    `--python-version=${version}`,
    `--python-platform=${machine}-unknown-linux-gnu`,
  ];
}

function fileOf(one: LockedPackage, target: TargetPython): ResolvedFile {
  const file = chooseArtifact(one.files, target);
  if (!file)
    throw unresolved(`${one.name} has no file that Python ${target.version} on this machine can use`);
  const { filename, sha256, size, url } = file;
  const version = one.version ?? versionIn(filename, one.name);
  return { name: normalizeName(one.name), version, filename, sha256, size, url };
}
