import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { Agent } from '#host';
import type { Host } from '#host';
import { findPython } from '#testing';
import { freePort } from '../services/free-port.js';
import { browserPath, openBrowser, withoutBrowser } from './browser.js';
import { PluginStore } from './plugin-store.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const hello = join(root, 'dist/descriptors/hello-mortise/1.0.0');
const python = findPython();
const possible = process.platform === 'linux' && python !== undefined && browserPath !== undefined;
const shots = process.env['TEST_SCREENSHOTS'];

(possible ? describe : describe.skip)(`the hosts to begin from${withoutBrowser}`, () => {
  let store: PluginStore;
  let browser: Browser;
  const cleanUps: (() => unknown)[] = [];

  beforeAll(async () => {
    store = await PluginStore.start();
    await store.publishRelease(
      readFileSync(join(hello, 'plugin.yaml'), 'utf8'),
      ['hello_mortise-1.0.0-py3-none-any.whl', 'acme-hello-mortise-1.0.0.tgz'].map(
        (name) => [name, readFileSync(join(hello, name))] as const,
      ),
    );
    browser = await openBrowser();
  });
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });
  afterAll(async () => {
    await browser.close();
    await store.close();
  });

  /** Starts a program, and resolves with the address that it prints. */
  async function start(
    command: string,
    args: readonly string[],
    variables: Readonly<Record<string, string>>,
  ): Promise<string> {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...variables },
    });
    cleanUps.push(() => stop(child));
    for await (const line of createInterface({ input: child.stdout })) {
      const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(line)?.[0];
      if (address === undefined) continue;
      child.stdout.resume();
      return address;
    }
    throw new Error(`${command} ended before it listened.`);
  }

  async function stop(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGINT');
    await exited;
  }

  /** Opens the page, and has the plugin's component ask its back end. */
  async function greeted(address: string, name: string): Promise<Page> {
    const page = await browser.newPage();
    cleanUps.push(() => page.close());
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(address);
    await page.getByRole('button', { name: 'Say hello' }).click();
    await page.getByRole('button', { name: 'Hello, Mortise!' }).waitFor();
    if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`) });
    expect(faults).toEqual([]);
    return page;
  }

  it('in Node installs a plugin, shows its component, and is answered by its back end', async () => {
    const host = await store.makeHost('node-host');
    const folder = host.folder.paths.root;
    const address = await start(
      process.execPath,
      ['examples/node-host/host.mjs', folder, 'acme/hellomortise'],
      { PORT: '0' },
    );
    const page = await greeted(address, 'node-host');
    expect(await page.locator('section h2').allTextContents()).toEqual(['acme/hellomortise']);
    const foreign = await fetch(`${address}plugins/acme/hellomortise/api/v1/info`, {
      headers: { 'sec-fetch-site': 'cross-site' },
    });
    expect(foreign.status).toBe(403);
  });

  it('in Django, beside an agent, shows its component, and is answered by its back end', async () => {
    const host: Host = await store.makeHost('django-host');
    await host.install('acme/hellomortise');
    const agent = await Agent.start(host.folder.paths.root, { pollEveryMs: 0 });
    cleanUps.push(() => agent.close());
    const port = String(await freePort());
    const address = await start(
      djangoPython(),
      ['-u', 'examples/django-host/host.py', host.folder.paths.root],
      { PORT: port, PYTHONDONTWRITEBYTECODE: '1' },
    );
    const page = await greeted(address, 'django-host');
    expect(await page.locator('section h2').textContent()).toContain('Hello, Mortise');
    const forged = await fetch(`${address}plugins/acme/hellomortise/api/v1/actions/greet`, {
      method: 'POST',
      body: '{}',
    });
    expect(forged.status).toBe(403);
  });

  it('say in one sentence what stands in the way: an agent on the folder, or none, or no store', async () => {
    const { folder } = await store.makeHost('busy-host');
    const { root: place } = folder.paths;
    const said = (command: string, script: string, at = place, ...more: string[]) => {
      const { status, stderr } = spawnSync(command, [script, at, ...more], { cwd: root, encoding: 'utf8' });
      expect(status).toBe(1);
      return stderr;
    };
    const django = djangoPython();
    expect(said(django, 'examples/django-host/host.py')).toMatch(/^No agent runs on .+`mortise run .+`\.\n$/);
    const agent = await Agent.start(place, { pollEveryMs: 0 });
    cleanUps.push(() => agent.close());
    const busy = `An agent runs on this folder already, at ${agent.address} (process ${process.pid}): use it, or end it first with \`kill ${process.pid}\`.\n`;
    expect(said(process.execPath, 'examples/node-host/host.mjs')).toBe(busy);
    const lost = await store.makeHost('lost-host', { address: 'http://127.0.0.1:9' });
    expect(
      said(process.execPath, 'examples/node-host/host.mjs', lost.folder.paths.root, 'acme/hellomortise'),
    ).toMatch(/^The store at http:\/\/127\.0\.0\.1:9 can't be reached: .+\.\n$/);
  });

  /** A virtual environment with Django, kept from one run to the next. */
  function djangoPython(): string {
    const folder = join(root, 'node_modules', '.cache', 'mortise-django');
    const venv = join(folder, 'bin', 'python');
    try {
      execFileSync(venv, ['-c', 'import django'], { stdio: 'ignore' });
    } catch {
      mkdirSync(folder, { recursive: true });
      execFileSync(python ?? 'python3', ['-m', 'venv', folder]);
      execFileSync(venv, [
        '-m',
        'pip',
        'install',
        '--quiet',
        '--disable-pip-version-check',
        'django>=4.2,<6',
      ]);
    }
    return venv;
  }
});
