import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { eventually } from '#testing';

const bin = resolve('apps/registry/bin/mortise-registry.js');
const killAfterMs = [1500, 2000, 2500];

interface Found {
  total: number;
  items: { id: string; version: string; trust: string }[];
}

describe('a first start', () => {
  let folder: string;
  let address: string;
  let output = '';
  let child: ReturnType<typeof startProcess>;

  const startProcess = () =>
    spawn(process.execPath, [bin], {
      env: { PATH: process.env['PATH'], MORTISE_DATA: join(folder, 'data'), MORTISE_PORT: '0' },
      stdio: 'pipe',
    });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mortise-first-'));
    for (const delayMs of killAfterMs) {
      const killed = startProcess();
      setTimeout(() => killed.kill('SIGKILL'), delayMs);
      await once(killed, 'exit');
    }
    child = startProcess();
    child.stderr.resume();
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      output += chunk.toString();
      if (output.split('\n').length > 4) break;
    }
    address = /http:\S+/.exec(output)?.[0] ?? '';
  });
  afterAll(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const read = async <T>(path: string): Promise<T> => (await (await fetch(address + path)).json()) as T;

  it('shows every example whole, whenever an earlier one was killed', async () => {
    await eventually(async () => {
      const { total, items } = await read<Found>('/api/v1/plugins?limit=50');
      expect(total).toBe(8);
      expect(items.find(({ id }) => id === 'examples/river-gauge')).toMatchObject({ trust: 'untrusted' });
      expect(items.find(({ id }) => id === 'examples/table-tidy')).toMatchObject({ version: '1.1.0' });
    });
    const tidy = await read<{ items: { version: string }[] }>('/api/v1/plugins/examples/table-tidy/versions');
    expect(tidy.items.map(({ version }) => version).sort()).toEqual(['1.0.0', '1.1.0', '2.0.0-beta.1']);
    const channels = await read<object>('/api/v1/plugins/examples/table-tidy/channels');
    expect(JSON.stringify(channels)).toContain('2.0.0-beta.1');
    const csv = await read<object>('/api/v1/plugins/examples/csv-scrubber/versions/1.4.2');
    expect(csv).toMatchObject({ deprecated: { replaced_by: 'examples/table-tidy' } });
  });

  it('prints four lines: a search that works when it is pasted, and where a password lies that works too', async () => {
    const lines = output.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    const search = /curl '([^']+)'/.exec(lines[3] ?? '')?.[1] ?? '';
    expect(((await (await fetch(search)).json()) as Found).items[0]?.id).toBe('examples/kube-cluster');
    const file = /password in (\S+)$/.exec(lines[2] ?? '')?.[1] ?? '';
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const answer = await fetch(`${address}/api/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'admin', password: readFileSync(file, 'utf8').trim() }),
    });
    expect(answer.status).toBe(201);
  });

  it('shows the page, the docs and the contract, with nothing from elsewhere', async () => {
    for (const path of ['/', '/docs']) {
      const page = await fetch(address + path);
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
      const html = await page.text();
      expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
      for (const [, file] of html.matchAll(/(?:src|href)="((?:pages|docs)\/[^"]+)"/g)) {
        expect((await fetch(`${address}/${file}`)).status).toBe(200);
      }
    }
    expect(await read<object>('/openapi.json')).toMatchObject({ openapi: '3.1.0' });
    expect((await fetch(`${address}/pages/..%2f..%2fpackage.json`)).status).toBe(404);
    expect((await fetch(`${address}/docs/absent.js`)).status).toBe(404);
  });
});
