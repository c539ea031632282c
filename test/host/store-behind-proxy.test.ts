import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Typist } from '../cli/mortise.js';
import { makeCertificate } from '../services/certificates.js';
import { describeInstalls, installers } from './installers.js';
import { PluginStore } from './plugin-store.js';

const prefix = '/apps/mortise';
let folder: string;
let authority: string;
let proxy: Server;
let address: string;
let store: PluginStore;
let typist: Typist;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mortise-proxied-'));
  const made = makeCertificate(folder);
  ({ authority } = made);
  const own = { cert: readFileSync(made.certificate), key: readFileSync(made.key) };
  proxy = createServer(own, (asked, answer) => {
    const { method = 'GET', url = '/', headers } = asked;
    const path = url.startsWith(`${prefix}/`) ? url.slice(prefix.length) : '/nowhere';
    const onward = request(`${store.address}${path}`, { method, headers }, (came) => {
      answer.writeHead(came.statusCode ?? 502, came.headers);
      came.pipe(answer);
    });
    asked.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  address = `https://127.0.0.1:${(proxy.address() as AddressInfo).port}${prefix}`;
  store = await PluginStore.start({ environment: { MORTISE_PUBLIC_URL: address } });
  await store.upload('acme_needed', '2.0.0');
  await store.publish({ version: '1.0.0', requires: ['acme_needed==2.0.0'] });
  typist = new Typist(address);
});

afterAll(async () => {
  typist.leave();
  await store.close();
  proxy.closeAllConnections();
  proxy.close();
  rmSync(folder, { recursive: true, force: true });
});

describeInstalls.each(installers)(
  'a store below a path, of a private authority, on a machine with a proxy that Node does not take: %s',
  (installer) => {
    it('is reached by the installer as by Node', async () => {
      const host = await store.makeHost(`proxied-${installer}`, { address, settings: { installer } });
      const line = ['install', 'acme/tool', '--folder', host.folder.paths.root];
      const dead = 'http://127.0.0.1:9';
      const environment = { HTTPS_PROXY: dead, https_proxy: dead, UV_CACHE_DIR: join(folder, 'uv') };
      const strange = await typist.run(line, { environment });
      expect([strange.code, strange.stderr]).toEqual([5, expect.stringContaining('NODE_EXTRA_CA_CERTS')]);
      const known = { ...environment, NODE_EXTRA_CA_CERTS: authority };
      expect(await typist.run(line, { environment: known })).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('acme/tool 1.0.0 is ready'),
      });
    });
  },
);
