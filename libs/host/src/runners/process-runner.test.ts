import { spawn, spawnSync } from 'node:child_process';
import {
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { callAction, eventually, findPython, hoardingMethod, makePythonEnvironment } from '#testing';
import { readBackendLimits } from './backend-limits.js';
import { ProcessRunner } from './process-runner.js';
import { listProcesses } from './process-table.js';
import type { BackendToRun, RunningBackend } from './runner.js';

const python = findPython();
const linux = process.platform === 'linux';
const root = process.getuid?.() === 0;
/** CI says that these must run; elsewhere a machine without Python or Linux is told what it misses. */
const possible = linux && python !== undefined;
if (!possible) {
  const missing = linux ? 'Python 3.8 or newer' : 'Linux';
  if (process.env['CI']) throw new Error(`the process runner's tests need ${missing}`);
  process.stderr.write(`process runner: not tried, since there is no ${missing} here\n`);
}
const proofs = possible ? describe : describe.skip;

const plugin = `
import os, subprocess, sys, threading, time

class Plugin:
    def load(self, context):
        self.context = context

    def version(self) -> str:
        return os.environ.get("NOBODY_SET_THIS") or self.context.version

    def who(self):
        return {"user": os.getuid(), "session": os.getsid(0), "folder": os.getcwd(), "variables": sorted(os.environ)}

    def key(self):
        return {"characters": len(self.context.key or "")}

    def eat(self, mebibytes: int):
        kept = []
        for _ in range(mebibytes):
            kept.append(bytearray(os.urandom(1024) * 1024))
        return len(kept)

    def crash(self):
        os._exit(9)

    def hang(self):
        import re
        re.match(r"(a+)+$", "a" * 64 + "b")

    def forks(self):
        while True:
            try:
                if os.fork() == 0:
                    time.sleep(60)
            except OSError:
                time.sleep(0.2)

    def orphan(self):
        script = "import os, time; os.setsid(); os.fork() and os._exit(0); os.setsid(); open(%r, 'w').write(str(os.getpid())); time.sleep(300)"
        subprocess.Popen([sys.executable, "-c", script % str(self.context.cache / "orphan")])
        while not (self.context.cache / "orphan").exists() or not (self.context.cache / "orphan").read_text():
            time.sleep(0.02)
        return (self.context.cache / "orphan").read_text()

    def escape(self):
        script = "import os, sys, time; os.setsid(); os.fork() and os._exit(0); os.execve(sys.executable, [sys.executable, '-S', '-c', %r], {})"
        script = script % ("import os, time; open(%r, 'w').write(str(os.getpid())); time.sleep(300)" % str(self.context.cache / "escaped"))
        subprocess.Popen([sys.executable, "-c", script])
        while not (self.context.cache / "escaped").exists() or not (self.context.cache / "escaped").read_text():
            time.sleep(0.02)
        return (self.context.cache / "escaped").read_text()

    def flood(self):
        while True:
            print("x" * 10000)

    def say(self, text: str):
        print(text)

    def files(self):
        kept = []
        try:
            for _ in range(5000):
                kept.append(open("/dev/null"))
        except OSError as error:
            return {"opened": len(kept), "error": error.errno}

    def reads(self, path: str):
        try:
            with open(path) as file:
                return file.read(20)
        except OSError as error:
            return type(error).__name__

    def writes(self, path: str):
        try:
            with open(path, "w") as file:
                file.write("x")
            return "written"
        except OSError as error:
            return type(error).__name__

    def slow(self, seconds: float):
        (self.context.cache / "begun").touch()
        time.sleep(seconds)
        return "done"

${hoardingMethod}

    def digs(self):
        os.chdir(os.environ["TMPDIR"])
        os.mkdir("closed")
        open("closed/file", "w").close()
        for _ in range(100):
            os.mkdir("d" * 100)
            os.chdir("d" * 100)
        os.chmod(os.environ["TMPDIR"] + "/closed", 0)

    def burn(self, processes: int, seconds: float):
        script = "import time\\nend = time.time() + %f\\nwhile time.time() < end: pass" % seconds
        before = os.times()
        for child in [subprocess.Popen([sys.executable, "-S", "-c", script]) for _ in range(processes)]:
            child.wait()
        after = os.times()
        used = after.children_user + after.children_system - before.children_user - before.children_system
        return used / (after.elapsed - before.elapsed)
`;

let scratch: string;
let environmentFolder: string;
const running: RunningBackend[] = [];

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'mortise-runner-'));
  if (possible)
    environmentFolder = makePythonEnvironment(join(scratch, 'environment'), 'tried', { 'tried.py': plugin });
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((backend) => backend.stop(0)));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let count = 0;
function backendToRun(runtime: Record<string, unknown> = {}, more: Partial<BackendToRun> = {}): BackendToRun {
  count += 1;
  const folder = join(scratch, `installation-${count}`);
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'config.json'),
    JSON.stringify({ config: { token: 'very-secret' }, secrets: ['token'] }),
  );
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
    limits: readBackendLimits({ memory: '256Mi', processes: 24, ...runtime }),
    ...more,
  };
}

async function start(runner: ProcessRunner, backend: BackendToRun): Promise<RunningBackend> {
  const started = await runner.start(backend, AbortSignal.timeout(30_000));
  running.push(started);
  return started;
}

const call = (backend: RunningBackend, action: string, input = {}) =>
  callAction(backend.address, action, input);

const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

/** Every way in which this machine can hold a process; each promise is kept in all of them. */
const ways: readonly (readonly [string, () => ProcessRunner])[] = [
  ['by cgroups', () => new ProcessRunner({ python: python! })],
  ['by the process’s own limits', () => new ProcessRunner({ python: python!, cgroups: 'off' })],
];

proofs.each(ways)('a back end as a process, held %s', (_, make) => {
  it('two versions answer at once with different results', async () => {
    const runner = make();
    const [one, other] = await Promise.all([
      start(runner, backendToRun()),
      start(runner, backendToRun({}, { version: '2.0.0' })),
    ]);
    const answers = await Promise.all([call(one, 'version'), call(other, 'version')]);
    expect(answers.map(({ output }) => output)).toEqual(['1.0.0', '2.0.0']);
  });

  it('has a session, folder and few variables of its own, and never the agent’s user when that is root', async () => {
    const one = await start(make(), backendToRun());
    const { output } = await call(one, 'who');
    expect(output.variables).toEqual(
      expect.not.arrayContaining(['MORTISE_PLUGIN_KEY', 'npm_config_cache', 'SSH_AUTH_SOCK', 'USER']),
    );
    expect(output.variables.length).toBeLessThan(12);
    expect(output.folder).toContain(join(scratch, 'run', 'b-'));
    if (root) expect(output.user).toBeGreaterThan(10_000);
  });

  it('is ended when it eats memory, and says so, while its neighbour answers', async () => {
    const runner = make();
    const [hungry, neighbour] = await Promise.all([
      start(runner, backendToRun({ memory: '100Mi' })),
      start(runner, backendToRun()),
    ]);
    const eaten = await call(hungry, 'eat', { mebibytes: 2000 }).catch(String);
    if (typeof eaten === 'object') {
      // The process itself was refused more: the call failed and nothing else did.
      expect(eaten).toMatchObject({ status: 500 });
    } else {
      expect(await hungry.ended).toMatchObject({ limit: 'memory' });
    }
    expect(await call(neighbour, 'version')).toMatchObject({ output: '1.0.0' });
  });

  it('is ended when it forks without end, with all that it forked, while its neighbour answers', async () => {
    const runner = make();
    const [bomb, neighbour] = await Promise.all([
      start(runner, backendToRun()),
      start(runner, backendToRun()),
    ]);
    const call1 = call(bomb, 'forks').catch(() => undefined);
    expect(await bomb.ended).toMatchObject({ limit: 'processes' });
    await call1;
    expect(await call(neighbour, 'version')).toMatchObject({ output: '1.0.0' });
  });

  it('leaves nothing behind, not even a child that made itself an orphan with a session of its own', async () => {
    const one = await start(make(), backendToRun());
    const orphan = Number((await call(one, 'orphan')).output);
    const visible = isAlive(orphan);
    await one.stop(2000);
    if (visible) expect(isAlive(orphan)).toBe(false);
    expect(readdirSync(join(scratch, 'run')).filter((name) => name.startsWith('b-'))).toEqual([]);
  });

  (root ? it : it.skip)(
    'leaves nothing behind, not even such an orphan with an environment of its own, and leaves its sibling alone',
    async () => {
      const runner = make();
      const backend = backendToRun();
      const [one, sibling] = await Promise.all([start(runner, backend), start(runner, backend)]);
      const escaped = Number((await call(one, 'escape')).output);
      expect(isAlive(escaped)).toBe(true);
      await one.stop(2000);
      expect(isAlive(escaped)).toBe(false);
      expect(await call(sibling, 'version')).toMatchObject({ output: '1.0.0' });
    },
  );

  it('leaves nothing behind, not even folders that are deeper than a path is long, or closed', async () => {
    const one = await start(make(), backendToRun());
    await call(one, 'digs');
    await one.stop(2000);
    // A look at the disk may come before: what it can't look into counts as full.
    expect((await one.ended).reason).toMatch(/^it was stopped$|kept more files/);
    expect(readdirSync(join(scratch, 'run')).filter((name) => name.startsWith('b-'))).toEqual([]);
  });

  it.each(['files', 'names', 'deleted'])(
    'is ended when it fills its cache with %s, while its neighbour answers, and may go on once there is room',
    async (how) => {
      const runner = make();
      const backend = backendToRun({ disk: '64Mi' });
      const [greedy, neighbour] = await Promise.all([start(runner, backend), start(runner, backendToRun())]);
      void call(greedy, 'hoards', { how }).catch(() => undefined);
      expect(await greedy.ended).toMatchObject({ limit: 'disk' });
      expect(await call(neighbour, 'version')).toMatchObject({ output: '1.0.0' });
      for (const name of readdirSync(backend.cacheFolder)) rmSync(join(backend.cacheFolder, name));
      const again = await start(runner, backend);
      await sleep(3000);
      expect(await call(again, 'version')).toMatchObject({ output: '1.0.0' });
    },
  );

  it('keeps its log small, masks secrets in it, and is ended when it floods it', async () => {
    const backend = backendToRun();
    const one = await start(make(), backend);
    await call(one, 'say', { text: 'the key mrt_plugin_first and very-secret' });
    await eventually(() => readFileSync(backend.logFile, 'utf8').includes('the key ******** and ********'));
    void call(one, 'flood').catch(() => undefined);
    expect(await one.ended).toMatchObject({ limit: 'log' });
    const files = readdirSync(join(backend.logFile, '..')).filter((name) => name.startsWith('log'));
    const bytes = files.reduce((sum, name) => sum + statSync(join(backend.logFile, '..', name)).size, 0);
    expect(files.length).toBeLessThanOrEqual(4);
    expect(bytes).toBeLessThanOrEqual(33 * 2 ** 20);
  });

  it('opens no more files than it may', async () => {
    const one = await start(make(), backendToRun());
    const { output } = await call(one, 'files');
    expect(output.error).toBe(24);
    expect(output.opened).toBeLessThan(1024);
  });
});

proofs('a back end as a process', () => {
  const runner = new ProcessRunner(python === undefined ? {} : { python });

  it('is ended with the code that it crashed with', async () => {
    const backend = backendToRun();
    const one = await start(runner, backend);
    await expect(call(one, 'crash')).rejects.toThrow();
    expect(await one.ended).toMatchObject({ code: 9, reason: 'it ended with exit code 9' });
    expect(readFileSync(backend.logFile, 'utf8')).toContain('mortise: it ended with exit code 9. (');
  });

  it('is ended when it no longer answers at all, while its neighbour answers', async () => {
    const [stuck, neighbour] = await Promise.all([
      start(runner, backendToRun({ timeout: '2s' })),
      start(runner, backendToRun()),
    ]);
    void call(stuck, 'hang').catch(() => undefined);
    expect(await stuck.ended).toMatchObject({ limit: 'unresponsive' });
    expect(await call(neighbour, 'version')).toMatchObject({ output: '1.0.0' });
  });

  it('finishes what it has begun when it is stopped', async () => {
    const backend = backendToRun();
    const one = await start(runner, backend);
    const slow = call(one, 'slow', { seconds: 1 });
    await eventually(() => existsSync(join(backend.cacheFolder, 'begun')));
    await one.stop(20_000);
    expect(await slow).toMatchObject({ status: 200, output: 'done' });
    expect(await one.ended).toMatchObject({ code: 0, reason: 'it was stopped' });
  });

  it('reads a new key without being started again', async () => {
    const backend = backendToRun();
    const one = await start(runner, backend);
    expect(await call(one, 'key')).toMatchObject({ output: { characters: 'mrt_plugin_first'.length } });
    writeFileSync(`${backend.keyFile}.new`, 'mrt_plugin_second_and_longer', { mode: 0o600 });
    renameSync(`${backend.keyFile}.new`, backend.keyFile);
    await eventually(async () => {
      const { output } = await call(one, 'key');
      return output.characters === 'mrt_plugin_second_and_longer'.length;
    });
  });

  it('says what it printed when it can’t be loaded', async () => {
    const starting = runner.start(backendToRun({}, { component: 'Plugins' }), AbortSignal.timeout(20_000));
    await expect(starting).rejects.toMatchObject({ code: 'backend-failed' });
    await expect(starting).rejects.toThrow(/There is no Plugins in tried: looked at the modules tried/);
  });

  (root ? it : it.skip)(
    'reads no key, config or cache of another, and writes only where it may',
    async () => {
      const mine = backendToRun();
      const other = backendToRun();
      const [one] = await Promise.all([start(runner, mine), start(runner, other)]);
      const runs = readdirSync(join(scratch, 'run')).map((name) => join(scratch, 'run', name));
      const owned = (await call(one, 'who')).output.folder;
      const others = runs.filter((path) => path !== owned);
      for (const path of [
        other.keyFile,
        mine.keyFile,
        other.configFile,
        ...others.map((run) => join(run, 'key')),
      ]) {
        expect((await call(one, 'reads', { path })).output).toMatch(/PermissionError|FileNotFoundError/);
      }
      for (const path of ['/etc/mortise-test', join(other.cacheFolder, 'x'), join(environmentFolder, 'x')]) {
        expect((await call(one, 'writes', { path })).output).toMatch(/Error$/);
      }
      expect((await call(one, 'writes', { path: join(mine.cacheFolder, 'x') })).output).toBe('written');
    },
  );

  (root ? it : it.skip)('gets no more of the processors than it may', async () => {
    const one = await start(runner, backendToRun({ cpu: 0.5 }));
    const { output } = await call(one, 'burn', { processes: 2, seconds: 3 });
    // Of a second; two that burn would use two (or what the cores have).
    expect(output).toBeLessThan(0.7);
  });

  (root ? it : it.skip)('is removed at the next start when its agent was killed', async () => {
    const backend = backendToRun();
    const program = `${startInAnotherProcess(backend, python!)}
      console.log((await starting).pid);
      setInterval(() => undefined, 1000);`;
    const agent = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = Number(String(await new Promise((resolve) => agent.stdout.once('data', resolve))));
    expect(isAlive(pid)).toBe(true);
    agent.kill('SIGKILL');
    await new Promise((resolve) => agent.once('exit', resolve));
    await runner.removeLeftovers(backend.runFolder);
    expect(isAlive(pid)).toBe(false);
    expect(readdirSync(backend.runFolder).filter((name) => name.startsWith('b-'))).toEqual([]);
  });

  it('is not started where it can’t be held to its limits', async () => {
    if (!root) return;
    // Root by name alone: it may neither make namespaces nor groups, nor be another user.
    const dropped = ['sys_admin', 'setuid', 'setgid', 'chown', 'dac_override']
      .map((name) => `-${name}`)
      .join(',');
    const program = `${startInAnotherProcess(backendToRun(), python!)}
      await starting.then(() => console.log('started'), (error) => console.log(error.code));
      process.exit(0);`;
    const tried = spawnSync(
      'setpriv',
      [`--bounding-set=${dropped}`, process.execPath, '--input-type=module', '-e', program],
      {
        encoding: 'utf8',
      },
    );
    if (tried.error) return;
    expect(tried.stdout.trim()).toBe('limit-unavailable');
  });

  // The same promises for an agent that isn't root: this process stands in for one as another user.
  (root && existsSync('/usr/bin/python3') ? it : it.skip)(
    'is held in namespaces of its own where the agent isn’t root',
    async () => {
      const home = mkdtempSync(join(tmpdir(), 'mortise-runner-user-'));
      const backend = userBackend(home);
      for (const name of readdirSync(home, { recursive: true, encoding: 'utf8' }))
        chownSync(join(home, name), 65_534, 65_534);
      chownSync(home, 65_534, 65_534);
      const program = `${startInAnotherProcess(backend, '/usr/bin/python3')}
        import { readdirSync } from 'node:fs';
        import { request } from 'node:http';
        const call = (one, action) => new Promise((resolve) => {
          const asked = request({ ...one.address, method: 'POST', path: '/api/v1/actions/' + action }, (answer) => {
            let text = '';
            answer.on('data', (chunk) => (text += chunk));
            answer.on('end', () => resolve(JSON.parse(text).body.output));
          });
          asked.on('error', () => resolve('gone'));
          asked.end(JSON.stringify({ version: 'v1', type: 'action_start', body: { action, input: {} } }));
        });
        const first = await starting;
        const who = await call(first, 'who');
        await call(first, 'orphan');
        await call(first, 'digs');
        await first.stop(2000);
        const left = readdirSync(backend.runFolder).filter((name) => name.startsWith('b-'));
        const second = await runner.start(backend, AbortSignal.timeout(20000));
        void call(second, 'forks');
        const { limit } = await second.ended;
        console.log(JSON.stringify({ user: who.user, left, limit }));
        process.exit(0);`;
      const tried = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
        encoding: 'utf8',
        uid: 65_534,
        gid: 65_534,
        cwd: '/',
        timeout: 80_000,
      });
      const sleepers = listProcesses().filter(({ pid }) => startedFrom(pid, home));
      rmSync(home, { recursive: true, force: true });
      expect(tried.stderr).toBe('');
      expect(JSON.parse(tried.stdout)).toEqual({ user: 65_534, left: [], limit: 'processes' });
      expect(sleepers).toEqual([]);
    },
  );
});

function startedFrom(pid: number, home: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(home);
  } catch {
    return false;
  }
}

function startInAnotherProcess(backend: BackendToRun, interpreter: string): string {
  return `
    import { ProcessRunner } from ${JSON.stringify(new URL('./process-runner.js', import.meta.url).href)};
    const backend = ${JSON.stringify(backend)};
    const runner = new ProcessRunner({ python: ${JSON.stringify(interpreter)} });
    const starting = runner.start(backend, AbortSignal.timeout(20000));`;
}

function userBackend(home: string): BackendToRun {
  const environment = join(home, 'environment');
  makePythonEnvironment(environment, 'tried', { 'tried.py': plugin }, '/usr/bin/python3');
  const backend = backendToRun();
  for (const name of ['config.json', 'key'])
    copyFileSync(join(backend.keyFile, '..', name), join(home, name));
  return {
    ...backend,
    environmentFolder: environment,
    configFile: join(home, 'config.json'),
    keyFile: join(home, 'key'),
    cacheFolder: join(home, 'cache'),
    runFolder: join(home, 'run'),
    logFile: join(home, 'log'),
  };
}
