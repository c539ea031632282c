import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, callAgent } from '#host';
import { buildWheel } from '#testing';
import { browserPath, openBrowser } from './browser.js';
import { canRunContainers, containerProofs, containerSettings } from './container-proofs.js';
import { PluginStore, pluginSource } from './plugin-store.js';

let store: PluginStore;

beforeAll(async () => {
  if (!canRunContainers) return;
  store = await PluginStore.start();
  await store.upload('acme_needed', '2.0.0');
  await store.publish({ version: '1.0.0', form: true, requires: ['acme_needed==2.0.0'] });
  await publishWishes('has', 'python3');
  await publishWishes('lacks', 'no-such-library');
  await publishForm();
});

afterAll(async () => {
  if (canRunContainers) await store.close();
});

/** A plugin that asks for an image that is nowhere to be had, and for a package of its system. */
const publishWishes = (name: string, needed: string) =>
  store.publishRelease(
    `name: ${name}
version: 1.0.0
runtime: {image: localhost/mortise-none, packages: [${needed}]}
backend: {package: acme-${name}, version: 1.0.0}
backend_component: Plugin
`,
    [
      [
        `acme_${name}-1.0.0-py3-none-any.whl`,
        buildWheel({
          name: `acme_${name}`,
          version: '1.0.0',
          files: { [`acme_${name}.py`]: pluginSource('1.0.0') },
        }),
      ],
    ],
  );

/** A plugin whose page is a form that a browser shows, and whose back end says where it runs. */
const publishForm = () =>
  store.publishRelease(
    `name: Asker
version: 1.0.0
backend: {package: acme-asker, version: 1.0.0}
backend_component: Plugin
form:
  - {type: text, name: who, label: Who, required: true}
  - {type: select, name: place, label: Place, options_from: {operation: places}}
  - {type: action, label: Greet, operation: greet}
`,
    [
      [
        'acme_asker-1.0.0-py3-none-any.whl',
        buildWheel({ name: 'acme_asker', version: '1.0.0', files: { 'acme_asker.py': asker } }),
      ],
    ],
  );

const asker = `import os

class Plugin:
    def places(self) -> list:
        return ["harbour", "hill"]

    def greet(self, who: str, place: str = "") -> dict:
        return {"greeting": "Hello, %s, on the %s!" % (who, place), "root": os.getuid() == 0}
`;

containerProofs('a plugin that is not trusted', () => {
  it('is built and run in a container, with all that it needs and no front end, and answers', async () => {
    const host = await store.makeHost('untrusted', { settings: containerSettings });
    const { installation } = await host.install('acme/tool@1.0.0', { trust: 'untrusted' });
    const release = installation.wanted!;
    expect(release.isolation).toBe('container');
    const lib = join(host.folder.paths.environment(release), 'lib');
    const site = join(lib, readdirSync(lib)[0]!, 'site-packages');
    expect(readdirSync(site)).toEqual(expect.arrayContaining(['acme_tool', 'acme_needed']));

    const agent = await Agent.start(host.folder.paths.root);
    try {
      const said = await callAgent(host.folder, 'acme/tool', 'version', {}, AbortSignal.timeout(30_000));
      expect(said).toBe('1.0.0');
    } finally {
      await agent.close();
    }
  });

  it('is refused where the image that this host has for it lacks a package that it asks for', async () => {
    const image = containerSettings.container_image ?? '';
    const host = await store.makeHost('packages', {
      settings: { ...containerSettings, container_images: { 'acme/has': image, 'acme/lacks': image } },
    });
    const untrusted = { trust: 'untrusted' } as const;
    const refused = host.install('acme/lacks', untrusted);
    await expect(refused).rejects.toMatchObject({ code: 'system-packages-missing' });
    await expect(refused).rejects.toThrow(
      /lacks packages .*no-such-library.*container_images": \{"acme\/lacks"/,
    );
    expect(await store.listed(host)).toEqual([]);

    await host.install('acme/has', untrusted);
    const agent = await Agent.start(host.folder.paths.root);
    try {
      expect(await agent.call('acme/has', 'version')).toBe('1.0.0');
    } finally {
      await agent.close();
    }
  });

  (browserPath === undefined ? it.skip : it)(
    'has its form shown by the agent, and answered from its container',
    async () => {
      const host = await store.makeHost('form', { settings: containerSettings });
      const { installation } = await host.install('acme/asker', { trust: 'untrusted' });
      expect(installation.wanted!.isolation).toBe('container');
      const agent = await Agent.start(host.folder.paths.root);
      const browser = await openBrowser();
      try {
        const page = await browser.newPage();
        const faults: string[] = [];
        page.on('pageerror', (error) => faults.push(error.message));
        await page.goto(agent.link);
        await page.getByRole('link', { name: 'Asker' }).click();
        const form = page.locator('[data-form="default"]');
        await form.getByLabel('Place').selectOption('harbour');
        await form.getByRole('button', { name: 'Greet' }).click();
        await form.getByText('An answer is needed here.').waitFor();
        await form.getByLabel('Who *').fill('<b>Ada</b>');
        await form.getByRole('button', { name: 'Greet' }).click();
        const said = form.locator('[data-answer]', { hasText: 'harbour' });
        expect(JSON.parse(await said.innerText())).toMatchObject({
          greeting: 'Hello, <b>Ada</b>, on the harbour!',
          root: false,
        });
        expect(faults).toEqual([]);
      } finally {
        await browser.close();
        await agent.close();
      }
    },
  );
});
