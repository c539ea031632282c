import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readAgentFile } from '#host';
import type { AgentFile, HostFolder } from '#host';
import { installInto, makeHostFolder, temporaryFolder } from '../host/host-folder.js';
import type { BenchContext, PartResult } from './bench-part.js';
import type { Row } from './report.js';
import { mebibytes, milliseconds } from './report.js';
import { quantile, spreadOf } from './spread.js';
import type { Spread } from './spread.js';

const mortise = fileURLToPath(new URL('../../../apps/cli/bin/mortise.js', import.meta.url));
const goals = { overheadMs: 3, restMegabytes: 100, failed: 0 };
const plugins = 20;
const perSecond = 50;

const code = (version: string): string => `
class Plugin:
    def greet(self, name: str = "world") -> dict:
        return {"greeting": "Hello, " + name, "version": "${version}"}
`;

/** `mortise run` as its owner starts it, on real back ends: what it adds to a call, what it needs, what a switch costs. */
export async function benchHostAgent({ options }: BenchContext): Promise<PartResult> {
  const path = temporaryFolder('bench');
  const folder = await makeHostFolder(path);
  const ids: string[] = [];
  for (let at = 0; at < (options.quick ? 2 : plugins); at += 1)
    ids.push(await installInto(folder, { plugin: `acme/tool-${at}`, version: '1.0.0', code: code('1.0.0') }));
  const child = await startAgent(folder);
  try {
    const agent = readAgentFile(folder);
    const rest = await memoryAtRest(child, options.quick ? 1 : 10);
    const overhead = await overheadOf(folder, agent, options.quick);
    const switches = await switchUnderLoad(folder, agent, ids[0]!, options.quick ? 1 : 8);
    return { rows: [overhead, rest, switches], profiles: [] };
  } finally {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
    rmSync(path, { recursive: true, force: true });
  }
}

async function startAgent(folder: HostFolder): Promise<ChildProcess> {
  const args = [mortise, 'run', '--json', '--port', '0', '--folder', folder.paths.root];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const { type } = JSON.parse(line) as { type: string };
    if (type === 'failed') throw new Error(`A plugin did not start: ${line}`);
    if (type === 'running') break;
  }
  child.stdout.resume();
  return child;
}

/** The resident memory of the agent alone, once nothing has happened for a while. */
async function memoryAtRest(child: ChildProcess, seconds: number): Promise<Row> {
  const seen: number[] = [];
  for (let at = 0; at < seconds; at += 1) {
    await sleep(1_000);
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    seen.push(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
  }
  const ours = spreadOf(seen);
  return row(
    `memory at rest with ${plugins} plugins`,
    mebibytes(ours),
    `≤ ${goals.restMegabytes} MB`,
    ours.median <= goals.restMegabytes,
  );
}

/** One call after the other through agent and shim, beside the same call within Python, round by round. */
async function overheadOf(folder: HostFolder, agent: AgentFile, isQuick: boolean): Promise<Row> {
  const [ours, inProcess]: [number[], number[]] = [[], []];
  const connection = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let round = 0; round < (isQuick ? 2 : 6); round += 1) {
    const calls = new Float64Array(isQuick ? 50 : 500);
    for (let at = 0; at < calls.length; at += 1)
      calls[at] = (await call(agent, connection, 'acme/tool-1')).ms;
    // The first round warms everything up.
    if (round > 0) ours.push(quantile(calls.sort(), 0.5));
    inProcess.push(await callWithin(folder));
  }
  connection.destroy();
  const floor = spreadOf(inProcess.slice(1));
  const overhead = spreadOf(ours.map((one) => one - floor.median));
  return {
    ...row(
      'a call through agent and shim, median',
      milliseconds(spreadOf(ours)),
      `≤ ${goals.overheadMs} ms more`,
      overhead.median <= goals.overheadMs,
    ),
    floor: milliseconds(floor),
    ratio: `+${overhead.median.toFixed(2)} ms`,
    note: 'floor: the method called within Python',
  };
}

async function callWithin(folder: HostFolder): Promise<number> {
  const { installations } = await folder.readState();
  const current = Object.values(installations)[0]?.current;
  if (!current) throw new Error('Nothing is installed.');
  const script = `
import time, tool
plugin, times = tool.Plugin(), []
for _ in range(2000):
    begun = time.perf_counter()
    plugin.greet(name="bench")
    times.append(time.perf_counter() - begun)
print(sorted(times)[1000] * 1000)`;
  const python = join(folder.paths.environment(current), 'bin', 'python');
  return Number(spawnSync(python, ['-I', '-c', script], { encoding: 'utf8' }).stdout);
}

interface Called {
  readonly ms: number;
  /** Null where it failed. */
  readonly version: string | null;
}

async function call(agent: AgentFile, connection: Agent, plugin: string): Promise<Called> {
  const begun = performance.now();
  const body = JSON.stringify({
    version: 'v1',
    type: 'action_start',
    body: { action: 'greet', input: { name: 'bench' }, meta: {} },
  });
  const asked = request(`${agent.address}/plugins/${plugin}/api/v1/actions/greet`, {
    method: 'POST',
    agent: connection,
    headers: {
      'content-type': 'application/json',
      'content-length': body.length,
      'mortise-agent-token': agent.call_token,
    },
  });
  asked.end(body);
  try {
    const [answer] = (await once(asked, 'response')) as [AsyncIterable<Buffer> & { statusCode?: number }];
    let text = '';
    for await (const chunk of answer) text += chunk.toString();
    const said = JSON.parse(text) as { body?: { output?: { version: string } } };
    return { ms: performance.now() - begun, version: said.body?.output?.version ?? null };
  } catch {
    return { ms: performance.now() - begun, version: null };
  }
}

/** A steady stream of calls while one version follows another. */
async function switchUnderLoad(
  folder: HostFolder,
  agent: AgentFile,
  id: string,
  times: number,
): Promise<Row> {
  const connection = new Agent({ keepAlive: true });
  const calls: Promise<Called>[] = [];
  const timer = setInterval(() => calls.push(call(agent, connection, 'acme/tool-0')), 1_000 / perSecond);
  try {
    for (let at = 1; at <= times; at += 1) {
      const version = `1.${at}.0`;
      await installInto(folder, { plugin: 'acme/tool-0', version, code: code(version) }, id);
      const answer = await fetch(`${agent.address}/agent/v1/switch`, {
        method: 'POST',
        headers: { 'mortise-agent-token': agent.control_token },
        body: JSON.stringify({ installation: id }),
      });
      const { outcome } = (await answer.json()) as { outcome: string };
      if (outcome !== 'switched') throw new Error(`A switch was ${outcome}.`);
      await sleep(500);
    }
  } finally {
    clearInterval(timer);
  }
  const done = await Promise.all(calls);
  connection.destroy();
  const failed = done.filter(({ version }) => version === null).length;
  const seen = new Set(done.map(({ version }) => version));
  if (seen.size < times + 1) throw new Error(`Only ${[...seen].join(', ')} answered.`);
  const took: Spread = spreadOf(done.map(({ ms }) => ms));
  const note = `${done.length} requests at ${perSecond}/s, ${times} switches, ${milliseconds(took)}`;
  return {
    ...row(
      'requests that failed while versions were switched',
      String(failed),
      `${goals.failed}`,
      failed === goals.failed,
    ),
    note,
  };
}

const row = (what: string, ours: string, goal: string, reached: boolean): Row => ({
  what,
  ours,
  floor: '',
  ratio: '',
  goal,
  reached,
  note: '',
});
