import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { DevHost } from '#host';
import { findPython } from '#testing';
import { browserPath, openBrowser } from './browser.js';
import { temporaryFolder } from './host-folder.js';

const example = fileURLToPath(new URL('../../../descriptors/hello-mortise/1.0.0', import.meta.url));

export const canShowForms =
  process.platform === 'linux' && findPython() !== undefined && browserPath !== undefined;

/** The agent's page of a plugin, with its form, in a real browser. */
export class FormPage {
  /** What went wrong in the page's own scripts. */
  readonly faults: string[] = [];

  private constructor(
    private readonly folder: string,
    private readonly dev: DevHost,
    private readonly browser: Browser,
    readonly page: Page,
  ) {}

  /** The `descriptor` is of a plugin whose back end is the package hello-mortise, made of `code`. */
  static async open(descriptor: string, code: string): Promise<FormPage> {
    const folder = temporaryFolder('form');
    cpSync(example, folder, { recursive: true });
    writeFileSync(join(folder, 'plugin.yaml'), descriptor);
    writeFileSync(join(folder, 'python/hello_mortise/__init__.py'), code);
    const problems: string[] = [];
    const dev = await DevHost.start(folder, {
      onProblems: (found) =>
        problems.push(...found.map(({ line, code, message }) => `${line} ${code}: ${message}`)),
    });
    if (problems.length > 0) throw new Error(problems.join('\n'));
    const browser = await openBrowser();
    const opened = new FormPage(folder, dev, browser, await browser.newPage());
    await opened.load();
    return opened;
  }

  private async load(): Promise<void> {
    this.page.on('pageerror', (error) => this.faults.push(error.message));
    this.page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('400')) this.faults.push(message.text());
    });
    await this.page.goto(this.dev.link);
    await this.form.waitFor();
  }

  get form(): Locator {
    return this.page.locator('[data-form="default"]');
  }

  /** What the back end answered, once it has. */
  async answer(): Promise<unknown> {
    const place = this.form.locator('[data-answer]');
    await place.filter({ hasText: '{' }).waitFor();
    return JSON.parse(await place.innerText());
  }

  /** Into the folder TEST_SCREENSHOTS, where it is named. */
  async picture(name: string): Promise<void> {
    const { TEST_SCREENSHOTS: shots } = process.env;
    if (shots !== undefined) await this.page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.dev.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
