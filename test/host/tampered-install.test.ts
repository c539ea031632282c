import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pinOf, thumbprint } from '#host';
import type { Host } from '#host';
import { describeInstalls } from './installers.js';
import { PluginStore } from './plugin-store.js';
import { TamperingProxy } from './tampering-proxy.js';
import type { Tamper } from './tampering-proxy.js';

let store: PluginStore;
let proxy: TamperingProxy;
let hosts = 0;

beforeAll(async () => {
  store = await PluginStore.start();
  await store.upload('acme_needed', '2.0.0');
  await store.publish({ version: '1.0.0' });
  await store.publish({ version: '1.1.0', requires: ['acme_needed==2.0.0'] });
  proxy = await TamperingProxy.start(store.address);
});

afterAll(async () => {
  await proxy.close();
  await store.close();
});

afterEach(() => {
  proxy.tamper = () => undefined;
});

const makeHost = (): Promise<Host> => store.makeHost(`tampered-${++hosts}`, { address: proxy.address });

/** Tries to install, and sees that nothing is left of it: here, at the store, or anywhere else. */
async function refused(tamper: Tamper, wish = 'acme/tool@1.0.0', host?: Host): Promise<string> {
  const on = host ?? (await makeHost());
  proxy.tamper = tamper;
  const before = await on.state();
  const error = await on.install(wish).then(
    () => new Error('It was installed.'),
    (reason: unknown) => reason as Error,
  );
  proxy.tamper = () => undefined;
  expect(await on.state()).toEqual(before);
  expect(await store.listed(on)).toEqual([]);
  const { paths } = on.folder;
  for (const folder of [paths.keys, paths.incoming, paths.webRoot]) expect(readdirSync(folder)).toEqual([]);
  const plugins = join(paths.releases, 'acme', 'tool', '1.0.0');
  expect(existsSync(plugins) ? readdirSync(plugins) : []).toEqual([]);
  expect(existsSync(join(store.folder, 'evil'))).toBe(false);
  return (error as { code?: string }).code ?? error.message;
}

/** The same length, another byte in the middle. */
function flipped(body: Buffer): Buffer {
  const copy = Buffer.from(body);
  copy[copy.length >> 1]! ^= 1;
  return copy;
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function signed(manifest: unknown, key: KeyObject, header: object): string {
  const text = `${part(header)}.${part(manifest)}`;
  return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
}

interface LooseManifest {
  plugin: string;
  version: string;
  interfaces: {
    default: {
      backend: { artifacts: { filename: string }[] };
      frontend: { package: string; files: { path: string }[] };
    };
  };
}

const manifestOf = (jws: Buffer): LooseManifest =>
  JSON.parse(Buffer.from(String(jws).split('.')[1] ?? '', 'base64url').toString());

/** A host that believes in a key of ours too: what a store might sign that means ill. */
async function makeDeceivedHost() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  const host = await makeHost();
  const file = await host.folder.readHost();
  const pin = pinOf({ kty: 'OKP', crv: 'Ed25519', x }, 'given', Date.now());
  await host.folder.writeHost({ ...file, store: { ...file.store, keys: [...file.store.keys, pin] } });
  const header = (more: object = {}) => {
    const iat = Math.floor(Date.now() / 1000);
    return { alg: 'EdDSA', typ: 'mortise-manifest+jws', kid: thumbprint(x), iat, exp: iat + 600, ...more };
  };
  return { host, privateKey, header };
}

const isJws = (path: string): boolean => path.includes('/manifest.jws');

describeInstalls(
  'what was changed on its way is refused, and nothing is changed here or at the store:',
  () => {
    it('a wheel, a tarball, a descriptor, a wheel that a plugin needs', async () => {
      const flip =
        (which: RegExp): Tamper =>
        (path, body) =>
          which.test(path) ? flipped(body) : undefined;
      expect(await refused(flip(/artifacts\/.*\.whl/))).toBe('artifact-tampered');
      expect(await refused(flip(/artifacts\/.*\.tgz/))).toBe('artifact-tampered');
      expect(await refused(flip(/\/descriptor/))).toBe('artifact-tampered');
      expect(await refused(flip(/acme_needed-2.0.0-py3-none-any\.whl$/), 'acme/tool@1.1.0')).toBe(
        'artifact-tampered',
      );
    });

    it('one that is longer or shorter than promised, or breaks off', async () => {
      const wheel = (change: (body: Buffer) => Buffer | 'cut'): Tamper => {
        return (path, body) => (/artifacts\/.*\.whl/.test(path) ? change(body) : undefined);
      };
      expect(await refused(wheel((body) => Buffer.concat([body, body])))).toBe('artifact-tampered');
      expect(await refused(wheel((body) => body.subarray(0, 100)))).toBe('artifact-tampered');
      expect(await refused(wheel(() => 'cut'))).toMatch(/can't be reached/);
    });

    it('a manifest, its signature, or one that another key signed', async () => {
      const change =
        (make: (parts: string[], jws: Buffer) => string): Tamper =>
        (path, body) =>
          isJws(path) ? Buffer.from(make(String(body).split('.'), body)) : undefined;
      const other = generateKeyPairSync('ed25519').privateKey;
      const evil = (jws: Buffer) => ({ ...manifestOf(jws), permissions: ['everything'] });
      expect(await refused(change(([head, , end], jws) => [head, part(evil(jws)), end].join('.')))).toBe(
        'signature-invalid',
      );
      expect(
        await refused(
          change(([head, body, end]) =>
            [head, body, flipped(Buffer.from(end!)).toString('latin1')].join('.'),
          ),
        ),
      ).toBe('signature-invalid');
      const none = { alg: 'none', typ: 'mortise-manifest+jws', kid: 'x' };
      expect(await refused(change(([, body]) => `${part(none)}.${body}.AA`))).toBe('signature-invalid');
      const iat = Math.floor(Date.now() / 1000);
      const header = { alg: 'EdDSA', typ: 'mortise-manifest+jws', kid: 'mine', iat, exp: iat + 60 };
      expect(await refused(change((_, jws) => signed(evil(jws), other, header)))).toBe('key-not-pinned');
      // The store's own key id does not help somebody who hasn't its key.
      expect(
        await refused(
          change(([head], jws) => {
            const stolen = JSON.parse(Buffer.from(head!, 'base64url').toString());
            return signed(evil(jws), other, stolen);
          }),
        ),
      ).toBe('signature-invalid');
    });

    it('a true manifest of another version', async () => {
      const path = `${store.address}/api/v1/plugins/acme/tool/versions/1.1.0/manifest.jws`;
      const older = Buffer.from(await (await fetch(path)).arrayBuffer());
      expect(await refused((asked) => (isJws(asked) ? older : undefined))).toBe('manifest-of-another');
    });

    it('a signature that has ended, is of tomorrow, or is none of a manifest', async () => {
      const { host, privateKey, header } = await makeDeceivedHost();
      const hour = Math.floor(Date.now() / 1000) - 3600;
      const as = (more: object): Tamper => {
        return (path, body) =>
          isJws(path) ? Buffer.from(signed(manifestOf(body), privateKey, header(more))) : undefined;
      };
      expect(await refused(as({ exp: hour }), undefined, host)).toBe('signature-expired');
      expect(await refused(as({ iat: hour + 7200, exp: hour + 9999 }), undefined, host)).toBe(
        'signature-invalid',
      );
      expect(await refused(as({ typ: 'JWT' }), undefined, host)).toBe('signature-invalid');
      expect(await refused(as({ exp: undefined }), undefined, host)).toBe('signature-invalid');
      expect(await refused(as({ crit: ['b64'] }), undefined, host)).toBe('signature-invalid');
    });

    it('names that lead elsewhere, even in what a pinned key signed', async () => {
      const { host, privateKey, header } = await makeDeceivedHost();
      const as = (change: (manifest: LooseManifest) => void): Tamper => {
        return (path, body) => {
          if (!isJws(path)) return undefined;
          const manifest = manifestOf(body);
          change(manifest);
          return Buffer.from(signed(manifest, privateKey, header()));
        };
      };
      const backend = (manifest: LooseManifest) => manifest.interfaces.default.backend;
      const frontend = (manifest: LooseManifest) => manifest.interfaces.default.frontend;
      const tries: ((manifest: LooseManifest) => void)[] = [
        (one) => (one.plugin = '../../evil'),
        (one) => (one.version = '../../../evil'),
        (one) => (backend(one).artifacts[0]!.filename = '../../../../../evil-1-py3-none-any.whl'),
        (one) => (frontend(one).package = '../../../evil'),
        (one) => (frontend(one).package = '@acme/..'),
        (one) => (frontend(one).files[0]!.path = '../../../../../evil'),
        (one) => (frontend(one).files[0]!.path = 'nul'),
        (one) => (frontend(one).files[0]!.path = 'dist\\evil.js'),
        (one) => (frontend(one).files[0]!.path = 'DIST/style.css'),
        (one) => (frontend(one).files[0]!.path = 'a\0b'),
      ];
      for (const change of tries) expect(await refused(as(change), undefined, host)).toBe('unsafe-name');
    });

    it('an installation of another plugin, or under another id than any', async () => {
      const as = (more: object): Tamper => {
        return (path, body, method) =>
          method === 'POST' && path === '/api/v1/installations'
            ? Buffer.from(JSON.stringify({ ...JSON.parse(String(body)), ...more }))
            : undefined;
      };
      expect(await refused(as({ plugin: 'acme/other' }))).toBe('manifest-of-another');
      expect(await refused(as({ version: '1.1.0' }))).toBe('manifest-of-another');
      expect(await refused(as({ plugin: '../..' }))).toBe('unsafe-name');
    });
  },
);

describeInstalls('what nobody should ask for', () => {
  it('is refused before the store hears of it', async () => {
    const host = await makeHost();
    proxy.seen.length = 0;
    const other = 'http://plugins.example.org/api/v1/plugins/acme/tool/versions/1.0.0/manifest';
    await expect(host.install(other)).rejects.toMatchObject({ code: 'other-store' });
    for (const name of [
      'acme/../tool',
      '../tool',
      'acme/..',
      'acme/nul',
      'acme',
      'acme/tool@no version',
      'acme/tool/x',
    ])
      await expect(host.install(name)).rejects.toMatchObject({
        code: expect.stringMatching(/^(?:wish-unclear|unsafe-name)$/),
      });
    expect(proxy.seen).toEqual([]);
  });

  it('is not the address of a manifest on the host’s own store', async () => {
    const host = await makeHost();
    const address = `${proxy.address}/api/v1/plugins/acme/tool/versions/1.0.0/manifest`;
    expect(await host.install(address)).toMatchObject({ version: '1.0.0', outcome: 'waiting' });
  });
});

describeInstalls('the store’s next key', () => {
  it('is believed when a pinned one vouches for it, and no other', async () => {
    const admin = await store.asAdmin();
    await admin.call('keysRotate');
    const { items } = await admin.call('keysChain');
    const next = items.at(-1)!;
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const { x = '' } = publicKey.export({ format: 'jwk' });
    const iat = Math.floor(Date.now() / 1000);
    const header = { alg: 'EdDSA', typ: 'mortise-manifest+jws', kid: thumbprint(x), iat, exp: iat + 60 };
    const ours = {
      kid: thumbprint(x),
      jwk: { kty: 'OKP', crv: 'Ed25519', x },
      announced_at: '',
      active_at: '',
    };
    const claims = { jwk: ours.jwk, iat: iat - 86_400, nbf: iat };
    const byItself = signed(claims, privateKey, { alg: 'EdDSA', typ: 'mortise-key+jws', kid: thumbprint(x) });
    const byPinned = signed(claims, privateKey, { alg: 'EdDSA', typ: 'mortise-key+jws', kid: items[0]!.kid });
    for (const [voucher, code] of [
      [byItself, 'key-not-pinned'],
      [byPinned, 'signature-invalid'],
      [next.voucher, 'signature-invalid'],
      [null, 'key-not-pinned'],
    ] as const) {
      const tamper: Tamper = (path, body) => {
        if (isJws(path)) return Buffer.from(signed(manifestOf(body), privateKey, header));
        if (path !== '/api/v1/manifest-keys') return undefined;
        return Buffer.from(JSON.stringify({ items: [...items, { ...ours, voucher }], next: null }));
      };
      expect(await refused(tamper)).toBe(code);
    }
  });
});
