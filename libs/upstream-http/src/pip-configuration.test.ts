import { afterAll, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipIndexAt, readPipConfiguration } from './pip-configuration.js';

const folder = mkdtempSync(join(tmpdir(), 'mortise-pip-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const file = (name: string, lines: readonly string[]): string => {
  const path = join(mkdtempSync(join(folder, 'files-')), name);
  writeFileSync(path, lines.join('\n'));
  return path;
};

/** A machine without pip, and with a pip.conf of these lines. */
const configured = (lines: readonly string[], more: Record<string, string> = {}) => ({
  HOME: folder,
  PATH: folder,
  PIP_CONFIG_FILE: file('pip.conf', lines),
  ...more,
});

/** A machine whose pip says that of itself. */
function machineWith(list: string, help = ''): Record<string, string> {
  const pip = file('pip', ['#!/bin/sh', `cat <<'.'`, '', '.']);
  writeFileSync(
    pip,
    `#!/bin/sh\nif [ "$1" = config ]; then cat <<'.'\n${list}\n.\nelse cat <<'.'\n${help}\n.\nfi\n`,
  );
  chmodSync(pip, 0o755);
  return { HOME: folder, PATH: `${join(pip, '..')}:${process.env['PATH'] ?? ''}` };
}

describe('what pip is configured to, read from its files', () => {
  it('is an index, with what lies between lines and in other sections in its place', async () => {
    const lines = [
      '# ours',
      '[global]',
      'index-url = https://far.example/simple',
      'extra-index-url =',
      '    https://one.example/simple',
      '    https://two.example/simple',
      '[install]',
      'index_url: https://me:s%40fe@near.example/simple',
      '[download]',
      'index-url = https://other.example/simple',
    ];
    const { index, passedOver } = await readPipConfiguration(configured(lines));
    expect(index).toMatchObject({
      address: 'https://near.example/simple/',
      authorization: `Basic ${base64('me:s@fe')}`,
      authorizedBelow: 'https://near.example/',
    });
    expect(passedOver).toBe(2);
  });

  it('yields to the environment', async () => {
    const lines = ['[global]', 'index-url = https://far.example/simple'];
    const { index } = await readPipConfiguration(
      configured(lines, { PIP_INDEX_URL: 'https://env.example/simple/' }),
    );
    expect(index?.address).toBe('https://env.example/simple/');
  });

  it('is none where pip is told to use none', async () => {
    const lines = ['[global]', 'index-url = https://far.example/simple', 'no-index = true'];
    expect((await readPipConfiguration(configured(lines))).index).toBeUndefined();
  });
});

describe('what pip says of itself', () => {
  it('is its configuration, the strongest last', async () => {
    const list = [
      `global.index-url='https://far.example/simple'`,
      `global.extra-index-url='\\nhttps://one.example\\nhttps://two.example'`,
      `:env:.index-url='https://env.example/simple'`,
    ];
    const { index, passedOver } = await readPipConfiguration(machineWith(list.join('\n')));
    expect([index?.address, passedOver]).toEqual(['https://env.example/simple/', 2]);
  });

  it('is the index that its help names where none is configured', async () => {
    const help =
      '  -i, --index-url <url>  Base URL of the index (default https://std.example/simple). This should';
    const { index } = await readPipConfiguration(machineWith('', help));
    expect(index?.address).toBe('https://std.example/simple/');
  });
});

describe('how an index is reached', () => {
  it('is by the certificates, the proxy and the trusted hosts of pip', async () => {
    const environment = configured([
      '[global]',
      `cert = ${file('ca.pem', ['CERTIFICATE'])}`,
      'proxy = http://proxy.example:3128',
      'trusted-host = other.example r.example',
    ]);
    const found = await pipIndexAt('https://r.example/simple', { ...environment, NO_PROXY: 'a.example' });
    expect(found?.connection).toEqual({
      ca: ['CERTIFICATE'],
      verifies: false,
      httpProxy: 'http://proxy.example:3128',
      httpsProxy: 'http://proxy.example:3128',
      noProxy: ['a.example'],
    });
  });

  it('is with the credentials of netrc where the address has none', async () => {
    const lines = [
      '# machines',
      'machine other.example login you password "not this"',
      'machine r.example',
      '  login me',
      '  account ignored password "s e c"',
    ];
    const environment = configured([], { NETRC: file('netrc', lines) });
    const found = await pipIndexAt('https://r.example/simple', environment);
    expect(found?.authorization).toBe(`Basic ${base64('me:s e c')}`);
    expect((await pipIndexAt('https://unknown.example/simple', environment))?.authorization).toBeNull();
    const own = await pipIndexAt('https://a:b@r.example/simple', environment);
    expect(own?.authorization).toBe(`Basic ${base64('a:b')}`);
  });

  it('is with the credentials for any machine where there are some', async () => {
    const environment = configured([], { NETRC: file('netrc', ['default login any password one']) });
    const found = await pipIndexAt('https://r.example/simple', environment);
    expect(found?.authorization).toBe(`Basic ${base64('any:one')}`);
  });
});
