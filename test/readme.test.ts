import { execFile, spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { browserPath, openBrowser, withoutBrowser } from './host/browser.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const marker = '--- answered ---';

interface TypedLine {
  readonly command: string;
  readonly answer: string;
}

/** Every `$ …` line of the README's console blocks, with the lines below it. */
function linesOf(readme: string): TypedLine[] {
  const blocks = [...readme.matchAll(/^```console\n(.*?)^```$/gms)].map((match) => match[1] ?? '');
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((typed) => {
        const end = typed.indexOf('\n');
        return { command: typed.slice(0, end), answer: typed.slice(end + 1).trim() };
      }),
  );
}

let folder: string;
let server: ChildProcess;
let address: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mortise-readme-'));
  cpSync(join(root, 'dist', 'descriptors'), join(folder, 'dist', 'descriptors'), { recursive: true });
  symlinkSync(join(root, 'apps'), join(folder, 'apps'));
  server = spawn(process.execPath, [join(root, 'dist/apps/registry/src/main.js'), 'start'], {
    cwd: folder,
    env: { ...process.env, MORTISE_PORT: '0', MORTISE_LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  address = await new Promise((resolve, reject) => {
    let said = '';
    server.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
      if (found) resolve(found);
    });
    server.once('exit', () => reject(new Error(`The store did not start: ${said}`)));
  });
});

afterAll(async () => {
  stopAgent();
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
  rmSync(folder, { recursive: true, force: true });
});

/** The agent that the lines started, in the background as they say. */
function stopAgent(): void {
  try {
    const { pid } = JSON.parse(readFileSync(join(folder, 'mortise-host/run/agent.json'), 'utf8')) as {
      pid: number;
    };
    process.kill(pid, 'SIGTERM');
  } catch {
    // it never started
  }
}

/** What this machine configures of its clients could lead them elsewhere than to the store, and wait there. */
const asIfFresh = {
  NPM_CONFIG_UPDATE_NOTIFIER: 'false',
  PIP_CONFIG_FILE: '/dev/null',
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
  PIP_EXTRA_INDEX_URL: '',
};

/** Whether it is the answer that the page shows, where `…` stands for what differs each time. */
function shown(answer: string, given: string): string {
  const parts = answer.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(given) ? answer : given;
}

const hasPip = spawnSync('python3', ['-m', 'pip', '--version']).status === 0;
const skipped = hasPip ? '' : ' (skipped: those for pip and for a host, since pip is not on this machine)';
/** From here on the lines want Python. */
const firstOfHost = '$ CLI=';

it(`the README shows what its lines really answer${skipped}`, async () => {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  const readme = linesOf(hasPip ? text : text.slice(0, text.indexOf(firstOfHost)));
  const lines = readme.filter(({ command }) => hasPip || !command.startsWith('python3 -m pip '));
  expect(lines.length).toBeGreaterThan(15);
  const script = lines.map(({ command }) => `${command}\necho; echo '${marker}'`).join('\n');
  const { stdout } = await promisify(execFile)(
    'bash',
    [
      '-c',
      script.replaceAll('http://127.0.0.1:8080', address).replace('mortise run', 'mortise run --port 0'),
    ],
    {
      cwd: folder,
      env: { ...process.env, ...asIfFresh, MORTISE_CLI_CONFIG: join(folder, 'config') },
      timeout: 110_000,
    },
  );
  const answers = stdout
    .split(marker)
    .slice(0, -1)
    .map((answer) => answer.trim());
  expect(lines.map(({ command, answer }, at) => `$ ${command}\n${shown(answer, answers[at] ?? '')}`)).toEqual(
    lines.map(({ command, answer }) => `$ ${command}\n${answer}`),
  );
});

(hasPip && browserPath ? it : it.skip)(
  `and the link that they end with opens a page with the plugin's component and an answer from its back end${withoutBrowser}`,
  async () => {
    const link = /Open (\S+)/.exec(readFileSync(join(folder, 'host.log'), 'utf8'))?.[1] ?? '';
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(link);
      await page.getByRole('link', { name: 'weather-station' }).click();
      // The form has a button of that name as well.
      await page.locator('button:not([data-operation])', { hasText: 'Say hello' }).click();
      await page.getByText('Hello, world!').waitFor();
    } finally {
      await browser.close();
    }
  },
);
