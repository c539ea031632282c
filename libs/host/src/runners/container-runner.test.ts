import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { spawn, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sha256Hex } from '#kernel';
import { buildSdist, buildWheel, callAction, hoardingMethod } from '#testing';
import { readBackendLimits } from './backend-limits.js';
import { ContainerEnvironmentBuilder } from './container-environment-builder.js';
import { ContainerRunner } from './container-runner.js';
import type { ContainerSettings } from './container-engine.js';
import type { BackendToRun, RunningBackend } from './runner.js';

/**
 * Real containers: `TEST_CONTAINER` is the engine's command, `TEST_CONTAINER_IMAGE` an image with Python and its venv module
 * (test/services/container/make-image.sh makes one), `TEST_CONTAINER_OPTIONS` what this machine needs beside.
 */
const {
  TEST_CONTAINER: command,
  TEST_CONTAINER_IMAGE: image,
  TEST_CONTAINER_OPTIONS: options = '',
} = process.env;
if (command === undefined)
  process.stderr.write(
    'container runner: not tried, since TEST_CONTAINER names no engine (npm run test:containers does)\n',
  );
const proofs = command === undefined ? describe.skip : describe;

const settings: ContainerSettings = {
  command: command ?? 'auto',
  image: image ?? null,
  options: options.split(' ').filter(Boolean),
  allowNetwork: false,
};

const plugin = `
import os, socket, subprocess, sys, time

class Plugin:
    def load(self, context):
        self.context = context

    def version(self) -> str:
        return self.context.version

    def who(self):
        with open("/proc/self/status") as file:
            status = dict(line.rstrip().split(":", 1) for line in file)
        return {"user": os.getuid(), "capabilities": int(status["CapEff"], 16) | int(status["CapBnd"], 16), "new_privileges": status["NoNewPrivs"].strip()}

    def network(self):
        interfaces = sorted(name for _, name in socket.if_nameindex())
        reached = []
        for address in (("192.0.2.1", 80), ("127.0.0.1", 22), ("10.0.0.1", 53), ("169.254.169.254", 80)):
            try:
                socket.create_connection(address, 1).close()
                reached.append(address[0])
            except OSError:
                pass
        try:
            socket.getaddrinfo("example.org", 80)
            reached.append("a name")
        except OSError:
            pass
        return {"interfaces": interfaces, "reached": reached}

    def writable(self):
        found = []
        for folder, folders, files in os.walk("/"):
            folders[:] = [] if folder in ("/proc", "/sys") else folders
            try:
                path = os.path.join(folder, "mortise-tried")
                open(path, "w").close()
                os.remove(path)
                found.append(folder)
            except OSError:
                pass
        return sorted(found)

    def overwrites(self, path: str):
        try:
            with open(path, "a") as file:
                file.write("x")
            return "written"
        except OSError as error:
            return type(error).__name__

    def eat(self):
        kept = []
        while True:
            kept.append(bytearray(os.urandom(1024) * 1024))

    def forks(self):
        while True:
            try:
                if os.fork() == 0:
                    time.sleep(60)
            except OSError:
                time.sleep(0.2)

    def burn(self):
        script = "import time\\nend = time.time() + 3\\nwhile time.time() < end: pass"
        before = os.times()
        for child in [subprocess.Popen([sys.executable, "-S", "-c", script]) for _ in range(2)]:
            child.wait()
        after = os.times()
        used = after.children_user + after.children_system - before.children_user - before.children_system
        return used / (after.elapsed - before.elapsed)

    def deaf(self):
        import ctypes, signal
        ctypes.CDLL(None).signal(signal.SIGTERM, ctypes.c_void_p(1))

${hoardingMethod}

    def fills(self):
        written = 0
        try:
            with open("/tmp/x", "wb") as file:
                while written < 2 ** 30:
                    written += file.write(b"x" * 2 ** 20)
        except OSError:
            pass
        os.remove("/tmp/x")
        return written
`;

let scratch: string;
let environmentFolder: string;
const running: RunningBackend[] = [];
const limits = readBackendLimits({ memory: '128Mi', processes: 24, cpu: 0.5 });

beforeAll(async () => {
  if (command === undefined) return;
  scratch = mkdtempSync(join(tmpdir(), 'mortise-container-'));
  const wheel = buildWheel({ name: 'tried', version: '1.0', files: { 'tried.py': plugin } });
  const path = join(scratch, 'tried-1.0-py3-none-any.whl');
  writeFileSync(path, wheel);
  const sha256 = sha256Hex(wheel);
  environmentFolder = join(scratch, 'release', 'environment');
  const builder = new ContainerEnvironmentBuilder(settings);
  const artifacts = [{ path, name: 'tried', version: '1.0', sha256 }];
  await builder.build(
    { environmentFolder, artifacts, limits, buildIndex: null },
    AbortSignal.timeout(60_000),
  );
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((backend) => backend.stop(0)));
});
afterAll(() => {
  if (command !== undefined) rmSync(scratch, { recursive: true, force: true });
});

let count = 0;
function backendToRun(more: Partial<BackendToRun> = {}): BackendToRun {
  count += 1;
  const folder = join(scratch, `installation-${count}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'config.json'), '{}');
  writeFileSync(join(folder, 'key'), 'mrt_plugin_first', { mode: 0o600 });
  return {
    installation: `installation-${count}`,
    plugin: 'acme/tried',
    version: '1.0.0',
    interface: 'default',
    package: 'tried',
    component: 'Plugin',
    environmentFolder,
    configFile: join(folder, 'config.json'),
    keyFile: join(folder, 'key'),
    cacheFolder: join(scratch, 'data', `installation-${count}`),
    runFolder: join(scratch, 'run'),
    logFile: join(folder, 'log'),
    limits,
    ...more,
  };
}

async function start(
  more: Partial<BackendToRun> = {},
  runner = new ContainerRunner(settings),
): Promise<RunningBackend> {
  const started = await runner.start(backendToRun(more), AbortSignal.timeout(60_000));
  running.push(started);
  return started;
}

const call = (backend: RunningBackend, action: string, input = {}) =>
  callAction(backend.address, action, input);

const containers = (): string[] => {
  const [program = '', ...global] = settings.command.split(' ');
  const listed = spawnSync(program, [...global, 'ps', '--all', '--format={{.Names}}'], { encoding: 'utf8' });
  return listed.stdout.split('\n').filter((name) => name.startsWith('mortise-'));
};

proofs('a back end in a container', () => {
  it('two versions answer at once with different results, and leave nothing when they are stopped', async () => {
    const [one, other] = await Promise.all([start(), start({ version: '2.0.0' })]);
    const answers = await Promise.all([call(one, 'version'), call(other, 'version')]);
    expect(answers.map(({ output }) => output)).toEqual(['1.0.0', '2.0.0']);
    await Promise.all([one.stop(2000), other.stop(2000)]);
    expect(await one.ended).toMatchObject({ reason: 'it was stopped' });
    expect(containers()).toEqual([]);
  });

  it('is nobody: a user that isn’t root, with no capability, and no way to get one', async () => {
    const { output } = await call(await start(), 'who');
    expect(output).toMatchObject({ capabilities: 0, new_privileges: '1' });
    expect(output.user).toBeGreaterThan(0);
  });

  it('reaches no network', async () => {
    const { output } = await call(await start(), 'network');
    expect(output).toEqual({ interfaces: ['lo'], reached: [] });
  });

  it('reaches no network that its descriptor asks for, as long as the host does not allow it', async () => {
    const asking = { limits: { ...limits, network: true } };
    expect((await call(await start(asking), 'network')).output.reached).toEqual([]);
  });

  it('writes to its own folders and to nothing else', async () => {
    const { output } = await call(await start(), 'writable');
    const own = [
      '/mortise/cache',
      '/mortise/run',
      '/tmp',
      '/var/tmp',
      '/dev/shm',
      '/dev/mqueue',
      '/run/lock',
    ];
    expect(output).toEqual(expect.arrayContaining(['/mortise/cache', '/mortise/run', '/tmp']));
    expect(output.filter((folder: string) => !own.includes(folder))).toEqual([]);
  });

  it('changes neither its key, nor its code, nor the shim', async () => {
    const one = await start();
    for (const path of [
      '/mortise/in/key',
      '/mortise/shim/mortise_shim/serve.py',
      '/etc/passwd',
      '/mortise/environment/pyvenv.cfg',
    ]) {
      expect((await call(one, 'overwrites', { path })).output).toMatch(/Error/);
    }
  });

  it('is ended when it eats memory, while its neighbour answers', async () => {
    const [hungry, neighbour] = await Promise.all([start(), start()]);
    void call(hungry, 'eat').catch(() => undefined);
    expect(await hungry.ended).toMatchObject({ limit: 'memory' });
    expect(await call(neighbour, 'version')).toMatchObject({ output: '1.0.0' });
  });

  it('is ended when it forks without end, while its neighbour answers', async () => {
    const [bomb, neighbour] = await Promise.all([start(), start()]);
    void call(bomb, 'forks').catch(() => undefined);
    expect(await bomb.ended).toMatchObject({ limit: 'processes' });
    expect(await call(neighbour, 'version')).toMatchObject({ output: '1.0.0' });
  });

  it('gets no more of the processors than it may', async () => {
    const { output } = await call(await start(), 'burn');
    expect(output).toBeLessThan(0.7);
  });

  it.each(['files', 'names', 'deleted'])(
    'is ended when it fills its cache with %s, while its neighbour answers',
    async (how) => {
      const greedy = { limits: { ...limits, diskBytes: 64 * 2 ** 20 } };
      const [one, neighbour] = await Promise.all([start(greedy), start()]);
      void call(one, 'hoards', { how }).catch(() => undefined);
      expect(await one.ended).toMatchObject({ limit: 'disk' });
      expect(await call(neighbour, 'version')).toMatchObject({ output: '1.0.0' });
    },
  );

  it('keeps no more temporary files than it may', async () => {
    const { output } = await call(await start(), 'fills');
    expect(output).toBeLessThanOrEqual(64 * 2 ** 20);
  });

  it('is removed at the next start when its agent was killed', async () => {
    const backend = backendToRun();
    const program = `
      import { ContainerRunner } from ${JSON.stringify(new URL('./container-runner.js', import.meta.url).href)};
      const runner = new ContainerRunner(${JSON.stringify(settings)});
      await runner.start(${JSON.stringify(backend)}, AbortSignal.timeout(30000));
      console.log('started');
      setInterval(() => undefined, 1000);`;
    const agent = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => agent.stdout.once('data', resolve));
    agent.kill('SIGKILL');
    await new Promise((resolve) => agent.once('exit', resolve));
    expect(containers()).toHaveLength(1);
    await new ContainerRunner(settings).removeLeftovers(backend.runFolder);
    expect(containers()).toEqual([]);
    expect(readdirSync(backend.runFolder).filter((name) => name.startsWith('b-'))).toEqual([]);
  });

  it('is stopped although it ignores TERM, and nothing else is said of it', async () => {
    const one = await start();
    await call(one, 'deaf');
    const began = Date.now();
    await one.stop(1000);
    expect(await one.ended).toEqual({ code: 137, reason: 'it was stopped' });
    expect(Date.now() - began).toBeGreaterThan(7000);
    expect(containers()).toEqual([]);
  });

  it('describes the Python of its image, whose wheels it takes', async () => {
    const described = await new ContainerEnvironmentBuilder(settings).describe(
      limits,
      AbortSignal.timeout(30_000),
    );
    expect(described.version).toMatch(/^3\.\d+\.\d+$/);
    expect(described.tags).toContain('py3-none-any');
    expect(described.markers).toMatchObject({ sys_platform: 'linux' });
  });

  it('refuses a wheel that isn’t the one that was verified', async () => {
    const path = join(
      scratch,
      readdirSync(scratch).find((name) => name.endsWith('.whl'))!,
    );
    const artifacts = [{ path, name: 'tried', version: '1.0', sha256: '0'.repeat(64) }];
    const folder = join(scratch, 'other', 'environment');
    const building = new ContainerEnvironmentBuilder(settings).build(
      { environmentFolder: folder, artifacts, limits, buildIndex: null },
      AbortSignal.timeout(60_000),
    );
    await expect(building).rejects.toMatchObject({ code: 'environment-failed' });
    await expect(building).rejects.toThrow(/hash/i);
  });
});

proofs('the build of an sdist in a container', () => {
  const sdistThat = (deed: string): { readonly path: string; readonly sha256: string } => {
    const entries = [
      ['pyproject.toml', '[build-system]\nrequires = []\nbuild-backend = "own"\nbackend-path = ["."]\n'],
      ['own.py', `${deed}\n`],
    ].map(([name, content]) => ({ name: `wild-1.0/${name!}`, content: content! }));
    const bytes = buildSdist({ name: 'wild', version: '1.0', entries });
    const path = join(scratch, 'wild-1.0.tar.gz');
    writeFileSync(path, bytes);
    return { path, sha256: sha256Hex(bytes) };
  };
  const build = (deed: string, more = {}) => {
    const sdist = { ...sdistThat(deed), name: 'wild', version: '1.0', ...more };
    const tools = mkdtempSync(join(scratch, 'tools-'));
    const builder = new ContainerEnvironmentBuilder(settings, 8000);
    return builder.buildWheel({ sdist, tools, limits }, AbortSignal.timeout(60_000));
  };

  it('is ended when it takes too long, with all that it started', async () => {
    const deed =
      'import subprocess, time\nsubprocess.Popen(["sleep", "600"])\nwhile True:\n    time.sleep(1)';
    const building = build(deed);
    await expect(building).rejects.toMatchObject({ code: 'environment-failed' });
    await expect(building).rejects.toThrow(/took more than 8 s/);
    expect(containers()).toEqual([]);
  });

  it('does not begin with an sdist that isn’t the one that was verified', async () => {
    const building = build('raise SystemExit("it ran")', { sha256: '0'.repeat(64) });
    await expect(building).rejects.toThrow(/hash/i);
    await expect(building).rejects.not.toThrow(/it ran/);
  });
});

describe('a machine without containers', () => {
  it('says how to get one, and starts nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mortise-no-container-'));
    const runner = new ContainerRunner({ ...settings, command: join(folder, 'no-engine') });
    const starting = runner.start(
      {
        ...{
          installation: 'one',
          plugin: 'acme/tried',
          version: '1.0.0',
          interface: 'default',
          package: 'tried',
        },
        component: 'Plugin',
        environmentFolder: folder,
        configFile: join(folder, 'config.json'),
        keyFile: join(folder, 'key'),
        cacheFolder: join(folder, 'cache'),
        runFolder: join(folder, 'run'),
        logFile: join(folder, 'log'),
        limits,
      },
      AbortSignal.timeout(10_000),
    );
    await expect(starting).rejects.toMatchObject({ code: 'container-unavailable' });
    await expect(starting).rejects.toThrow(/install Podman/);
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true, force: true });
  });
});
