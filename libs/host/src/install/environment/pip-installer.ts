import { normalizeName } from '#kernel';
import { reachAsNode } from '../../machine/reach-as-node.js';
import { runProgram } from '../../machine/run-program.js';
import type { ProgramRun } from '../../machine/run-program.js';
import type { TargetPython } from '../../runners/runner.js';
import { unresolved } from './installer-failures.js';
import { Installer } from './installer.js';
import type { BuildOptions, Resolution, ResolvedFile } from './installer.js';
import { simpleIndex } from './store-index.js';

interface PipReport {
  readonly install: readonly {
    readonly metadata: { readonly name: string; readonly version: string };
    readonly download_info: {
      readonly url: string;
      readonly archive_info?: { readonly hash?: string; readonly hashes?: { readonly sha256?: string } };
    };
  }[];
}

/** Nothing that this user or machine has set up for pip holds here. */
const apart = { PIP_CONFIG_FILE: process.platform === 'win32' ? 'nul' : '/dev/null', PIP_NO_INPUT: '1' };

/** Fetches from that index alone, and reaches it as this process does. */
const from = (index: string): Record<string, string> => ({
  ...apart,
  ...reachAsNode(index),
  PIP_INDEX_URL: index,
});
const quiet = ['--disable-pip-version-check', '--no-input', '--quiet'];

/** pip of the Python that runs the plugins, 22.3 or later. */
export class PipInstaller extends Installer {
  readonly name = 'pip';

  override async resolve(
    requirements: readonly string[],
    { index, python, target, isForeign, signal }: Resolution,
  ): Promise<readonly ResolvedFile[]> {
    const pip = isForeign ? pipAlone : pipOfIndex;
    const args = ['-c', pip, 'install', ...quiet, '--dry-run', '--ignore-installed', '--report', '-'];
    const { code, stdout, stderr } = await runProgram({
      command: await python(),
      args: [...args, ...(isForeign ? foreign(target) : []), '--', ...requirements],
      environment: from(simpleIndex(await index())),
      signal,
    });
    if (code !== 0) throw unresolved(stderr);
    return (JSON.parse(stdout) as PipReport).install.map(fileOf);
  }

  protected override making({ python, environmentFolder }: BuildOptions): ProgramRun {
    return { command: python, args: ['-m', 'venv', '--without-pip', environmentFolder] };
  }

  protected override filling(
    { python, buildIndex }: BuildOptions,
    environmentPython: string,
    files: readonly string[],
  ): ProgramRun {
    const args = ['-m', 'pip', `--python=${environmentPython}`, 'install', ...quiet];
    return {
      command: python,
      args: [...args, '--no-warn-script-location', ...files],
      environment: buildIndex === null ? apart : from(buildIndex),
    };
  }
}

/** Asks an index and nothing else: what requires another package by its address is refused before that address is asked. */
const ofIndexAlone = `
import runpy, sys
sys.path[:] = [path for path in sys.path if path != '']
from pip._internal.exceptions import InstallationError
from pip._internal.req import constructors
read = constructors.install_req_from_req_string
def read_named(text, comes_from=None, *others, **named):
    requirement = read(text, comes_from, *others, **named)
    if comes_from is not None and requirement.link is not None:
        raise InstallationError(f'{comes_from.name} requires "{text}", by an address: nothing but the store is asked')
    return requirement
constructors.install_req_from_req_string = read_named
`;

const pipOfIndex = `${ofIndexAlone}
runpy.run_module('pip', run_name='__main__', alter_sys=True)
`;

/**
 * pip in a process that can start no other. It asks an sdist what it needs by running it, and `--only-binary` does not apply
 * to what a requirement names by its address: the code of a plugin that belongs into a container would run outside of one.
 */
const pipAlone = `${ofIndexAlone}
starts = ('subprocess.Popen', 'os.exec', 'os.fork', 'os.forkpty', 'os.posix_spawn', 'os.spawn', 'os.startfile', 'os.system', 'pty.spawn')
def refuse(event, _):
    if event in starts:
        raise PermissionError('something has no wheel, and finding out what it needs would run its code outside of a container')
sys.addaudithook(refuse)
runpy.run_module('pip', run_name='__main__', alter_sys=True)
`;

/** What pip must know of a Python that is not its own; it builds nothing for one. */
function foreign({ version, tags }: TargetPython): string[] {
  const split = tags.map((tag) => tag.split('-'));
  const platforms = [...new Set(split.map(([, , platform]) => platform ?? ''))];
  const abis = [...new Set(split.map(([, abi]) => abi ?? ''))];
  return [
    '--only-binary=:all:',
    '--target=nowhere',
    `--python-version=${version}`,
    '--implementation=cp',
    ...abis.map((abi) => `--abi=${abi}`),
    ...platforms.map((platform) => `--platform=${platform}`),
  ];
}

function fileOf({
  metadata,
  download_info: { url, archive_info: info },
}: PipReport['install'][number]): ResolvedFile {
  const sha256 = info?.hashes?.sha256 ?? /^sha256=([0-9a-f]{64})$/.exec(info?.hash ?? '')?.[1];
  if (sha256 === undefined) throw unresolved(`the store's index has no SHA-256 of ${metadata.name}`);
  const address = new URL(url);
  address.hash = '';
  // pip shows the credential of the index in what it reports.
  address.username = '';
  address.password = '';
  const filename = decodeURIComponent(address.pathname.split('/').at(-1) ?? '');
  const { name, version } = metadata;
  return { name: normalizeName(name), version, filename, sha256, size: null, url: address.href };
}
