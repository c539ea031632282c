import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Agent, readAgentFile, withInstallation } from '#host';
import type { AgentEvent, AgentStatus, Host } from '#host';
import { buildWheel, eventually, findPython } from '#testing';
import { Typist, mortiseBin } from '../cli/mortise.js';
import { PluginStore, pluginSource } from './plugin-store.js';

const proofs = process.platform === 'linux' && findPython() !== undefined ? describe : describe.skip;

proofs('an agent and its store', () => {
  let store: PluginStore;
  const cleanUps: (() => unknown)[] = [];

  beforeAll(async () => {
    store = await PluginStore.start();
    await store.publish({ version: '1.0.0' });
    await store.publish({ version: '1.1.0' });
  });
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });
  afterAll(() => store.close());

  async function startAgent(host: Host, drainMs = 2_000) {
    const events: AgentEvent[] = [];
    const agent = await Agent.start(host.folder.paths.root, {
      pollEveryMs: 300,
      limits: {
        drainMs,
        pollRetryFirstMs: 200,
        pollRetryLastMs: 400,
        reportRetryFirstMs: 100,
        reportRetryLastMs: 300,
      },
      onEvent: (event) => events.push(event),
      onError: (error) => process.stderr.write(`${String(error)}\n`),
    });
    cleanUps.push(() => agent.close());
    return { agent, events };
  }

  const says = (agent: Agent, plugin = 'acme/tool') =>
    agent.call(plugin, 'version').catch((error: unknown) => (error as { code: string }).code);

  async function publishBackEnd(plugin: string, version: string, code: string): Promise<void> {
    const name = `acme_${plugin}`;
    const wheel = buildWheel({ name, version, files: { [`${name}.py`]: code } });
    const descriptor = `name: ${plugin}\nversion: ${version}\nbackend: {package: acme-${plugin}, version: ${version}, component: '${name}:Plugin'}\n`;
    await store.publishRelease(descriptor, [[`${name}-${version}-py3-none-any.whl`, wheel]]);
  }

  it('installs, updates and removes at once where it runs, and on every machine of its host', async () => {
    const one = await store.makeHost('machine-one');
    const other = await store.makeHost('machine-two', { key: await one.folder.readHostKey() });
    const first = await startAgent(one);
    const second = await startAgent(other);
    const { outcome } = await one.install('acme/tool@1.0.0');
    expect(outcome).toBe('switched');
    expect(await says(first.agent)).toBe('1.0.0');
    await eventually(async () => (await says(second.agent)) === '1.0.0');
    await one.update('acme/tool@1.1.0');
    expect(await says(first.agent)).toBe('1.1.0');
    await eventually(async () => (await says(second.agent)) === '1.1.0');
    expect(second.events.filter(({ type }) => type === 'updated').map(({ data }) => data['from'])).toEqual([
      '1.0.0',
    ]);
    // Before it is removed: then the store takes no report of it any more.
    await eventually(async () => {
      const { items } = await store.client.call('reportsOfPlugin', { publisher: 'acme', plugin: 'tool' });
      return items.filter(({ kind }) => kind === 'loaded').length >= 4;
    });
    await one.remove('acme/tool');
    expect(await says(first.agent)).toBe('plugin-not-found');
    await eventually(async () => (await says(second.agent)) === 'plugin-not-found');
  });

  it('takes up at its next look what an update had ready that was killed before it asked for the switch', async () => {
    const host = await store.makeHost('killed-update');
    const { agent } = await startAgent(host);
    const { installation } = await host.install('acme/tool@1.0.0');
    await host.update('acme/tool@1.1.0');
    expect(await store.listed(host)).toMatchObject([{ version: '1.1.0' }]);
    await host.folder.changeState((state) =>
      withInstallation(state, installation.id, (one) => ({
        ...one,
        wanted: one.previous,
        tell: { version: '1.0.0' },
      })),
    );
    await eventually(async () => (await says(agent)) === '1.0.0');
    // Nobody but the agent is there to tell it.
    await eventually(async () => (await store.listed(host))[0]?.version === '1.0.0');
  });

  it('runs no more what is quarantined on its way to what another machine went to', async () => {
    const one = await store.makeHost('left-one');
    const other = await store.makeHost('left-other', { key: await one.folder.readHostKey() });
    const { agent, events } = await startAgent(other);
    await one.install('acme/tool@1.1.0');
    await eventually(async () => (await says(agent)) === '1.1.0');
    const release = { publisher: 'acme', plugin: 'tool', version: '1.1.0' };
    const admin = await store.asAdmin();
    await admin.call('quarantineRelease', { ...release, body: { reason: 'It steals.' } });
    await eventually(() => agent.status().stopped.length === 1);
    await startAgent(one);
    await one.update('acme/tool@1.0.0');
    await eventually(async () => (await says(agent)) === '1.0.0');
    expect(agent.status().stopped).toEqual([]);
    const loaded = events.filter(({ type }) => type === 'loaded').map(({ version }) => version);
    expect(loaded).toEqual(['1.1.0', '1.0.0']);
    await admin.call('liftReleaseQuarantine', release);
  });

  it('goes to what was quarantined when another machine went there, once it is so no more', async () => {
    const one = await store.makeHost('lifted-one');
    const other = await store.makeHost('lifted-other', { key: await one.folder.readHostKey() });
    const { agent } = await startAgent(other);
    await one.install('acme/tool@1.0.0');
    await eventually(async () => (await says(agent)) === '1.0.0');
    const following = cleanUps.pop();
    await following?.();
    await startAgent(one);
    await one.update('acme/tool@1.1.0');
    const release = { publisher: 'acme', plugin: 'tool', version: '1.1.0' };
    const admin = await store.asAdmin();
    await admin.call('quarantineRelease', { ...release, body: { reason: 'It steals.' } });
    const { agent: again, events } = await startAgent(other);
    await eventually(() => events.some(({ data }) => data['code'] === 'quarantined'));
    await admin.call('liftReleaseQuarantine', release);
    await eventually(async () => (await says(again)) === '1.1.0');
  });

  it('keeps stopped what was, also where it starts without the store, until the store says otherwise', async () => {
    const host = await store.makeHost('stopped');
    const { agent } = await startAgent(host);
    await host.install('acme/tool@1.0.0');
    const release = { publisher: 'acme', plugin: 'tool', version: '1.0.0' };
    const admin = await store.asAdmin();
    await admin.call('quarantineRelease', { ...release, body: { reason: 'It steals.' } });
    await eventually(() => agent.status().stopped.length === 1);
    await cleanUps.pop()?.();
    const known = await host.folder.readHost();
    await host.folder.writeHost({ ...known, store: { ...known.store, address: 'http://127.0.0.1:9' } });
    const { agent: again, events } = await startAgent(host);
    expect(again.status().stopped).toMatchObject([{ code: 'quarantined' }]);
    expect(await says(again)).toBe('plugin-not-found');
    await host.folder.writeHost(known);
    await admin.call('liftReleaseQuarantine', release);
    await eventually(async () => (await says(again)) === '1.0.0');
    expect(events.filter(({ type }) => type === 'loaded')).toHaveLength(1);
    expect(Object.values((await host.state()).installations)).not.toContainEqual(
      expect.objectContaining({ stopped: expect.anything() }),
    );
  });

  it('writes down what it stops before that has ended, so that no later agent runs it', async () => {
    const host = await store.makeHost('draining');
    // Where the back end may look, too.
    const end = join(tmpdir(), `mortise-end-${randomUUID()}`);
    cleanUps.push(() => rmSync(end, { force: true }));
    await publishBackEnd(
      'draining',
      '1.0.0',
      `import os, time
class Plugin:
    def version(self) -> str:
        while not os.path.exists("${end}"):
            time.sleep(0.05)
        return "1.0.0"
`,
    );
    const { agent } = await startAgent(host, 60_000);
    const { installation } = await host.install('acme/draining');
    const answers: unknown[] = [];
    const call = says(agent, 'acme/draining').then((answer) => answers.push(answer));
    const admin = await store.asAdmin();
    const release = { publisher: 'acme', plugin: 'draining', version: '1.0.0' };
    await admin.call('quarantineRelease', { ...release, body: { reason: 'It steals.' } });
    await eventually(async () => (await host.state()).installations[installation.id]?.stopped !== undefined);
    expect(answers).toEqual([]);
    writeFileSync(end, '');
    await call;
  });

  it('takes up by itself what could not be made ready once that is mended, and says until then why', async () => {
    const host = await store.makeHost('configured');
    await host.install('acme/tool@1.0.0');
    const first = await startAgent(host);
    await cleanUps.pop()?.();
    expect(first.events.some(({ type }) => type === 'loaded')).toBe(true);
    const config = host.folder.paths.config('acme/tool');
    mkdirSync(dirname(config), { recursive: true });
    writeFileSync(config, '{bad');
    const { agent, events } = await startAgent(host);
    await eventually(() => agent.status().store?.state === 'followed');
    expect((await host.agentStatus())?.failed).toMatchObject([{ version: '1.0.0', code: 'invalid-config' }]);
    writeFileSync(config, '{}');
    await eventually(async () => (await says(agent)) === '1.0.0');
    expect(agent.status().failed).toEqual([]);
    expect(events.filter(({ type }) => type === 'failed')).toHaveLength(1);
  });

  it('acts on what the store says of what it has: stops what is quarantined or revoked, warns of what is yanked', async () => {
    const host = await store.makeHost('warned');
    const { agent, events } = await startAgent(host);
    // By its address it is no pin, of which no news would be told.
    const { installation } = await host.install(
      `${store.address}/api/v1/plugins/acme/tool/versions/1.0.0/manifest`,
    );
    const codes = () => events.filter(({ type }) => type === 'warning').map(({ data }) => data['code']);
    await eventually(() =>
      events.some(({ type, data }) => type === 'update-available' && data['to'] === '1.1.0'),
    );
    const release = { publisher: 'acme', plugin: 'tool', version: '1.0.0' };
    await store.client.call('yankRelease', { ...release, body: { reason: 'It forgets.' } });
    await eventually(() => codes().includes('yanked'));
    expect(await says(agent)).toBe('1.0.0');
    const said = '1.0.0 is yanked: It forgets. Go to 1.1.0 with `mortise update acme/tool`.';
    expect((await host.agentStatus())?.notices).toContainEqual(
      expect.objectContaining({ installation: installation.id, code: 'yanked', message: said }),
    );
    expect(await host.examine()).toContainEqual({
      name: 'plugins',
      state: 'lacking',
      message: `acme/tool: ${said}`,
    });
    const typist = new Typist(store.address);
    cleanUps.push(() => typist.leave());
    const { stdout } = await typist.run(['list', '--folder', host.folder.paths.root]);
    expect(stdout).toContain(`acme/tool 1.0.0 (${installation.id}): ${said}\n`);
    await store.client.call('unyankRelease', release);
    const admin = await store.asAdmin();
    await admin.call('quarantineRelease', { ...release, body: { reason: 'It steals.' } });
    await eventually(async () => (await says(agent)) === 'plugin-not-found');
    expect(agent.status().stopped).toEqual([
      { installation: installation.id, code: 'quarantined', message: expect.stringContaining('It steals.') },
    ]);
    // Nobody gets it to serve by asking the agent to start it anew.
    const { address, control_token } = readAgentFile(host.folder);
    const restarted = await fetch(`${address}/agent/v1/restart`, {
      method: 'POST',
      headers: { 'mortise-agent-token': control_token },
      body: JSON.stringify({ installation: installation.id }),
    });
    expect(await restarted.json()).toMatchObject({ outcome: 'refused', code: 'quarantined' });
    expect(await says(agent)).toBe('plugin-not-found');
    await admin.call('liftReleaseQuarantine', release);
    await eventually(async () => (await says(agent)) === '1.0.0');
    // What another release was stopped for is over when one serves that may.
    await host.update('acme/tool@1.1.0');
    await admin.call('quarantineRelease', { ...release, version: '1.1.0', body: { reason: 'It steals.' } });
    await eventually(() => agent.status().stopped.length === 1);
    expect(await host.rollback('acme/tool')).toMatchObject([{ to: '1.0.0', outcome: 'switched' }]);
    expect(agent.status().stopped).toEqual([]);
    await admin.call('liftReleaseQuarantine', { ...release, version: '1.1.0' });
    const key = (await host.state()).installations[installation.id]?.key_id ?? '';
    await store
      .clientOf(host)
      .then((client) => client.call('installationsRevokeKey', { installation: installation.id, key }));
    await eventually(async () => (await says(agent)) === 'plugin-not-found');
    expect(codes()).toContain('key-revoked');
    await host.rotateKeys('acme/tool');
    await eventually(async () => (await says(agent)) === '1.0.0');
  });

  it('shows no more what did not come up once it is not asked for any more', async () => {
    await publishBackEnd('brittle', '1.0.0', pluginSource('1.0.0'));
    await publishBackEnd('brittle', '1.1.0', 'raise RuntimeError\n');
    const host = await store.makeHost('brittle');
    const { agent } = await startAgent(host);
    await host.install('acme/brittle@1.0.0');
    expect(await host.update('acme/brittle@1.1.0')).toMatchObject([{ outcome: 'refused' }]);
    expect(agent.status().failed).toMatchObject([{ plugin: 'acme/brittle', version: '1.1.0' }]);
    expect(await host.update('acme/brittle@1.0.0')).toMatchObject([{ outcome: 'unchanged' }]);
    expect(agent.status().failed).toEqual([]);
    expect(await says(agent, 'acme/brittle')).toBe('1.0.0');
  });

  it('takes up another host key that was put into the folder while it runs', async () => {
    const host = await store.makeHost('mended');
    const key = await host.folder.readHostKey();
    writeFileSync(host.folder.paths.hostKey, `mrt_host_${'0'.repeat(49)}\n`);
    const { agent } = await startAgent(host);
    await eventually(() => agent.status().store?.state === 'refused');
    writeFileSync(host.folder.paths.hostKey, `${key}\n`);
    await eventually(() => agent.status().store?.state === 'followed');
  });

  it('goes on without the store, starts without it, and tells it later what happened', async () => {
    const host = await store.makeHost('alone');
    const first = await startAgent(host);
    await host.install('acme/tool@1.1.0');
    await eventually(() => first.agent.status().store?.state === 'followed');
    await store.process.stop();
    await eventually(() => first.events.some(({ data }) => data['code'] === 'store-away'));
    expect(await says(first.agent)).toBe('1.1.0');
    await first.agent.close();
    cleanUps.pop();
    const second = await startAgent(host);
    expect(await says(second.agent)).toBe('1.1.0');
    await eventually(() => second.agent.status().store?.state === 'away');
    expect(second.agent.status().store?.reports_waiting).toBeGreaterThan(0);
    await store.startAgain();
    await eventually(() => second.agent.status().store?.state === 'followed');
    await eventually(() => second.agent.status().store?.reports_waiting === 0);
    expect(second.events.filter(({ data }) => data['code'] === 'store-away').length).toBe(1);
  });

  it('tells the store once what an agent had to say that was killed while the store was away', async () => {
    const host = await store.makeHost('killed');
    const { installation } = await host.install('acme/tool@1.1.0');
    const { root, reports } = host.folder.paths;
    const left = () => (existsSync(reports) ? readFileSync(reports, 'utf8') : '');
    await store.process.stop();
    const args = [mortiseBin, 'run', '--port', '0', '--poll', '1', '--folder', root];
    const killed = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    cleanUps.push(() => killed.kill('SIGKILL'));
    const ended = once(killed, 'exit');
    await once(killed.stdout, 'data');
    await eventually(() => left().includes('"loaded"'));
    const { address, control_token } = readAgentFile(host.folder);
    const headers = { 'mortise-agent-token': control_token };
    const asked = await fetch(`${address}/agent/v1/status`, { headers });
    const { plugins } = (await asked.json()) as AgentStatus;
    process.kill(plugins[0]!.backends[0]!.pid!, 'SIGKILL');
    await eventually(() => left().includes('"warning"'));
    killed.kill('SIGKILL');
    await ended;
    copyFileSync(reports, `${reports}.before`);
    await store.startAgain();
    const client = await store.clientOf(host);
    // The second time as if the next agent was killed before it wrote down that the store has them.
    for (let start = 0; start < 2; start++) {
      copyFileSync(`${reports}.before`, reports);
      const { agent } = await startAgent(host);
      await eventually(() => agent.status().store?.reports_waiting === 0);
      const { items } = await client.call('reportsList', { installation: installation.id });
      const warnings = items.filter(({ kind }) => kind === 'warning');
      expect(warnings).toEqual([expect.objectContaining({ version: '1.1.0', interface: 'default' })]);
      await agent.close();
      cleanUps.pop();
    }
  });
});
