import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from '#host';
import type { AgentEvent, Host } from '#host';
import { buildWheel, eventually, findPython } from '#testing';
import { PluginStore } from './plugin-store.js';

const proofs = process.platform === 'linux' && findPython() !== undefined ? describe : describe.skip;

const wild = `
import os, time

class Plugin:
    def say(self) -> str:
        return "here"

    def crash(self):
        os._exit(9)

    def hang(self):
        import re
        re.match(r"(a+)+$", "a" * 64 + "b")

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

    def sockets(self):
        import socket
        kept = []
        while len(kept) < 10000:
            kept.append(socket.socket())

    def closes(self):
        os.closerange(3, 1024)
        time.sleep(60)

    def flood(self):
        while True:
            print("x" * 10000)
`;

proofs('plugins that misbehave', () => {
  let store: PluginStore;
  let host: Host;
  let agent: Agent;
  const events: AgentEvent[] = [];

  beforeAll(async () => {
    store = await PluginStore.start();
    await store.publish({ version: '1.0.0' });
    const metadata = 'Metadata-Version: 2.1\nName: acme-wild\nVersion: 1.0.0\nRequires-Python: >=3.8\n\n';
    const wheel = buildWheel({
      name: 'acme_wild',
      version: '1.0.0',
      files: { 'acme_wild/__init__.py': wild },
      metadata,
    });
    const descriptor = `name: Wild
version: 1.0.0
runtime: {memory: 128Mi, processes: 24, timeout: 2}
backend: {package: acme-wild, version: 1.0.0}
backend_component: Plugin
`;
    await store.publishRelease(descriptor, [['acme_wild-1.0.0-py3-none-any.whl', wheel]]);
    host = await store.makeHost('wild');
    await host.install('acme/tool');
    await host.install('acme/wild');
    agent = await Agent.start(host.folder.paths.root, {
      pollEveryMs: 60_000,
      limits: { restartFirstMs: 100, restartLastMs: 300, failuresBeforeGivenUp: 50 },
      onEvent: (event) => events.push(event),
    });
  });
  afterAll(async () => {
    await agent.close();
    await store.close();
  });

  const warnings = (): AgentEvent[] =>
    events.filter(({ type, plugin }) => type === 'warning' && plugin === 'acme/wild');

  const answersAgain = () => eventually(async () => (await agent.call('acme/wild', 'say')) === 'here');

  it.each(['crash', 'hang', 'eat', 'forks', 'flood', 'sockets', 'closes'])(
    'by %s are ended or held by their limits, while their neighbour answers, and serve again',
    async (deed) => {
      await answersAgain();
      const before = warnings().length;
      const call = { isOver: false };
      const done = agent.call('acme/wild', deed).then(
        () => 'done',
        (error: unknown) => String(error),
      );
      void done.then(() => (call.isOver = true));
      const isOfOneCall = ['hang', 'sockets'].includes(deed);
      const end = Date.now() + 60_000;
      while (Date.now() < end && !(call.isOver && (isOfOneCall || warnings().length > before))) {
        expect(await agent.call('acme/tool', 'version')).toBe('1.0.0');
        await sleep(50);
        // Python itself may refuse memory first, and that is an error of one call.
        if (call.isOver && deed === 'eat') break;
      }
      expect(await done).not.toBe('done');
      if (!isOfOneCall && deed !== 'eat') expect(warnings().length).toBeGreaterThan(before);
      await answersAgain();
    },
  );

  it('are told of in the store, to their publisher', async () => {
    await eventually(async () => {
      const { items } = await store.client.call('reportsOfPlugin', { publisher: 'acme', plugin: 'wild' });
      const messages = items.filter(({ kind }) => kind === 'warning').map(({ message }) => message);
      expect(messages).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^crashed: /),
          expect.stringMatching(/^limit-reached: .*process/),
          expect.stringMatching(/^limit-reached: .*log/),
        ]),
      );
    });
  });
});
