import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { CatalogStore } from './catalog-store.js';
import { browserPath, openBrowser, withoutBrowser } from './host/browser.js';

const hostile = `<img src=x onerror="document.title='taken'"><script>document.title='taken'</script> **bold** `;
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
      `title: أداة الجداول 表の道具\nsummary: ${long}\ndescription: ${JSON.stringify(hostile)}\n`,
    );
    for (let minor = 0; minor < releases; minor += 1) await catalog.publish('tidal', `1.${minor}.0`);
    await catalog.store.app.listen(0, '127.0.0.1');
    address = await catalog.store.app.getUrl();
    browser = await openBrowser();
    page = await browser.newPage();
    page.setDefaultTimeout(5000);
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(address)) faults.push(`asks for ${request.url()}`);
    });
  }, 60_000);

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
    expect(await page.getByRole('main').getByRole('listitem').count()).toBe(releases);
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
  });

  it('show what a publisher wrote as text, in any script, and fit on a phone with it', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.goto(address);
      await page.getByRole('link', { name: '表の道具' }).click();
      await page.getByText('onerror=').waitFor();
      await picture(`store-plugin-${colorScheme}`);
      expect(await page.title()).toContain('表の道具');
      expect(await page.getByRole('main').locator('img, script').count()).toBe(0);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    }
    expect(faults).toEqual([]);
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
    await page.unroute(searches);
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
