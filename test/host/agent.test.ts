import { afterEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Agent, readAgentFile } from '#host';
import type { AgentEvent, AgentOptions, HostFolder } from '#host';
import { eventually, findPython } from '#testing';
import { browserPath, openBrowser, withoutBrowser } from './browser.js';
import { installInto, makeHostFolder, temporaryFolder } from './host-folder.js';

const proofs = process.platform === 'linux' && findPython() !== undefined ? describe : describe.skip;
const inBrowser = browserPath === undefined ? it.skip : it;
const quick = { restartFirstMs: 50, restartLastMs: 100, failuresBeforeGivenUp: 3, drainMs: 5_000 };

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function newHost(): Promise<HostFolder> {
  const path = temporaryFolder('agent');
  cleanUps.push(() => rmSync(path, { recursive: true, force: true }));
  return makeHostFolder(path);
}

async function startAgent(folder: HostFolder, options: AgentOptions = {}) {
  const events: AgentEvent[] = [];
  const agent = await Agent.start(folder.paths.root, {
    limits: quick,
    onEvent: (event) => events.push(event),
    ...options,
  });
  cleanUps.push(() => agent.close());
  return { agent, events };
}

const says = (what: string, more = ''): string => `
import os, time

class Plugin:
    def load(self, context):
        context.register("menu", "main", {"label": ${JSON.stringify(what)}})

    def say(self, name: str = "world") -> str:
        return ${JSON.stringify(what)} + " " + name

    def wait(self, seconds: float) -> str:
        time.sleep(seconds)
        return ${JSON.stringify(what)}

    def crash(self):
        os._exit(3)
${more}`;

interface ControlAnswer {
  readonly outcome?: string;
  readonly plugins: readonly { readonly registrations: readonly object[] }[];
}

/** A call by the agent's control door, as the command line makes it. */
async function control(folder: HostFolder, path: string, body?: object): Promise<ControlAnswer> {
  const { address, control_token } = readAgentFile(folder);
  const answer = await fetch(`${address}/agent/v1/${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { 'mortise-agent-token': control_token },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return (await answer.json()) as ControlAnswer;
}

proofs('an agent on real back ends', () => {
  it('runs what the folder has, two versions of a plugin at once with answers of their own', async () => {
    const folder = await newHost();
    await installInto(folder, { version: '1.0.0', code: says('one') });
    const descriptor = 'name: tool\ntitle: Hammer & Nails\nversion: 2.0.0\nbackend: tool\nadded_later: 1\n';
    await installInto(folder, { version: '2.0.0', code: says('two'), descriptor });
    const { agent } = await startAgent(folder);
    expect(await agent.call('acme/tool', 'say', { name: 'you' })).toBe('two you');
    expect(await agent.call('ACME/Tool@1.0.0', 'say')).toBe('one world');
    expect(
      agent
        .status()
        .plugins.map(({ state, version }) => [version, state])
        .sort(),
    ).toEqual([
      ['1.0.0', 'running'],
      ['2.0.0', 'running'],
    ]);
    const listed = await (await fetch(`${agent.address}/web/plugins.json`)).json();
    expect((listed as { plugins: { name: string }[] }).plugins.map(({ name }) => name)).toEqual([
      'Hammer & Nails',
      'Tool',
    ]);
    const { installations } = await folder.readState();
    expect(Object.values(installations).map(({ wanted, current }) => [wanted, current?.version])).toEqual([
      [null, '1.0.0'],
      [null, '2.0.0'],
    ]);
    await expect(agent.call('acme/tool', 'nothing')).rejects.toMatchObject({ code: 'action-failed' });
    await expect(agent.call('acme/tool', 'say', { name: 5 })).rejects.toThrow(/name|5/);
    expect(statSync(folder.paths.agentFile).mode & 0o077).toBe(0);
    expect(statSync(folder.paths.agentSecret).mode & 0o077).toBe(0);
    await expect(Agent.start(folder.paths.root)).rejects.toMatchObject({
      code: 'folder-busy',
      message: expect.stringContaining(`already, at ${agent.address}`),
    });
  });

  it('contains what is broken: one that can’t start, one that crashes, and a damaged one leave the rest answering', async () => {
    const folder = await newHost();
    await installInto(folder, {
      plugin: 'acme/broken',
      version: '1.0.0',
      code: 'import nothing_of_that_name',
    });
    const damaged = await installInto(folder, { plugin: 'acme/damaged', version: '1.0.0', code: says('x') });
    await installInto(folder, { plugin: 'acme/weak', version: '1.0.0', code: says('weak') });
    await installInto(folder, { plugin: 'acme/strong', version: '1.0.0', code: says('strong') });
    const wanted = (await folder.readState()).installations[damaged]!.wanted!;
    writeFileSync(folder.paths.manifest(wanted), '{}');
    const { agent, events } = await startAgent(folder);
    expect(await agent.call('acme/strong', 'say')).toBe('strong world');
    const failed = events.filter(({ type }) => type === 'failed');
    expect(failed.map(({ plugin }) => plugin).sort()).toEqual(['acme/broken', 'acme/damaged']);
    expect(failed.find(({ plugin }) => plugin === 'acme/broken')?.data['message']).toContain(
      'nothing_of_that_name',
    );
    expect(
      agent
        .status()
        .failed.map(({ plugin, version }) => [plugin, version])
        .sort(),
    ).toEqual([
      ['acme/broken', '1.0.0'],
      ['acme/damaged', '1.0.0'],
    ]);
    await agent.call('acme/weak', 'crash').catch(() => undefined);
    expect(await agent.call('acme/strong', 'say')).toBe('strong world');
    await eventually(() =>
      agent.call('acme/weak', 'say').then(
        (said) => said === 'weak world',
        () => false,
      ),
    );
    const about = events.filter(({ plugin }) => plugin === 'acme/weak').map(({ type }) => type);
    expect(about).toEqual(['registered', 'loaded', 'unregistered', 'warning', 'registered']);
  });

  inBrowser(`tells on its pages what did not come up, and why${withoutBrowser}`, async () => {
    const folder = await newHost();
    await installInto(folder, { plugin: 'acme/broken', version: '1.0.0', code: 'import no_such_module' });
    const id = await installInto(folder, { version: '1.0.0', code: says('one') });
    const { agent } = await startAgent(folder);
    await installInto(folder, { version: '1.1.0', code: 'import not_here' }, id);
    await control(folder, 'switch', { installation: id });
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(agent.link);
      const broken = page.locator('.card', { hasText: 'acme/broken' });
      expect(await broken.locator('.chip').textContent()).toBe('failed');
      expect(await broken.locator('pre').textContent()).toContain('no_such_module');
      const old = page.locator('.card', { hasText: 'acme/tool' });
      expect(await old.locator('.chip').textContent()).toBe('running');
      expect(await old.locator('.soft').textContent()).toBe('acme/tool');
      expect(await old.locator('pre').textContent()).toMatch(/^1\.1\.0 did not come up: [^]*not_here/);
      await page.goto(`${agent.address}/show/acme/broken`);
      expect(await page.locator('p.bad:visible').textContent()).toMatch(
        /^acme\/broken 1\.0\.0 did not come up: /,
      );
    } finally {
      await browser.close();
    }
  });

  it('switches by its control door while requests run, and keeps the old one when the new one is broken', async () => {
    const folder = await newHost();
    const id = await installInto(folder, { version: '1.0.0', code: says('one') });
    const { agent, events } = await startAgent(folder);
    const slow = agent.call('acme/tool', 'wait', { seconds: 1 });
    await installInto(folder, { version: '1.1.0', code: says('two') }, id);
    expect(await control(folder, 'switch', { installation: id })).toEqual({
      outcome: 'switched',
      version: '1.1.0',
    });
    expect(await agent.call('acme/tool', 'say')).toBe('two world');
    expect(await slow).toBe('one');
    await installInto(folder, { version: '1.2.0', code: 'raise ValueError("not today")' }, id);
    expect(await control(folder, 'switch', { installation: id })).toMatchObject({
      outcome: 'refused',
      version: '1.2.0',
      reason: expect.stringContaining('not today'),
    });
    expect(await agent.call('acme/tool', 'say')).toBe('two world');
    const state = (await folder.readState()).installations[id];
    expect([
      state?.current?.version,
      state?.previous?.version,
      state?.wanted,
      state?.failure?.version,
    ]).toEqual(['1.1.0', '1.0.0', null, '1.2.0']);
    expect(events.filter(({ type }) => type === 'updated').length).toBe(1);
    const status = await control(folder, 'status');
    expect(status.plugins[0]?.registrations).toEqual([
      { interface: 'default', kind: 'menu', id: 'main', what: { label: 'two' } },
    ]);
  });

  it('loses no request of 50 a second while versions follow each other', async () => {
    const folder = await newHost();
    const id = await installInto(folder, { version: '1.0.0', code: says('1.0.0') });
    await startAgent(folder);
    const { address, call_token } = readAgentFile(folder);
    const ask = async (): Promise<string> => {
      const answer = await fetch(`${address}/plugins/acme/tool/api/v1/actions/say`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'mortise-agent-token': call_token },
        body: JSON.stringify({
          version: 'v1',
          type: 'action_start',
          body: { action: 'say', input: {}, meta: {} },
        }),
      });
      const { body } = (await answer.json()) as { body?: { output?: string } };
      return body?.output ?? `failed with ${answer.status}`;
    };
    const answers = new Set<string>();
    const hear = async (): Promise<void> => void answers.add(await ask().catch(String));
    const asked: Promise<void>[] = [];
    const timer = setInterval(() => asked.push(hear()), 20);
    await eventually(() => answers.has('1.0.0 world'));
    for (const version of ['1.1.0', '1.2.0', '1.3.0']) {
      await installInto(folder, { version, code: says(version) }, id);
      expect(await control(folder, 'switch', { installation: id })).toMatchObject({ outcome: 'switched' });
      await eventually(() => answers.has(`${version} world`));
    }
    clearInterval(timer);
    await Promise.all(asked);
    expect([...answers].sort()).toEqual(['1.0.0 world', '1.1.0 world', '1.2.0 world', '1.3.0 world']);
  });

  it('tells the host what a plugin’s triggers yield, in order, and that one failed', async () => {
    const folder = await newHost();
    const code = `
class Plugin:
    def ticks(self, most: int):
        for n in range(most):
            yield {"n": n}
        raise ValueError("no more ticks")
`;
    await installInto(folder, { version: '1.0.0', code });
    const { events } = await startAgent(folder);
    const { address, call_token } = readAgentFile(folder);
    const answer = await fetch(`${address}/plugins/acme/tool/api/v1/triggers/ticks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'mortise-agent-token': call_token },
      body: JSON.stringify({
        version: 'v1',
        type: 'trigger_start',
        body: { trigger: 'ticks', input: { most: 300 }, meta: {} },
      }),
    });
    expect(answer.status).toBe(200);
    await eventually(() => events.some(({ data }) => data['code'] === 'trigger-failed'));
    const told = events.filter(({ type }) => type === 'plugin-event').map(({ data }) => data);
    expect(told).toEqual(Array.from({ length: 300 }, (_, n) => ({ source: 'ticks', event: { n } })));
    expect(events.at(-1)?.data['message']).toContain('no more ticks');
  });

  it('gives a plugin its owner’s configuration over its own, and follows what is removed', async () => {
    const folder = await newHost();
    const code = `
class Plugin:
    def connect(self, config):
        self.config = config

    def shown(self) -> dict:
        return self.config
`;
    const id = await installInto(folder, { version: '1.0.0', code });
    mkdirSync(dirname(folder.paths.config('acme/tool')), { recursive: true });
    writeFileSync(folder.paths.config('acme/tool'), '{"region": "eu"}');
    const { agent, events } = await startAgent(folder);
    expect(await agent.call('acme/tool', 'shown')).toEqual({ region: 'eu' });
    await folder.changeState((state) => {
      const { [id]: _, ...installations } = state.installations;
      return { ...state, installations };
    });
    await agent.reload();
    await expect(agent.call('acme/tool', 'shown')).rejects.toMatchObject({ code: 'plugin-not-found' });
    expect(events.at(-1)?.type).toBe('unloaded');
  });

  it('leaves nothing running when it is killed, and the next one serves again', async () => {
    const folder = await newHost();
    await installInto(folder, { version: '1.0.0', code: says('one') });
    const script = `import { Agent } from ${JSON.stringify(new URL('../../libs/host/src/index.js', import.meta.url).href)};
const agent = await Agent.start(${JSON.stringify(folder.paths.root)});
console.log(JSON.stringify(agent.status().plugins[0].backends[0].pid));`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
    const pid = Number(chunk.toString());
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const { agent } = await startAgent(folder);
    expect(await agent.call('acme/tool', 'say')).toBe('one world');
    await eventually(
      () => !existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z'),
    );
  });
});
