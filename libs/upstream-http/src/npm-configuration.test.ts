import { afterAll, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npmRegistryAt, readNpmConfiguration } from './npm-configuration.js';

const folder = mkdtempSync(join(tmpdir(), 'mortise-npmrc-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A home whose npmrc has these lines, and nothing of this machine's. */
function homeWith(lines: readonly string[], more: Record<string, string> = {}): Record<string, string> {
  const home = mkdtempSync(join(folder, 'home-'));
  writeFileSync(join(home, '.npmrc'), lines.join('\n'));
  return { HOME: home, npm_config_globalconfig: join(home, 'nothing'), ...more };
}

/** The same with an npm that is configured to that. */
function machineWith(told: object, lines: readonly string[] = []): Record<string, string> {
  const environment = homeWith(lines);
  const path = mkdtempSync(join(folder, 'bin-'));
  writeFileSync(join(path, 'npm'), `#!/bin/sh\ncat <<'.'\n${JSON.stringify(told)}\n.\n`);
  chmodSync(join(path, 'npm'), 0o755);
  return { ...environment, PATH: `${path}:${process.env['PATH'] ?? ''}` };
}

describe('what npm’s files say of a registry', () => {
  it.each([
    ['a token', ['//r.example/npm/:_authToken=secret'], 'Bearer secret'],
    ['a token of its host', ['//r.example/:_authToken=secret'], 'Bearer secret'],
    ['a token without the slash at the end', ['//r.example/npm:_authToken=secret'], 'Bearer secret'],
    ['a token from the environment', ['//r.example/npm/:_authToken=${REGISTRY_TOKEN}'], 'Bearer from-env'],
    ['_auth', [`//r.example/npm/:_auth=${base64('me:secret')}`], `Basic ${base64('me:secret')}`],
    [
      'a username and a password',
      ['//r.example/npm/:username = me', `//r.example/npm/:_password = "${base64('secret')}"`],
      `Basic ${base64('me:secret')}`,
    ],
    [
      'the token of the nearest',
      ['//r.example/:_authToken=far', '//r.example/npm/:_authToken=near'],
      'Bearer near',
    ],
    ['nothing of another path', ['//r.example/other/:_authToken=secret'], null],
    ['nothing of another host', ['//other.example/npm/:_authToken=secret'], null],
    ['nothing of another port', ['//r.example:8443/npm/:_authToken=secret'], null],
    ['nothing without an address', ['_authToken=secret'], null],
    ['nothing in a comment', ['; //r.example/npm/:_authToken=secret', '# //r.example/:_authToken=x'], null],
  ])('gives it %s', async (_what, lines, authorization) => {
    const environment = homeWith(lines, { REGISTRY_TOKEN: 'from-env' });
    const found = await npmRegistryAt('https://r.example/npm', environment);
    expect(found).toMatchObject({
      address: 'https://r.example/npm/',
      authorization,
      authorizedBelow: 'https://r.example/npm/',
    });
  });

  it('leaves a variable that is not there as it is, or empty where that is asked for', async () => {
    const environment = homeWith([
      '//r.example/:_authToken=${NOT_THERE}',
      '//s.example/:_authToken=x${NOT_THERE?}',
    ]);
    expect((await npmRegistryAt('https://r.example/', environment))?.authorization).toBe(
      'Bearer ${NOT_THERE}',
    );
    expect((await npmRegistryAt('https://s.example/', environment))?.authorization).toBe('Bearer x');
  });

  it('takes the credentials out of an address that has some', async () => {
    const found = await npmRegistryAt('https://me:p%40ss@r.example/', homeWith([]));
    expect(found).toMatchObject({
      address: 'https://r.example/',
      authorization: `Basic ${base64('me:p@ss')}`,
    });
  });

  it('reads certificates and proxies', async () => {
    const pem = join(folder, 'ca.pem');
    writeFileSync(pem, 'CERTIFICATE');
    const lines = [
      `cafile=${pem}`,
      'proxy=http://one:1',
      'https-proxy=http://two:2',
      'noproxy=a.example, .b.example',
    ];
    const found = await npmRegistryAt('https://r.example/', homeWith([...lines, 'strict-ssl=false']));
    expect(found?.connection).toEqual({
      ca: ['CERTIFICATE'],
      verifies: false,
      httpProxy: 'http://one:1',
      httpsProxy: 'http://two:2',
      noProxy: ['a.example', '.b.example'],
    });
  });

  it('goes by the proxies of the environment without any, and verifies', async () => {
    const proxies = { HTTPS_PROXY: 'http://three:3', NO_PROXY: 'c.example' };
    const found = await npmRegistryAt('https://r.example/', homeWith([], proxies));
    expect(found?.connection).toEqual({
      ca: null,
      verifies: true,
      httpProxy: null,
      httpsProxy: 'http://three:3',
      noProxy: ['c.example'],
    });
  });
});

describe('what npm itself is configured to', () => {
  it('is the registry, and others for scopes, each with its own credentials', async () => {
    const told = { registry: 'https://r.example/', '@acme:registry': 'https://acme.example/npm' };
    const lines = ['//acme.example/npm/:_authToken=secret'];
    const { registry, scopes } = await readNpmConfiguration(machineWith(told, lines));
    expect(registry).toMatchObject({ address: 'https://r.example/', authorization: null });
    expect([...scopes].map(([scope, { address, authorization }]) => [scope, address, authorization])).toEqual(
      [['@acme', 'https://acme.example/npm/', 'Bearer secret']],
    );
  });

  it('is not what the project that npm runs the store from says', async () => {
    const project = mkdtempSync(join(folder, 'project-'));
    writeFileSync(join(project, '.npmrc'), 'strict-ssl=false\n');
    const environment = {
      ...machineWith({ registry: 'https://r.example/' }),
      npm_lifecycle_event: 'start',
      npm_config_user_agent: 'pnpm/10.0.0',
      npm_config_local_prefix: project,
      npm_config_registry: 'https://projects.example/',
      npm_config_strict_ssl: 'false',
    };
    const { registry } = await readNpmConfiguration(environment);
    expect(registry).toMatchObject({ address: 'https://r.example/', connection: { verifies: true } });
  });

  it('is nothing where there is no npm and no file that names one', async () => {
    const { registry, scopes } = await readNpmConfiguration(homeWith([], { PATH: folder }));
    expect([registry, scopes.size]).toEqual([undefined, 0]);
  });
});
