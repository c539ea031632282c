import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { Agent } from '#host';
import { buildNpmTarball } from '#testing';
import { browserPath, openBrowser, withoutBrowser } from './browser.js';
import { PluginStore } from './plugin-store.js';

/** WebAssembly with one export, `add(i32, i32)`. */
const adder = Buffer.from(
  '0061736d0100000001070160027f7f017f030201000707010361646400000a09010700200020016a0b',
  'hex',
);

/** As a bundler leaves it: an entry that finds all the rest by where it lies itself. */
const files = {
  'dist/index.js': `import { answer } from '@acme/atlas/dist/shared.js';
import sheet from './sheet.css' with { type: 'css' };
import data from './data.json' with { type: 'json' };

const here = (path) => new URL(path, import.meta.url);
const inWorker = (worker) =>
  new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message ?? 'The worker did not start.'));
  });

export const Panel = {
  async mount(element) {
    document.adoptedStyleSheets.push(sheet);
    const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: here('./linked.css').href });
    const image = Object.assign(new Image(), { src: here('./dot.svg').href, alt: 'a dot' });
    element.append(link, image);
    const { instance } = await WebAssembly.instantiateStreaming(fetch(here('./adder.wasm')));
    const { lazy } = await import('./chunks/lazy-1a2b.js');
    const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
    const code = 'import("' + here('./shared.js') + '").then(({ answer }) => postMessage("blob-" + answer))';
    const blob = inWorker(new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })), { type: 'module' }));
    const said = [answer, data.word, instance.exports.add(1, 2), lazy(), await inWorker(worker), await blob];
    element.append(Object.assign(document.createElement('p'), { className: 'said', textContent: said.join(' ') }));
  },
};
`,
  'dist/shared.js': 'export const answer = "shared";\n',
  'dist/chunks/lazy-1a2b.js':
    'import { answer } from "../shared.js";\nexport const lazy = () => `lazy-${answer}`;\n',
  'dist/worker.js': `import { answer } from './shared.js';
const { instance } = await WebAssembly.instantiateStreaming(fetch(new URL('./adder.wasm', import.meta.url)));
const { lazy } = await import('./chunks/lazy-1a2b.js');
postMessage(\`worker-\${answer}-\${instance.exports.add(2, 2)}-\${lazy()}\`);
`,
  'dist/sheet.css': '.said { letter-spacing: 3px }\n',
  'dist/linked.css':
    '@font-face { font-family: own; src: url(./own.woff2) }\n.said { font-family: own, serif; text-indent: 5px }\n',
  'dist/own.woff2': 'It is fetched as a font, and found to be none.',
  'dist/dot.svg':
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle cx="4" cy="4" r="4"/></svg>',
  'dist/data.json': '{"word": "data"}',
  'dist/adder.wasm': adder,
};

(browserPath ? describe : describe.skip)(`a front end of many files${withoutBrowser}`, () => {
  let store: PluginStore;
  let agent: Agent;
  let browser: Browser;

  beforeAll(async () => {
    store = await PluginStore.start();
    const manifest = { name: '@acme/atlas', version: '1.0.0', exports: './dist/index.js' };
    await store.publishRelease(
      'name: Atlas\nversion: 1.0.0\nfront_end: "@acme/atlas@1.0.0"\nfrontend_component: Panel\n',
      [['acme-atlas-1.0.0.tgz', buildNpmTarball({ manifest, files })]],
    );
    const host = await store.makeHost('atlas-host');
    await host.install('acme/atlas');
    agent = await Agent.start(host.folder.paths.root, { pollEveryMs: 0 });
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser.close();
    await agent.close();
    await store.close();
  });

  it('has chunks, styles, fonts, images, WebAssembly and workers on the agent’s page', async () => {
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    const font = page.waitForResponse((response) => response.url().endsWith('/own.woff2'));
    await page.goto(agent.link);
    await page.getByRole('link', { name: 'Atlas' }).click();
    const said = page.locator('.said');
    await said.waitFor().catch(() => undefined);
    const { TEST_SCREENSHOTS: shots } = process.env;
    if (shots !== undefined) await page.screenshot({ path: join(shots, 'front-end-files.png') });
    expect(faults).toEqual([]);
    expect(await said.innerText()).toBe('shared data 3 lazy-shared worker-shared-4-lazy-shared blob-shared');
    expect([(await font).status(), (await font).headers()['content-type']]).toEqual([200, 'font/woff2']);
    const style = 'getComputedStyle(document.querySelector(".said"))';
    expect(await page.evaluate(`[${style}.letterSpacing, ${style}.textIndent]`)).toEqual(['3px', '5px']);
    expect(await page.evaluate('document.querySelector("main img").naturalWidth')).toBe(9);
  });
});
