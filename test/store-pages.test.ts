import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import request from 'supertest';
import { CatalogStore } from './catalog-store.js';
import { browserPath, openBrowser, withoutBrowser } from './host/browser.js';
import { testAdmin } from './start-store.js';

const hostile = `<img src=x onerror="document.title='taken'"><script>document.title='taken'</script> **bold** `;
const prose = `Counts *tides* <i>here</i> &amp; &lt;b&gt;.\n\n- one\n- [two](https://two.example/?a=1&amp;b=2)\n- [three](javascript:document.title='taken')\n- ![four](https://four.example/4.png)\n\n# Above all\n\n> said\n\n~~~\ncode\n~~~\n\n| a |\n|---|\n| 1 |\n`;
const long = 'Verylongwordwithoutanyspace'.repeat(7);
const releases = 25;

(browserPath ? describe : describe.skip)(`the pages of the store in a browser${withoutBrowser}`, () => {
  let catalog: CatalogStore;
  let browser: Browser;
  let page: Page;
  let address: string;
  const faults: string[] = [];

  beforeAll(async () => {
    catalog = await CatalogStore.start();
    await catalog.publish(
      'tools',
      '1.0.0',
      `title: "أداة\\u202e الجداول 表の道具"\nsummary: ${long}\ndescription: ${JSON.stringify(hostile)}\n`,
    );
    for (let minor = 0; minor < releases; minor += 1)
      await catalog.publish('tidal', `1.${minor}.0`, `description: ${JSON.stringify(prose)}\n`);
    await catalog.store.app.listen(0, '127.0.0.1');
    address = await catalog.store.app.getUrl();
    browser = await openBrowser();
    page = await browser.newPage();
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(address)) faults.push(`asks for ${request.url()}`);
    });
  });

  afterAll(async () => {
    await browser.close();
    await catalog.store.close();
  });

  const picture = async (name: string): Promise<void> => {
    const { TEST_SCREENSHOTS: shots } = process.env;
    if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
  };
  const heading = () => page.getByRole('heading', { level: 1 });

  it('go from a search to a plugin and back by keyboard, and the search is still there', async () => {
    await page.goto(address);
    await page.getByText('2 plugins').waitFor();
    await heading().click();
    await page.keyboard.press('/');
    await page.keyboard.type('tidal');
    await page.getByText('One plugin').waitFor();
    expect(await page.title()).toBe('tidal · Mortise');
    await page.getByRole('link', { name: 'tidal' }).press('Enter');
    await page.waitForURL('**/plugins/acme/tidal');
    await heading().filter({ hasText: 'tidal' }).waitFor();
    await page.goBack();
    await page.getByText('One plugin').waitFor();
    expect(await page.getByRole('combobox', { name: 'Search plugins' }).inputValue()).toBe('tidal');
  });

  it('say how to install a plugin, in the version that is shown', async () => {
    await page.goto(`${address}/plugins/acme/tidal`);
    await page.getByText('mortise install acme/tidal', { exact: true }).waitFor();
    await page.getByText('/api/v1/plugins/acme/tidal/versions/1.24.0/manifest').waitFor();
    expect(await page.title()).toBe('tidal 1.24.0 · Mortise');
    expect(await page.locator('.versions > li').count()).toBe(releases);
    // As a plugin of many more versions has it.
    await page.route('**/versions?limit=100', (route) =>
      route.continue({ url: route.request().url().replace('100', '20') }),
    );
    await page.reload();
    await page.getByRole('button', { name: 'Show older versions' }).press('Enter');
    await page.getByRole('link', { name: '1.0.0', exact: true }).click();
    await page.getByText('mortise install acme/tidal@1.0.0', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Show older versions' }).press('Enter');
    expect(await page.locator('[aria-current]').innerText()).toBe('1.0.0');
    await page.getByRole('link', { name: 'how a machine becomes a host' }).click();
    await page.getByText('apps/cli/bin/mortise.js').waitFor();
  });

  it('say that a back end that is not trusted wants a container engine', async () => {
    const engine = page.getByText('Docker or Podman');
    for (const trust of ['untrusted', 'trusted']) {
      await page.route('**/api/v1/plugins/acme/tidal', async (route) => {
        const plugin = (await (await route.fetch()).json()) as { latest: object };
        const interfaces = { backup: { backend: { package: 'tidal', version: '1.0.0' } } };
        await route.fulfill({ json: { ...plugin, latest: { ...plugin.latest, trust, interfaces } } });
      });
      await page.goto(`${address}/plugins/acme/tidal`);
      await page.getByText('mortise install acme/tidal', { exact: true }).waitFor();
      expect(await engine.count()).toBe(trust === 'trusted' ? 0 : 1);
      await page.unroute('**/api/v1/plugins/acme/tidal');
    }
  });

  it('show what a publisher wrote as text, in any script, and fit on a phone with it', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.goto(address);
      await page.getByRole('link', { name: '表の道具' }).click();
      await page.getByText('onerror=').waitFor();
      await picture(`store-plugin-${colorScheme}`);
      expect(await page.title()).toBe('أداة الجداول 表の道具 1.0.0 · Mortise');
      expect(await page.getByRole('main').locator('img, script').count()).toBe(0);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    }
    expect(faults).toEqual([]);
  });

  it('show Markdown as what it stands for, its images as links, and follow no script', async () => {
    await page.goto(`${address}/plugins/acme/tidal`);
    const text = page.locator('.prose').first();
    await text.locator('em', { hasText: 'tides' }).waitFor();
    expect(await text.locator('p').first().innerText()).toBe('Counts tides <i>here</i> & <b>.');
    expect(await text.locator('td').innerText()).toBe('1');
    const styleOf = (selector: string, property: string): Promise<string> =>
      page.evaluate(`getComputedStyle(document.querySelector('${selector}')).${property}`);
    expect(await styleOf('.prose td', 'borderTopStyle')).toBe('solid');
    expect(await styleOf('.prose blockquote', 'borderInlineStartStyle')).toBe('solid');
    expect(await styleOf('.prose pre', 'backgroundColor')).not.toBe('rgba(0, 0, 0, 0)');
    expect(parseFloat(await styleOf('.prose h3', 'fontSize'))).toBeLessThan(
      parseFloat(await styleOf('.plugin > h2', 'fontSize')),
    );
    const links = await text
      .locator('a')
      .evaluateAll((all) =>
        all.map((one) => [one.textContent, one.getAttribute('href'), one.getAttribute('rel')]),
      );
    const rel = 'noopener noreferrer nofollow';
    expect(links).toEqual([
      ['two', 'https://two.example/?a=1&b=2', rel],
      ['four', 'https://four.example/4.png', rel],
    ]);
    expect(await text.locator('img, script, i, b').count()).toBe(0);
    expect(faults).toEqual([]);
  });

  it('run nothing of what a publisher wrote, in whichever field, nor of an icon', async () => {
    const text = JSON.stringify(`"><img src=x onerror="document.title='taken'"><svg>`);
    const lines = ['title', 'summary', 'description', 'changelog', 'maintainer', 'version_label']
      .map((key) => `${key}: ${text}\n`)
      .join('');
    const yaml = `name: hostile\nversion: 1.0.0\n${lines}tags: [${text}]\ncategories: [${text}]\nicon: icon.svg\nrequires: {cloudlaunch: ">=4"}\npermissions: [harbours:read]\ninterfaces:\n  backup:\n    form: [{type: integer, name: days, label: ${text}}]\n`;
    const svg = (inside: string) =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">${inside}</svg>`;
    const publish = (icon: string) =>
      request(catalog.store.server)
        .post('/api/v1/publishers/acme/releases')
        .set('authorization', `Bearer ${catalog.token}`)
        .attach('descriptor', Buffer.from(yaml), 'plugin.yaml')
        .attach('artifact', Buffer.from(icon), 'icon.svg');
    const refused = await publish(svg(`<script>top.document.title='taken'</script>`));
    expect(refused.body).toMatchObject({ status: 400, code: 'icon-unsafe' });
    expect((await publish(svg('<path d="M0 0h9v9z"/>'))).body).toMatchObject({ id: 'acme/hostile' });
    const links = { homepage: 'javascript:document.title="taken"', repository: 'data:text/html,taken' };
    await page.route('**/api/v1/plugins/acme/hostile', async (route) => {
      const plugin = (await (await route.fetch()).json()) as { latest: object };
      await route.fulfill({ json: { ...plugin, latest: { ...plugin.latest, ...links } } });
    });
    await page.goto(`${address}/plugins/acme/hostile`);
    await page.getByText(links.homepage).waitFor();
    const main = page.getByRole('main');
    expect(await main.locator('script, svg, [onerror], [href^="javascript:"], [href^="data:"]').count()).toBe(
      0,
    );
    expect(await main.locator('img').count()).toBe(1);
    await page.waitForFunction('document.querySelector("img.icon").naturalWidth > 0');
    await page.goto(`${address}/?q=hostile`);
    await page.getByText('One plugin').waitFor();
    expect(await page.getByRole('main').locator('img, script').count()).toBe(0);
    expect(await page.title()).not.toBe('taken');
    expect(faults).toEqual([]);
    await page.unroute('**/api/v1/plugins/acme/hostile');
  });

  it('name the publisher, the files with their digests, and why a version was withdrawn', async () => {
    await page.goto(`${address}/plugins/acme/hostile`);
    const { artifacts } = (await catalog.get('acme/hostile/versions/1.0.0')).body;
    await page.getByText(`sha256 ${artifacts[0].sha256 as string}`).waitFor();
    await page.getByRole('link', { name: 'acme', exact: true }).click();
    await page.waitForURL('**/?publisher=acme');
    const chosen = page.locator('.chip[aria-pressed=true]', { hasText: 'acme' });
    await chosen.waitFor({ state: 'attached' });
    const reason = { reason: 'It sends what it reads elsewhere.' };
    await catalog.send('put', 'acme/hostile/versions/1.0.0/quarantine', reason, catalog.moderator);
    await page.goto(`${address}/plugins/acme/hostile`);
    await page.getByText(reason.reason).waitFor();
    await page.getByRole('link', { name: '1.0.0' }).click();
    await page.getByText('1.0.0 is quarantined').waitFor();
    expect(await page.getByText('mortise install').count()).toBe(0);
    expect(await page.getByRole('main').locator('img').count()).toBe(0);
  });

  it('offer no way to install what names no packages', async () => {
    await page.route('**/api/v1/plugins/acme/tidal', async (route) => {
      const answer = await route.fetch();
      const plugin = (await answer.json()) as { latest: object };
      await route.fulfill({ json: { ...plugin, latest: { ...plugin.latest, kind: 'cloudlaunch' } } });
    });
    await page.goto(`${address}/plugins/acme/tidal`);
    await page.getByText('there is nothing to install').waitFor();
    expect(await page.getByText('mortise install').count()).toBe(0);
    await page.unroute('**/api/v1/plugins/acme/tidal');
  });

  it('fold the filters on a phone alone, and lead who may not read to where one signs in', async () => {
    const searches = /\/api\/v1\/plugins(\?|$)/;
    const chip = page.locator('.chip').first();
    await page.route(searches, async (route) => {
      const answer = await route.fetch();
      const facets = { tag: ['one', 'two'].map((value) => ({ value, count: 1 })) };
      await route.fulfill({ json: { ...((await answer.json()) as object), facets } });
    });
    await page.goto(address);
    await page.getByText('2 plugins').waitFor();
    expect(await chip.isVisible()).toBe(false);
    await page.getByText('Narrow the results').click();
    await chip.waitFor();
    await page.setViewportSize({ width: 1000, height: 800 });
    await page.reload();
    await chip.waitFor();
    await page.unroute(searches);
    await page.route(searches, (route) => route.fulfill({ status: 401, json: {} }));
    await page.reload();
    await page.getByText('to its members alone').waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Sign in' }).waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    expect(await page.getByText('admin-password').first().isVisible()).toBe(false);
    expect(await page.getByLabel('Sort by').isVisible()).toBe(false);
    await page.unroute(searches);
    await page.goto(`${address}/a/page/of/nothing`);
    await page.getByRole('navigation').getByRole('link', { name: 'Sign in' }).click();
    await page.waitForURL('**/login?next=**');
  });

  it('say why there is nothing to be seen, and try again when they are told to', async () => {
    await page.goto(`${address}/plugins/acme/absent`);
    await page.getByRole('alert').getByText('There is no plugin acme/absent').waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Search for it' }).click();
    await page.waitForURL('**/?q=absent');
    await page.getByText('No plugin found').waitFor();
    let isAway = true;
    await page.route('**/api/v1/plugins?*', (route) =>
      isAway ? route.fulfill({ status: 503, json: { detail: 'The search is away.' } }) : route.continue(),
    );
    await page.goto(`${address}/?q=tidal`);
    await page.getByText('The search is away.').waitFor();
    isAway = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('One plugin').waitFor();
    await page.goto(`${address}/?q=tidal&tag=absent`);
    await page.getByText('Take away a filter').waitFor();
  });
});

describe('an address that is opened in a browser', () => {
  const asBrowser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
  let open: CatalogStore;
  let closed: CatalogStore;
  const get = (path: string, accept = asBrowser, { store } = open) =>
    request(store.server).get(path).set({ accept });

  beforeAll(async () => {
    open = await CatalogStore.start({ MORTISE_REVIEW: 'required' });
    closed = await CatalogStore.start({ MORTISE_READ: 'members' });
    for (const catalog of [open, closed]) await catalog.publish('tidal', '1.0.0');
    await open.publish('hidden', '1.0.0');
    const review = { review: 'approved', reason: 'Read it.' };
    await open.send('put', 'acme/tidal/versions/1.0.0/review', review, open.moderator).expect(204);
  });
  afterAll(async () => {
    await open.store.close();
    await closed.store.close();
  });

  it('is a page with a search where there is none, in whichever folder, and a problem for programs', async () => {
    for (const [path, root] of [
      ['/nope', './'],
      ['/nope/', '../'],
      ['/a/b/c?d=/e/f', '../../'],
      ['/pages/nope.js', '../'],
    ] as const) {
      const answer = await get(path).expect(404);
      expect(answer.headers['content-type']).toContain('text/html');
      expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(answer.text).toContain(`action="${root}"`);
      expect(answer.text).toContain(`href="${root}pages/home.css"`);
      for (const accept of ['application/json', '*/*', `application/problem+json, ${asBrowser}`])
        expect((await get(path, accept)).headers['content-type']).toContain('application/problem+json');
    }
    for (const path of ['/api/v1/nope', '/api/v1/plugins/acme/absent', '/npm/@acme/absent', '/oauth/nope'])
      expect((await get(path).expect(404)).headers['content-type']).toContain('application/problem+json');
  });

  it('is 404 for a plugin that is missing, or that one may not see, with a page that tells more', async () => {
    await get('/plugins/acme/tidal').expect(200);
    await get('/plugins/ACME/Tidal').expect(200);
    for (const path of ['/plugins/acme/absent', '/plugins/acme/hidden', '/plugins/a%2Fb/%00']) {
      const answer = await get(path).expect(404);
      expect(answer.text).toContain('id="plugin"');
      expect((await get(path, '*/*').expect(404)).headers['content-type']).toContain('text/html');
      const told = await get(path, 'application/json').expect(404);
      expect(told.body.code).toBe('plugin-not-found');
    }
  });

  it('tells a stranger nothing of a store for members, and a member what is missing', async () => {
    const of = (path: string, cookie = '') => get(path, asBrowser, closed).set({ cookie });
    await of('/plugins/acme/tidal').expect(200);
    await of('/plugins/acme/absent').expect(200);
    const answer = await request(closed.store.server).post('/session').send(testAdmin).expect(204);
    const cookie = String(answer.headers['set-cookie']).split(';')[0];
    await of('/plugins/acme/tidal', cookie).expect(200);
    await of('/plugins/acme/absent', cookie).expect(404);
  });

  it('leads from a publisher to the search for its plugins', async () => {
    const answer = await get('/plugins/ACME').expect(302);
    expect(answer.headers['location']).toBe('../?publisher=acme');
    expect((await get('/plugins').expect(302)).headers['location']).toBe('./');
    expect((await get('/plugins/acme', 'application/json').expect(404)).body.code).toBe('page-not-found');
    const hostile = await get('/plugins/%0d%0aset-cookie:a=b').expect(302);
    expect(hostile.headers['location']).toBe('../?publisher=%0D%0Aset-cookie%3Aa%3Db');
    expect(hostile.headers['set-cookie']).toBeUndefined();
  });
});
