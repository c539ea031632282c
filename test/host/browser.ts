import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const flags =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

/** The browser of this machine; undefined where there is none. */
export const browserPath = [process.env['TEST_CHROMIUM'] ?? '', ...places].find(
  (path) => path !== '' && existsSync(path),
);

/** What a title says where tests for a browser can't run. */
export const withoutBrowser =
  browserPath === undefined ? ' (skipped: there is no Chromium on this machine)' : '';

export function openBrowser(): Promise<Browser> {
  if (browserPath === undefined) throw new Error('There is no Chromium on this machine.');
  return chromium.launch({ executablePath: browserPath, args: flags.split(' ') });
}
