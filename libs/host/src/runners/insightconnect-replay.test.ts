import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
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
import { findPython, makePythonEnvironment } from '#testing';
import { readBackendLimits } from './backend-limits.js';
import { ourBase64, ourHello, realBase64, realHello, startScript } from './insightconnect-plugins.js';
import { ProcessRunner } from './process-runner.js';
import type { RunningBackend } from './runner.js';

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

function environmentOf(
  plugin: string,
  kind: 'real' | 'ours',
): { folder: string; package: string; component: string } {
  const module = plugin === 'base64' ? 'icon_base64' : 'icon_hello_world';
  const cls = plugin === 'base64' ? 'Base64' : 'HelloWorld';
  const name = `${plugin.replace('_', '-')}-${kind}`;
  const folder = join(scratch, `${name}-environment`);
  const [real, ours] = plugin === 'base64' ? [realBase64, ourBase64] : [realHello, ourHello];
  makePythonEnvironment(folder, name, {
    [`${module}/__init__.py`]: kind === 'real' ? real : ours,
    ...(kind === 'real' ? { [`../../../bin/${module}`]: startScript(module, cls) } : {}),
  });
  if (kind === 'real') cpSync(realRuntime(), siteOf(folder), { recursive: true, force: false });
  if (kind === 'real') chmodSync(join(folder, 'bin', module), 0o755);
  return { folder, package: name, component: kind === 'real' ? '' : `${module}:${cls}` };
}

async function start(plugin: string, kind: 'real' | 'ours'): Promise<RunningBackend> {
  const { folder, package: name, component } = environmentOf(plugin, kind);
  const home = join(scratch, name);
  mkdirSync(home);
  writeFileSync(join(home, 'config.json'), '{}');
  writeFileSync(join(home, 'key'), 'mrt_plugin_key');
  const spec = recorded.traces[plugin]?.find(({ request: { path } }) => path === '/api/v1/spec?format=yaml');
  writeFileSync(join(home, 'plugin.spec.yaml'), spec?.response.body ?? '');
  return new ProcessRunner({ python: python! }).start(
    {
      installation: name,
      plugin: `rapid7/${plugin === 'base64' ? 'base64' : 'hello-world'}`,
      version: plugin === 'base64' ? '1.1.14' : '1.0.0',
      interface: 'default',
      package: name,
      component,
      environmentFolder: folder,
      configFile: join(home, 'config.json'),
      keyFile: join(home, 'key'),
      cacheFolder: join(scratch, 'data', name),
      runFolder: join(scratch, 'run'),
      logFile: join(home, 'log'),
      descriptorFile: join(home, 'plugin.spec.yaml'),
      limits: readBackendLimits({ memory: '512Mi' }),
      meta: { name: plugin === 'base64' ? 'Base64' : 'Hello World' },
    },
    AbortSignal.timeout(30_000),
  );
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
}

function ask(backend: RunningBackend, { request: asked }: Exchange): Promise<Answer> {
  const body = asked.raw ?? (asked.json === undefined ? undefined : JSON.stringify(asked.json));
  return new Promise((done, reject) => {
    const sent = request(
      {
        ...(backend.address as { socketPath: string }),
        method: asked.method,
        path: asked.path,
        headers: {
          host: '127.0.0.1:10001',
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
async function differences(plugin: string, backend: RunningBackend): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const exchange of recorded.traces[plugin] ?? []) {
    const answer = await ask(backend, exchange);
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
const listed: Readonly<Record<'ours' | 'real', Readonly<Record<string, readonly string[]>>>> = {
  ours: {
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
  },
  real: { base64: [], hello_world: [] },
};

const replay = possible ? describe : describe.skip;
if (!possible)
  process.stderr.write(`InsightConnect exchanges: not replayed, since there are none at ${corpus}\n`);

replay('the recorded exchanges with the InsightConnect runtime', () => {
  it.each(['base64', 'hello_world'])(
    'are answered the same by a component of ours, but for what is listed: %s',
    async (plugin) => {
      const backend = await start(plugin, 'ours');
      try {
        expect(Object.keys(await differences(plugin, backend)).sort()).toEqual(listed.ours[plugin]);
      } finally {
        await backend.stop(0);
      }
    },
  );

  (process.env['PROOFS'] === undefined ? it.skip : it).each(['base64', 'hello_world'])(
    'are answered the same by a real plugin under its own runtime, behind our runner: %s',
    async (plugin) => {
      const backend = await start(plugin, 'real');
      try {
        expect(await differences(plugin, backend)).toEqual({});
      } finally {
        await backend.stop(2000);
      }
    },
    240_000,
  );
});
