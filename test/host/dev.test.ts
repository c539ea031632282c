import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { DevHost } from '#host';
import type { AgentEvent } from '#host';
import { eventually, findPython } from '#testing';
import { browserPath, openBrowser, withoutBrowser } from './browser.js';
import { temporaryFolder } from './host-folder.js';

const example = fileURLToPath(new URL('../../../descriptors/hello-mortise/1.0.0', import.meta.url));
const possible = process.platform === 'linux' && findPython() !== undefined && browserPath !== undefined;

(possible ? describe : describe.skip)(`a plugin that is served from its folder${withoutBrowser}`, () => {
  let folder: string;
  let dev: DevHost;
  let browser: Browser;
  let page: Page;
  const events: AgentEvent[] = [];
  const problems: string[][] = [];
  const installs: (readonly string[])[] = [];
  const faults: string[] = [];

  beforeAll(async () => {
    folder = temporaryFolder('dev');
    cpSync(example, folder, { recursive: true });
    dev = await DevHost.start(folder, {
      onEvent: (event) => events.push(event),
      onInstall: (dependencies) => installs.push(dependencies),
      onProblems: (found) => problems.push(found.map(({ line, code }) => `${line} ${code}`)),
    });
    browser = await openBrowser();
    page = await browser.newPage();
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    await page.goto(dev.link);
  });

  afterAll(async () => {
    await browser.close();
    await dev.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const change = (path: string, from: string, to: string) => {
    const file = join(folder, path);
    const text = readFileSync(file, 'utf8');
    expect(text).toContain(from);
    writeFileSync(file, text.replace(from, to));
  };

  it('shows its component, which is answered by its back end, on a page that keeps its key to itself', async () => {
    await page.getByRole('button', { name: 'Say hello' }).click();
    await page.getByRole('button', { name: 'Hello, Mortise!' }).waitFor();
    expect(page.url()).toBe(`${dev.address}/show/dev/hellomortise`);
    expect(faults).toEqual([]);
  });

  it('lets its actions be tried', async () => {
    await page.locator('summary', { hasText: 'greet' }).click();
    expect(await page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual(['Page', 'Actions to try']);
    await page.getByRole('textbox').fill('Ada');
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    await page.locator('pre', { hasText: 'Hello, Ada!' }).waitFor();
  });

  it('loads its back end anew when Python changes, and keeps the old one when that is broken', async () => {
    change('python/hello_mortise/__init__.py', 'Hello, {name}!', 'Good day, {name}!');
    await eventually(() => events.some(({ type }) => type === 'reloaded'));
    await page.getByRole('button', { name: 'Say hello' }).click();
    await page.getByRole('button', { name: 'Good day, Mortise!' }).waitFor();
    change('python/hello_mortise/__init__.py', 'class Greeter', 'clas Greeter');
    await eventually(() => events.some(({ type }) => type === 'failed'));
    expect(events.find(({ type }) => type === 'failed')?.data['message']).toContain('SyntaxError');
    await page.reload();
    await page.getByRole('button', { name: 'Say hello' }).click();
    await page.getByRole('button', { name: 'Good day, Mortise!' }).waitFor();
    change('python/hello_mortise/__init__.py', 'clas Greeter', 'class Greeter');
  });

  it('loads its page anew when the front end changes', async () => {
    change('web/index.js', 'Say hello', 'Greet me');
    await page.getByRole('button', { name: 'Greet me' }).waitFor();
  });

  it('begins with what package.json names from now on, and follows what a bundler writes there', async () => {
    const built = join(folder, 'web', 'dist', 'index.js');
    const source = readFileSync(join(folder, 'web', 'index.js'), 'utf8');
    change('web/package.json', './index.js', './dist/index.js');
    mkdirSync(dirname(built));
    for (const label of ['Built', 'Built again']) {
      writeFileSync(built, source.replace('Greet me', label));
      await page.getByRole('button', { name: label, exact: true }).waitFor();
    }
    change('web/package.json', './dist/index.js', './index.js');
    await page.getByRole('button', { name: 'Greet me' }).waitFor();
  });

  it('says with lines what is wrong with the descriptor as it is written, and goes on with what was right', async () => {
    expect(problems.at(-1)).toEqual([]);
    change('plugin.yaml', 'backend_component:', 'backend_componnent:');
    await eventually(() => problems.at(-1)?.length === 1);
    expect(problems.at(-1)).toEqual([expect.stringMatching(/^\d+ unknown-key$/)]);
    await page.getByRole('button', { name: 'Greet me' }).waitFor();
  });

  it('says that its descriptor has gone, and what was loaded once an editor has put it there through another file', async () => {
    change('plugin.yaml', 'backend_componnent:', 'backend_component:');
    await eventually(() => problems.at(-1)?.length === 0);
    const file = join(folder, 'plugin.yaml');
    const written = readFileSync(file);
    rmSync(file);
    await eventually(() => events.some(({ data }) => data['code'] === 'no-descriptor'));
    expect(events.find(({ data }) => data['code'] === 'no-descriptor')?.data['message']).toBe(
      `There is no plugin.yaml in ${folder}: \`mortise new\` makes a plugin.`,
    );
    const before = events.length;
    writeFileSync(join(folder, 'sedAb12Cd'), written);
    renameSync(join(folder, 'sedAb12Cd'), file);
    const reloaded = () => events.slice(before).filter(({ type }) => type === 'reloaded');
    await eventually(() => reloaded().length > 0);
    expect(reloaded().map(({ data }) => data)).toEqual([{ files: ['plugin.yaml'] }]);
  });

  const told = async (path: string, write: (file: string) => void) => {
    const before = events.length;
    write(join(folder, path));
    const isTold = ({ type, data }: AgentEvent) =>
      type === 'reloaded' && (data['files'] as string[]).includes(path);
    await eventually(() => events.slice(before).some(isTold));
  };
  const append = (file: string) => writeFileSync(file, '\n', { flag: 'a' });
  /** As editors save. */
  const replace = (file: string) => {
    writeFileSync(`${file}~`, `${readFileSync(file, 'utf8')}\n`);
    renameSync(`${file}~`, file);
  };
  const rewrite = (file: string) => {
    const text = readFileSync(file);
    rmSync(file);
    writeFileSync(file, text);
  };

  it.each([
    'plugin.yaml',
    'python/pyproject.toml',
    'python/hello_mortise/__init__.py',
    'web/package.json',
    'web/index.js',
  ])('notices %s whatever way it is written', async (path) => {
    for (const write of [append, replace, append, replace, replace, rewrite, append]) await told(path, write);
  });

  it('notices what lies in a folder that is new, was away, or stands in the place of another', async () => {
    const web = join(folder, 'web');
    const elsewhere = join(temporaryFolder('dev-elsewhere'), 'web');
    await told('web/parts/deep/one.js', (file) => {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, '');
    });
    await told('web/parts/deep/one.js', append);
    renameSync(web, elsewhere);
    await eventually(() => events.at(-1)?.data['code'] === 'frontend-missing');
    cpSync(elsewhere, web, { recursive: true });
    await told('web/parts/deep/one.js', append);
    await told('web/index.js', replace);
    await told('web/index.js', append);
    rmSync(elsewhere, { recursive: true });
  });

  it('loses nothing that was changed while something else was broken', async () => {
    const fails = async (path: string, from: string, to: string) => {
      const before = events.length;
      change(path, from, to);
      await eventually(() => events.slice(before).some(({ type }) => type === 'failed'));
    };
    await fails('web/package.json', '{', '{{');
    await fails('python/hello_mortise/__init__.py', 'Good day, {name}!', 'Good night, {name}!');
    change('web/package.json', '{{', '{');
    await eventually(() => events.at(-1)?.type === 'reloaded');
    expect(new Set(events.at(-1)?.data['files'] as string[])).toEqual(
      new Set(['web/package.json', 'python/hello_mortise/__init__.py']),
    );
    await page.getByRole('button', { name: 'Greet me' }).click();
    await page.getByRole('button', { name: 'Good night, Mortise!' }).waitFor();
  });

  const failure = async (code: string) => {
    await eventually(() => events.at(-1)?.type === 'failed');
    expect(events.at(-1)?.data['code']).toBe(code);
  };
  const buttonSays = async (text: string) => {
    await page.getByRole('button', { name: 'Greet me' }).click();
    await page.getByRole('button', { name: text }).waitFor();
  };

  it('gives its back end a template that was changed in its package', async () => {
    const template = 'python/hello_mortise/page.html';
    const read = '(__import__("pathlib").Path(__file__).parent / "page.html").read_text()';
    writeFileSync(join(folder, template), 'Well');
    await told('python/hello_mortise/__init__.py', () =>
      change('python/hello_mortise/__init__.py', 'f"Good night, {name}!"', `${read} + f", {name}!"`),
    );
    await buttonSays('Well, Mortise!');
    await told(template, (file) => writeFileSync(file, 'Better'));
    await buttonSays('Better, Mortise!');
  });

  it('says that no project here is the back end, and has nothing left of one that was', async () => {
    change('python/pyproject.toml', 'name = "', 'name = "not-');
    await failure('backend-missing');
    change('python/pyproject.toml', 'name = "not-', 'name = "');
    await eventually(() => events.at(-1)?.type === 'reloaded');
    const elsewhere = join(temporaryFolder('dev-python'), 'python');
    renameSync(join(folder, 'python'), elsewhere);
    await failure('backend-missing');
    cpSync(elsewhere, join(folder, 'python'), { recursive: true });
    await eventually(() => events.at(-1)?.type === 'reloaded');
    rmSync(elsewhere, { recursive: true });
  });

  it('goes on in the environment that it has where a dependency can’t be had', async () => {
    const made = installs.length;
    change('python/pyproject.toml', 'license =', 'dependencies = ["mortise==0.0.0.nowhere"]\nlicense =');
    await failure('environment-failed');
    expect(installs.slice(made)).toEqual([['mortise==0.0.0.nowhere']]);
    await buttonSays('Better, Mortise!');
    change('python/pyproject.toml', 'dependencies = ["mortise==0.0.0.nowhere"]\n', '');
    await eventually(() => events.at(-1)?.type === 'reloaded');
    await buttonSays('Better, Mortise!');
    // What it had is there yet.
    expect(installs).toHaveLength(made + 1);
  });

  it('takes no virtual environment beside the modules for one of them', async () => {
    await told('python/hello_mortise/__init__.py', (file) => {
      mkdirSync(join(folder, 'python/env/lib'), { recursive: true });
      writeFileSync(join(folder, 'python/env/pyvenv.cfg'), '');
      symlinkSync('lib', join(folder, 'python/env/lib64'));
      append(file);
    });
  });

  it('notices what is written in its folder once that is there again', async () => {
    const away = join(temporaryFolder('dev-away'), 'plugin');
    renameSync(folder, away);
    await failure('no-descriptor');
    cpSync(away, folder, { recursive: true });
    await eventually(() => events.at(-1)?.type === 'reloaded');
    await told('web/index.js', append);
    await told('python/hello_mortise/__init__.py', append);
    rmSync(away, { recursive: true });
  });

  it('serves the back ends of two projects, from a folder that is a link', async () => {
    const other = temporaryFolder('dev-two');
    const link = join(temporaryFolder('dev-link'), 'plugin');
    symlinkSync(other, link);
    const heard: AgentEvent[] = [];
    for (const one of ['first', 'second']) {
      mkdirSync(join(other, one));
      writeFileSync(join(other, one, 'pyproject.toml'), `[project]\nname = "${one}"\n`);
      writeFileSync(
        join(other, one, `${one}_one.py`),
        'class Tool:\n    def say(self) -> str:\n        return ""\n',
      );
    }
    const backend = (one: string) => `{ backend: { package: ${one}, component: ${one}_one.Tool } }`;
    writeFileSync(
      join(other, 'plugin.yaml'),
      `name: two\nversion: 1.0.0\ninterfaces:\n  one: ${backend('first')}\n  two: ${backend('second')}\n`,
    );
    const host = await DevHost.start(link, { onEvent: (event) => heard.push(event) });
    try {
      expect(heard.map(({ type, data }) => [type, data['message']])).toEqual([['loaded', undefined]]);
      for (const file of ['first/first_one.py', 'second/second_one.py']) {
        append(join(other, file));
        await eventually(() => heard.at(-1)?.type === 'reloaded');
        expect(heard.at(-1)?.data).toEqual({ files: [file] });
        heard.length = 0;
      }
    } finally {
      await host.close();
      rmSync(link);
      rmSync(other, { recursive: true });
    }
  });

  it('is served once at a time', async () => {
    await expect(DevHost.start(folder)).rejects.toMatchObject({
      code: 'folder-busy',
      details: { process_id: process.pid },
    });
  });

  it('says of a front end that it has yet to be built', async () => {
    const other = temporaryFolder('dev-built');
    const heard: AgentEvent[] = [];
    writeFileSync(join(other, 'package.json'), '{"name": "@acme/page", "main": "dist/main.js"}');
    writeFileSync(
      join(other, 'plugin.yaml'),
      'name: page\nversion: 1.0.0\ninterfaces:\n  default: { frontend: { package: "@acme/page" } }\n',
    );
    const host = await DevHost.start(other, { onEvent: (event) => heard.push(event) });
    await host.close();
    rmSync(other, { recursive: true });
    const warning = heard.find(({ type }) => type === 'warning')?.data;
    expect(warning?.['code']).toBe('frontend-not-built');
    expect(warning?.['message']).toContain(`${join(other, 'dist/main.js')}, which a page of @acme/page`);
  });

  it('starts with a wrong descriptor, has no plugin until that is right, and wants an environment that is there', async () => {
    const other = temporaryFolder('dev-wrong');
    cpSync(example, other, { recursive: true });
    const file = join(other, 'plugin.yaml');
    const text = readFileSync(file, 'utf8');
    await expect(DevHost.start(other, { venv: join(other, 'none') })).rejects.toMatchObject({
      code: 'no-environment',
    });
    writeFileSync(file, 'name: [');
    const host = await DevHost.start(other);
    const early = await browser.newPage();
    const shown = await browser.newPage();
    try {
      await early.goto(host.link);
      const status = () => early.evaluate(async () => (await fetch('/plugins/dev/hellomortise/info')).status);
      expect(await status()).toBe(404);
      writeFileSync(file, text);
      // Its environment is made first, with pip in it.
      await eventually(() => host.link.includes('/show/dev/hellomortise#'), 120_000);
      // The early page loads itself again now, which would stand in the way of another address.
      await early.locator('.card', { hasText: 'dev/hellomortise' }).waitFor();
      await shown.goto(host.link);
      await shown.locator('.chip', { hasText: 'running' }).waitFor();
    } finally {
      await host.close();
    }
    await shown.locator('.chip', { hasText: 'The agent does not answer' }).waitFor();
    await shown.getByText('start it again with mortise run').waitFor();
    rmSync(other, { recursive: true, force: true });
  });

  it('lets nobody in without the link', async () => {
    const stranger = await (await browser.newContext()).newPage();
    await stranger.goto(`${dev.address}/show/dev/hellomortise`);
    await stranger.getByText('Open this page by the link').waitFor();
    const status = await stranger.evaluate(async () => {
      const answer = await fetch('/plugins/dev/hellomortise/api/v1/info');
      return answer.status;
    });
    expect(status).toBe(401);
  });
});
