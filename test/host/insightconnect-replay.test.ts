import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Agent, ProcessRunner, readAgentFile, readBackendLimits } from '#host';
import { findPython, makePythonEnvironment } from '#testing';
import { ourBase64, ourHello, realBase64, realHello, startScript } from './insightconnect-plugins.js';
import { installInto, makeHostFolder } from './host-folder.js';

/**
 * Exchanges with the real InsightConnect runtime that were recorded beside the repository, or where TEST_CORPUS says. They are
 * replayed against the runtime itself behind our runner (PROOFS, since pip fetches it), and against components of ours.
 */
const corpus = resolve(process.env['TEST_CORPUS'] ?? '../shared/corpus', 'shim-traces.json');
const python = findPython();
const possible = existsSync(corpus) && process.platform === 'linux' && python !== undefined;
const recorded = existsSync(corpus)
  ? (JSON.parse(readFileSync(corpus, 'utf8')) as Recording)
  : { traces: {} };

interface Exchange {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly json?: unknown;
    readonly raw?: string;
  };
  readonly response: {
    readonly status: number;
    readonly content_type: string; /** What was recorded. */
    readonly body: ReturnType<typeof JSON.parse>;
  };
}
interface Recording {
  readonly traces: Readonly<Record<string, readonly Exchange[]>>;
}

const kept = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'mortise-insightconnect');
const scratch = mkdtempSync(join(tmpdir(), 'mortise-replay-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** The runtime that the exchanges were recorded with, in an environment of its own that is kept. */
function realRuntime(): string {
  const environment = join(kept, 'runtime-6.6.0');
  if (!existsSync(join(environment, 'done'))) {
    rmSync(environment, { recursive: true, force: true });
    for (const args of [
      ['-m', 'venv', environment],
      [join(environment, 'bin', 'pip'), 'install', '--quiet', 'insightconnect-plugin-runtime==6.6.0'],
    ]) {
      const [first = ''] = args;
      const done =
        first === '-m' ? spawnSync(python!, args) : spawnSync(join(environment, 'bin', 'python'), args);
      if (done.status !== 0) throw new Error(String(done.stderr));
    }
    writeFileSync(join(environment, 'done'), '');
  }
  return siteOf(environment);
}

function siteOf(environment: string): string {
  const lib = join(environment, 'lib');
  return join(lib, readdirSync(lib)[0]!, 'site-packages');
}

/** Where a plugin is asked. */
interface Door {
  readonly address: { readonly socketPath: string } | { readonly host: string; readonly port: string };
  readonly prefix: string;
  readonly headers: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

type Kind = 'real' | 'ours';

function planOf(plugin: string, kind: Kind) {
  const isBase64 = plugin === 'base64';
  const module = isBase64 ? 'icon_base64' : 'icon_hello_world';
  const cls = isBase64 ? 'Base64' : 'HelloWorld';
  const [real, ours] = isBase64 ? [realBase64, ourBase64] : [realHello, ourHello];
  const name = `${plugin.replace('_', '-')}-${kind}`;
  const make = (folder: string): void => {
    makePythonEnvironment(folder, name, {
      [`${module}/__init__.py`]: kind === 'real' ? real : ours,
      ...(kind === 'real' ? { [`../../../bin/${module}`]: startScript(module, cls) } : {}),
    });
    if (kind === 'real') cpSync(realRuntime(), siteOf(folder), { recursive: true, force: false });
    if (kind === 'real') chmodSync(join(folder, 'bin', module), 0o755);
  };
  const spec = recorded.traces[plugin]?.find(({ request: { path } }) => path === '/api/v1/spec?format=yaml');
  return {
    plugin: isBase64 ? 'rapid7/base64' : 'rapid7/hello-world',
    version: isBase64 ? '1.1.14' : '1.0.0',
    name: isBase64 ? 'Base64' : 'Hello World',
    descriptor: String(spec?.response.body ?? ''),
    backend: { package: name, component: kind === 'real' ? '' : `${module}:${cls}`, make },
  };
}

async function runnerDoor(plugin: string, kind: Kind): Promise<Door> {
  const plan = planOf(plugin, kind);
  const home = mkdtempSync(join(scratch, 'runner-'));
  const environmentFolder = join(home, 'environment');
  plan.backend.make(environmentFolder);
  writeFileSync(join(home, 'config.json'), '{}');
  writeFileSync(join(home, 'key'), 'mrt_plugin_key');
  writeFileSync(join(home, 'plugin.spec.yaml'), plan.descriptor);
  const backend = await new ProcessRunner({ python: python! }).start(
    {
      installation: plan.backend.package,
      plugin: plan.plugin,
      version: plan.version,
      interface: 'default',
      package: plan.backend.package,
      component: plan.backend.component,
      environmentFolder,
      configFile: join(home, 'config.json'),
      keyFile: join(home, 'key'),
      cacheFolder: join(home, 'data', 'one'),
      runFolder: join(home, 'run'),
      logFile: join(home, 'log'),
      descriptorFile: join(home, 'plugin.spec.yaml'),
      limits: readBackendLimits({}),
      meta: { name: plan.name },
    },
    AbortSignal.timeout(60_000),
  );
  return { address: backend.address, prefix: '', headers: {}, close: () => backend.stop(2000) };
}

async function agentDoor(plugin: string, kind: Kind): Promise<Door> {
  const folder = await makeHostFolder(mkdtempSync(join(scratch, 'agent-')));
  const plan = planOf(plugin, kind);
  await installInto(folder, { ...plan, code: '' });
  const agent = await Agent.start(folder.paths.root);
  const { address, call_token } = readAgentFile(folder);
  const { hostname, port } = new URL(address);
  return {
    address: { host: hostname, port },
    prefix: `/plugins/${plan.plugin}`,
    headers: { 'mortise-agent-token': call_token },
    close: () => agent.close(),
  };
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
}

function ask(door: Door, { request: asked }: Exchange): Promise<Answer> {
  const body = asked.raw ?? (asked.json === undefined ? undefined : JSON.stringify(asked.json));
  return new Promise((done, reject) => {
    const sent = request(
      {
        ...door.address,
        method: asked.method,
        path: door.prefix + asked.path,
        headers: {
          host: '127.0.0.1:10001',
          ...door.headers,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
      },
      (answer) => {
        let text = '';
        answer.on('data', (chunk) => (text += String(chunk)));
        answer.on('end', () => {
          done({
            status: answer.statusCode!,
            type: answer.headers['content-type'] ?? '',
            body: parsed(text),
          });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Everything but what belongs to a machine: tracebacks, which the recording cuts, and the number of processes. */
function comparable(body: ReturnType<typeof JSON.parse>): unknown {
  const log: unknown = body?.body?.log;
  if (typeof log === 'string') {
    const cut = log.replace(/\n(?:<traceback>|Traceback |Refused: |InvalidInput: )[^]*$/, '\n…');
    // Ours explains every failure; the runtime only those that a plugin explains itself.
    const { exception: _, ...rest } = body.body;
    return { ...body, body: { ...rest, log: cut } };
  }
  return body;
}

/** Which of the recorded exchanges are answered otherwise, and in what. */
async function differences(plugin: string, door: Door): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const exchange of exchangesOf(plugin, door)) {
    const answer = await ask(door, exchange);
    const { method, path, json } = exchange.request;
    const wanted = exchange.response;
    const parts = [
      ...(answer.status === wanted.status ? [] : [`status ${answer.status} for ${wanted.status}`]),
      ...(answer.type.split(';')[0] === wanted.content_type.split(';')[0] ? [] : [`type ${answer.type}`]),
      ...differing(comparable(wanted.body), comparable(answer.body), ''),
    ];
    const input = JSON.stringify((json as ReturnType<typeof JSON.parse>)?.body?.input ?? '');
    if (parts.length > 0) found[`${method} ${path} ${input === '""' ? '' : input}`.trim()] = parts.join(', ');
  }
  return found;
}

/** Paths at which two JSON values differ, members in any order. */
function differing(wanted: unknown, got: unknown, path: string): string[] {
  if (isDeepStrictEqual(wanted, got)) return [];
  if (!isMap(wanted) || !isMap(got)) return [path === '' ? 'the body' : path];
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(got)])].sort();
  return names.flatMap((name) => differing(wanted[name], got[name], path === '' ? name : `${path}.${name}`));
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** As docs/components.md lists them, with the reasons. */
const listed: Readonly<Record<string, readonly string[]>> = {
  base64: [
    'GET /api/v1/actions/encode',
    'GET /api/v1/api',
    'GET /api/v1/definitions/actions',
    'GET /api/v1/info',
    'GET /api/v1/spec',
    'GET /api/v1/spec?format=yaml',
    'GET /api/v1/workers',
  ],
  hello_world: [
    'GET /api/v1/connection',
    'GET /api/v1/definitions/actions',
    'POST /api/v1/tasks/monitor_events/test {}',
    'POST /api/v1/triggers/hello_trigger/test {"name":"x"}',
    'POST /api/v1/triggers/throw_exception_trigger/test {}',
  ],
};

const replay = possible ? describe : describe.skip;
if (!possible)
  process.stderr.write(`InsightConnect exchanges: not replayed, since there are none at ${corpus}\n`);

/** What ends a back end is its runner's to ask: the agent forwards neither that nor, so, what comes after it. */
function exchangesOf(plugin: string, door: Door): readonly Exchange[] {
  const all = recorded.traces[plugin] ?? [];
  const end = all.findIndex(({ request: { path } }) => path.endsWith('/admin/shutdown'));
  return door.prefix === '' || end < 0 ? all : all.slice(0, end);
}

const doors = { 'behind the runner': runnerDoor, 'behind the agent': agentDoor };
const tried = Object.keys(doors).flatMap((door) =>
  ['base64', 'hello_world'].map((plugin) => [plugin, door as keyof typeof doors] as const),
);

replay('the recorded exchanges with the InsightConnect runtime', () => {
  it.each(tried)(
    'are answered the same by a component of ours, but for what is listed: %s %s',
    async (plugin, name) => {
      const door = await doors[name](plugin, 'ours');
      try {
        expect(Object.keys(await differences(plugin, door)).sort()).toEqual(listed[plugin]);
      } finally {
        await door.close();
      }
    },
  );

  (process.env['PROOFS'] === undefined ? it.skip : it).each(tried)(
    'are answered the same by a real plugin under its own runtime: %s %s',
    async (plugin, name) => {
      const door = await doors[name](plugin, 'real');
      try {
        expect(await differences(plugin, door)).toEqual({});
      } finally {
        await door.close();
      }
    },
    240_000,
  );
});
