import { describePythonScript, runPythonScript } from '../../machine/python.js';
import { systemPackagesScript } from '../../machine/system-packages.js';
import type { SystemPackages } from '../../machine/system-packages.js';
import { runProgram } from '../../machine/run-program.js';
import { HostError } from '../../host-error.js';
import type { HostSettings } from '../../folder/host-file.js';
import { EnvironmentBuilder } from '../../runners/runner.js';
import type { EnvironmentRequest, TargetPython } from '../../runners/runner.js';
import type { BackendLimits } from '../../runners/backend-limits.js';
import type { Installer } from './installer.js';
import { PipInstaller } from './pip-installer.js';
import { UvInstaller } from './uv-installer.js';

/** This machine's Python, as it describes itself. */
export interface LocalPython extends TargetPython {
  /** Absolute: what a shim or a link of the name that was asked for leads to. */
  readonly executable: string;
}

/** Builds virtual environments for back ends that run as processes, with uv or pip. */
export class ProcessEnvironmentBuilder extends EnvironmentBuilder {
  readonly kind = 'process';
  private described: Promise<LocalPython> | undefined;
  private chosen: Promise<Installer> | undefined;

  constructor(private readonly settings: Pick<HostSettings, 'python' | 'installer'>) {
    super();
  }

  override describe(_: BackendLimits, signal?: AbortSignal): Promise<LocalPython> {
    return this.python(signal);
  }

  override async systemPackages(names: readonly string[], _: BackendLimits, signal?: AbortSignal) {
    const said = await runPythonScript(this.settings.python, systemPackagesScript(names), null, signal);
    return { ...(said as SystemPackages), system: 'This machine' };
  }

  /** Throws `program-missing`, `python-without-pip`, `python-failed`. */
  python(signal?: AbortSignal): Promise<LocalPython> {
    this.described ??= runPythonScript(this.settings.python, describePythonScript, null, signal).then(
      (described) => described as LocalPython,
    );
    this.described.catch(() => (this.described = undefined));
    return this.described;
  }

  /** Throws `installer-missing`. */
  installer(): Promise<Installer> {
    this.chosen ??= this.findInstaller();
    this.chosen.catch(() => (this.chosen = undefined));
    return this.chosen;
  }

  override async build(
    { environmentFolder, artifacts, buildIndex }: EnvironmentRequest,
    signal: AbortSignal,
  ): Promise<void> {
    const [installer, { executable: python }] = await Promise.all([this.installer(), this.python(signal)]);
    await installer.build({ python, environmentFolder, artifacts, buildIndex, signal });
  }

  private async findInstaller(): Promise<Installer> {
    const { installer } = this.settings;
    if (installer !== 'pip') {
      if (await answers('uv', ['--version'])) return new UvInstaller('uv');
      if (installer === 'uv')
        throw new HostError(
          'installer-missing',
          'host.json asks for uv, which is not on the PATH: install it, or set "installer" to "pip".',
        );
    }
    const { executable } = await this.python();
    if (await answers(executable, ['-m', 'pip', '--version'])) return new PipInstaller();
    throw new HostError(
      'installer-missing',
      `There is neither uv nor pip for ${executable}: install one of them (Debian: apt install python3-pip; or pip install uv).`,
    );
  }
}

const answers = async (command: string, args: readonly string[]): Promise<boolean> =>
  runProgram({ command, args }).then(
    ({ code }) => code === 0,
    () => false,
  );
