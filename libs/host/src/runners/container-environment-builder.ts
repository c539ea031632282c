import { randomBytes } from 'node:crypto';
import {
  chownSync,
  copyFileSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { HostError } from '../host-error.js';
import { hostLimits } from '../host-limits.js';
import { describePythonScript } from '../machine/python.js';
import { systemPackagesScript } from '../machine/system-packages.js';
import type { SystemPackages } from '../machine/system-packages.js';
import { lastLines } from '../machine/run-program.js';
import type { BackendLimits } from './backend-limits.js';
import { ContainerEngine } from './container-engine.js';
import type { ContainerSettings } from './container-engine.js';
import { killed } from './container-containment.js';
import { confined, inside } from './container-options.js';
import type { Mount } from './container-options.js';
import { EnvironmentBuilder } from './runner.js';
import type { EnvironmentRequest, TargetPython } from './runner.js';

/**
 * Builds wheels and environments inside the image that will run them, with its own Python, from verified files alone: with no
 * network, and as confined as the plugin itself, since building an sdist runs the plugin's code.
 */
export class ContainerEnvironmentBuilder extends EnvironmentBuilder {
  readonly kind = 'container';
  private readonly engine: ContainerEngine;

  constructor(
    settings: ContainerSettings,
    private readonly buildMs: number = hostLimits.containerBuildMs,
  ) {
    super();
    this.engine = new ContainerEngine(settings);
  }

  async describe(limits: BackendLimits, signal: AbortSignal): Promise<TargetPython> {
    const { stdout } = await this.inImage(limits, [], describePythonScript, signal);
    return JSON.parse(stdout) as TargetPython;
  }

  async systemPackages(names: readonly string[], limits: BackendLimits, signal: AbortSignal) {
    const { image, stdout } = await this.inImage(limits, [], systemPackagesScript(names), signal);
    return { ...(JSON.parse(stdout) as SystemPackages), system: image };
  }

  async build(
    { environmentFolder, artifacts, limits }: EnvironmentRequest,
    signal: AbortSignal,
  ): Promise<void> {
    const target = resolve(environmentFolder);
    const wheels = `${target}.wheels`;
    rmSync(target, { recursive: true, force: true });
    try {
      for (const folder of [target, wheels]) mkdirSync(folder, { recursive: true, mode: 0o755 });
      for (const { path } of artifacts) copyFileSync(path, join(wheels, basename(path)));
      const lines = artifacts.map(
        ({ path, name, sha256 }) =>
          `${name} @ file://${inside.wheels}/${encodeURIComponent(basename(path))} --hash=sha256:${sha256}`,
      );
      writeFileSync(join(wheels, 'requirements.txt'), `${lines.join('\n')}\n`);
      give(builder(), target);
      await this.inImage(
        limits,
        [
          { from: wheels, to: inside.wheels },
          { from: target, to: inside.environment, writable: true },
        ],
        buildScript,
        signal,
      );
      // From here on it is nobody's to change; containers see it read-only anyhow.
      give(process.getuid?.() ?? 0, target);
    } finally {
      rmSync(wheels, { recursive: true, force: true });
    }
  }

  /** The wheel of an sdist, built with what lies in `tools`. Nothing that it writes reaches this machine's disk. */
  async buildWheel(
    { sdist, tools, limits }: WheelRequest,
    signal: AbortSignal,
  ): Promise<{ readonly filename: string; readonly bytes: Buffer }> {
    const { stdout } = await this.inImage(
      limits,
      [
        { from: resolve(sdist.path), to: `${inside.sdist}/${basename(sdist.path)}` },
        { from: resolve(tools), to: inside.tools },
      ],
      wheelScript(sdist),
      signal,
    );
    const said = /^([^\s/]+\.whl) ([A-Za-z0-9+/=]+)\n$/.exec(stdout);
    if (!said) throw failed(`Building ${sdist.name} ended without a wheel.`);
    return { filename: said[1] ?? '', bytes: Buffer.from(said[2] ?? '', 'base64') };
  }

  private async inImage(
    limits: BackendLimits,
    mounts: readonly Mount[],
    script: string,
    signal: AbortSignal,
  ) {
    const image = await this.engine.image(limits.image, signal);
    const roomy = { ...limits, memoryBytes: Math.max(limits.memoryBytes, hostLimits.containerBuildBytes) };
    const user = `${builder()}:${builder()}`;
    const name = `mortise-build-${randomBytes(8).toString('hex')}`;
    // Podman's monitor leaves a file named "oom" where it runs.
    const cwd = mkdtempSync(join(tmpdir(), 'mortise-build-'));
    const { containerBuildProcesses: processes, containerBuildTemporaryBytes: temporary } = hostLimits;
    const run = [
      'run',
      '--rm',
      '--interactive',
      `--name=${name}`,
      ...confined(roomy, processes, user, mounts, temporary),
      '--network=none',
      '--env=HOME=/tmp',
      '--workdir=/tmp',
      ...((await this.engine.isRootlessPodman()) ? ['--userns=keep-id'] : []),
      ...this.engine.settings.options,
      image,
      'python3',
      '-I',
      '-c',
      `${endsWithHostScript}${script}`,
    ];
    try {
      const done = await this.engine.execute(run, { isTied: true, timeoutMs: this.buildMs, signal, cwd });
      if (done.code === 0) return { ...done, image };
      const said = done.code === killed ? 'it needed more memory than it may have' : lastLines(done.stderr);
      throw failed(`The plugin's environment could not be built in ${image}: ${said}`);
    } catch (error) {
      // With the engine's command that was waited for, the container itself doesn't end.
      await this.engine.execute(['rm', '--force', name]).catch(() => undefined);
      if (!(error instanceof HostError) || !/^program-(?:slow|talkative)$/.test(error.code)) throw error;
      const why =
        error.code === 'program-slow' ? `took more than ${this.buildMs / 1000} s` : 'printed without end';
      throw failed(`The plugin's environment could not be built in ${image}: it ${why}.`);
    } finally {
      rmSync(cwd, { recursive: true, force: true });
    }
  }
}

const failed = (message: string): HostError => new HostError('environment-failed', message);

interface WheelRequest {
  readonly sdist: EnvironmentRequest['artifacts'][number];
  /** A folder with wheels. */
  readonly tools: string;
  readonly limits: BackendLimits;
}

/** The container ends with whoever started it, where he is killed too: nobody else would end what is built in it. */
const endsWithHostScript = `
import os, threading
held = os.dup(0)
os.dup2(os.open('/dev/null', os.O_RDONLY), 0)
threading.Thread(target=lambda: (os.read(held, 1), os._exit(1)), daemon=True).start()
`;

/** Puts `pip` in front of its arguments: pip of the image, or the one that its `venv` module installs from. */
const findPipScript = `
import glob, importlib.util, os, subprocess, sys
if importlib.util.find_spec('pip'):
    pip = ['-m', 'pip']
else:
    import ensurepip
    bundled = os.path.join(os.path.dirname(ensurepip.__file__), '_bundled')
    found = [w for p in (bundled, '/usr/share/python-wheels') for w in glob.glob(os.path.join(p, 'pip-*.whl'))]
    if not found:
        sys.exit('this image has no pip: it needs Python with its venv module')
    pip = [os.path.join(found[0], 'pip')]
quiet = ['--no-index', '--no-deps', '--require-hashes', '--no-input', '--no-cache-dir', '--quiet', '--disable-pip-version-check']
`;

const buildScript = `${findPipScript}
import venv
target = '${inside.environment}'
venv.EnvBuilder(symlinks=True, with_pip=False).create(target)
requirements = '${inside.wheels}/requirements.txt'
if os.path.getsize(requirements) > 1:
    done = subprocess.run([sys.executable, '-I', *pip, '--python', target + '/bin/python', 'install', *quiet,
        '--no-warn-script-location', '--requirement', requirements])
    sys.exit(done.returncode)
`;

/** Prints the name of the wheel and its bytes as base64. */
const wheelScript = ({
  path,
  name,
  sha256,
}: EnvironmentRequest['artifacts'][number]): string => `${findPipScript}
import base64
with open('/tmp/requirements.txt', 'w') as file:
    file.write(${JSON.stringify(`${name} @ file://${inside.sdist}/${encodeURIComponent(basename(path))} --hash=sha256:${sha256}\n`)})
done = subprocess.run([sys.executable, '-I', *pip, 'wheel', *quiet, '--find-links=${inside.tools}', '--wheel-dir=/tmp/wheel',
    '--requirement', '/tmp/requirements.txt'], stdout=sys.stderr)
if done.returncode != 0:
    sys.exit(done.returncode)
wheel, = glob.glob('/tmp/wheel/*.whl')
with open(wheel, 'rb') as file:
    print(os.path.basename(wheel), base64.b64encode(file.read()).decode())
`;

/** Who builds: never root inside. Files are given to the agent afterwards. */
const builder = (): number => {
  const own = process.getuid?.() ?? 1000;
  return own === 0 ? hostLimits.containerBuildUser : own;
};

function give(user: number, folder: string): void {
  if (process.getuid?.() !== 0) return;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    lchownSync(join(entry.parentPath, entry.name), user, user);
  }
  chownSync(folder, user, user);
}
