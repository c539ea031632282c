import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as forward } from 'node:http';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { buildWheel } from '#testing';
import { processAdmin, StoreProcess } from '../store-process.js';
import { makeCertificate } from './certificates.js';
import type { ServerCertificate } from './certificates.js';
import { describeOnOpenSearch } from './engines.js';
import { PostgresServer } from './postgres-server.js';
import { S3Server, s3Credentials } from './s3-server.js';
import { dropTestSearch, searchSetting, testOpenSearch } from './test-search.js';

const bin = resolve('apps/registry/bin/mortise-registry.js');
const basic = `Basic ${Buffer.from('store:p@ss word').toString('base64')}`;

/** OpenSearch as its security plugin makes it: TLS, and a name and password with every request. */
async function guard({ certificate, key }: ServerCertificate): Promise<Server> {
  const server = createServer(
    { cert: readFileSync(certificate), key: readFileSync(key) },
    (asked, answer) => {
      if (asked.headers.authorization !== basic) {
        asked.resume();
        answer.writeHead(401, { 'www-authenticate': 'Basic' }).end('Unauthorized');
        return;
      }
      const { method, headers, url } = asked;
      const passed = forward(`${testOpenSearch}${url}`, { method, headers }, (found) => {
        answer.writeHead(found.statusCode ?? 502, found.headers);
        found.pipe(answer);
      });
      passed.on('error', () => answer.destroy());
      asked.pipe(passed);
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describeOnOpenSearch('a store whose three services want TLS and credentials', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-tls-'));
  const waitsMs = 240_000;
  let postgres: PostgresServer;
  let s3: S3Server;
  let search: Server;
  let ours: ServerCertificate;
  let others: ServerCertificate;
  let store: StoreProcess | undefined;

  beforeAll(async () => {
    [ours, others] = ['ours', 'others'].map((name) => {
      mkdirSync(join(folder, name));
      return makeCertificate(join(folder, name));
    }) as [ServerCertificate, ServerCertificate];
    postgres = await PostgresServer.start({ certificate: ours });
    s3 = await S3Server.start(ours);
    search = await guard(ours);
  }, 900_000);
  afterEach(async () => {
    await store?.stop();
    store = undefined;
  }, waitsMs);
  afterAll(async () => {
    await postgres.stop();
    await s3.stop();
    search.closeAllConnections();
    search.close();
    await dropTestSearch(folder);
    rmSync(folder, { recursive: true, force: true });
  }, waitsMs);

  /** Each with the file that names the authority, where it takes one; none: those that Node knows. */
  const settings = (authority?: string, user = 'store:p%40ss%20word') => {
    const prefix = new URL(searchSetting(folder).MORTISE_SEARCH ?? '').searchParams.get('prefix');
    const { port } = search.address() as AddressInfo;
    const named = (option: string) => (authority === undefined ? '' : `&${option}=${authority}`);
    return {
      MORTISE_DATABASE: `${postgres.address()}?sslmode=verify-full${named('sslrootcert')}`,
      MORTISE_SEARCH: `https://${user}@127.0.0.1:${port}?prefix=${prefix}${named('ca')}`,
      MORTISE_BLOBS: s3.address('mortise'),
      ...s3Credentials,
    };
  };
  const trusting = ({ authority }: ServerCertificate) => ({ NODE_EXTRA_CA_CERTS: authority });

  const ask = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(store!.address + path, init);
    const text = await answer.text();
    return { status: answer.status, text };
  };
  const send = async (path: string, body: object, token?: string) => {
    const headers = {
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
    };
    const { status, text } = await ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
    expect([path, status]).toEqual([path, 201]);
    return JSON.parse(text) as Record<string, string>;
  };

  async function publish(name: string): Promise<string> {
    const { access_token: session } = await send('/api/v1/sessions', processAdmin);
    await send('/api/v1/publishers', { name }, session);
    const form = new FormData();
    const yaml = `name: safe\nversion: 1.0.0\nbackend: ${name}==1.0.0\nbackend_component: Safe\n`;
    form.append('descriptor', new Blob([yaml]), 'plugin.yaml');
    const wheel = new Blob([new Uint8Array(buildWheel({ name, version: '1.0.0' }))]);
    form.append('artifact', wheel, `${name}-1.0.0-py3-none-any.whl`);
    const answer = await ask(`/api/v1/publishers/${name}/releases`, {
      method: 'POST',
      headers: { authorization: `Bearer ${session}` },
      body: form,
    });
    expect([answer.status, answer.text]).toEqual([201, expect.anything()]);
    const { artifacts } = JSON.parse(answer.text) as { artifacts: { url: string }[] };
    return new URL(artifacts[0]!.url).pathname;
  }

  async function publishesAndFinds(name: string): Promise<void> {
    const path = await publish(name);
    expect((await ask(path)).status).toBe(200);
    const found = await ask(`/api/v1/plugins?q=${name}`);
    expect([found.status, found.text]).toEqual([200, expect.stringContaining(`${name}/safe`)]);
  }

  /** What the command says that can't start. */
  const fails = (environment: Record<string, string>): Promise<{ code: unknown; errors: string }> =>
    new Promise((done) => {
      const env = {
        PATH: process.env['PATH'],
        MORTISE_DATA: join(folder, 'failing'),
        MORTISE_DEMO: 'off',
        MORTISE_PORT: '0',
        ...environment,
      };
      execFile(process.execPath, [bin, 'start'], { env, timeout: 60_000 }, (error, _out, errors) =>
        done({ code: error?.code, errors }),
      );
    });

  it(
    'knows all of them by the authorities that NODE_EXTRA_CA_CERTS names, and speaks nothing but TLS',
    async () => {
      store = await StoreProcess.start(join(folder, 'data'), {
        environment: { ...settings(), ...trusting(ours) },
      });
      await publishesAndFinds('first');
      const client = new Client({ connectionString: postgres.address() });
      await client.connect();
      const { rows } = await client.query(
        "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name LIKE 'mortise%'",
      );
      await client.end();
      expect(rows).toEqual([{ ssl: true }]);
    },
    waitsMs,
  );

  it(
    'knows the database and OpenSearch by the file that their addresses name',
    async () => {
      const blobs = { MORTISE_BLOBS: join(folder, 'blobs') };
      store = await StoreProcess.start(join(folder, 'data'), {
        environment: { ...settings(ours.authority), ...blobs },
      });
      await publishesAndFinds('second');
    },
    waitsMs,
  );

  it(
    'does not start on a database or S3 service that another authority signed, and says why',
    async () => {
      const { MORTISE_DATABASE, ...rest } = settings(others.authority);
      for (const [environment, part] of [
        [{ MORTISE_DATABASE }, /The database .* does not let the store in \(.*certificate.*MORTISE_DATABASE/],
        [{ MORTISE_BLOBS: rest.MORTISE_BLOBS, ...s3Credentials, ...trusting(others) }, /certificate/],
      ] as const) {
        const { code, errors } = await fails(environment);
        expect(errors).toMatch(part);
        expect(errors).not.toContain('bug');
        expect(code).toBe(1);
      }
    },
    waitsMs,
  );

  it(
    'does not start where an address names a file that is not there or is no certificate, and names all of them',
    async () => {
      const { MORTISE_DATABASE } = settings(join(folder, 'none.pem'));
      const { MORTISE_SEARCH } = settings(ours.key);
      const { code, errors } = await fails({ MORTISE_DATABASE, MORTISE_SEARCH });
      expect(errors.trim().split('\n')).toEqual([
        expect.stringContaining(`"${join(folder, 'none.pem')}", which can't be read (ENOENT)`),
        expect.stringContaining(`"${ours.key}", which holds no certificate`),
      ]);
      expect(code).toBe(2);
    },
    waitsMs,
  );

  it.each(['authority', 'password'])(
    'searches nothing on an OpenSearch whose %s is another, and does everything else',
    async (what) => {
      const { MORTISE_SEARCH } =
        what === 'authority' ? settings(others.authority) : settings(ours.authority, 'store:wrong');
      store = await StoreProcess.start(join(folder, what), { environment: { MORTISE_SEARCH } });
      expect((await ask('/api/v1/plugins')).status).toBe(503);
      await publish(`other${what}`);
      expect((await ask('/api/v1/plugins')).text).toContain('search-unavailable');
    },
    waitsMs,
  );
});
