import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { HttpClient } from './http-client.js';
import { isInternalHost, lookupUnlessInternal } from './internal-address.js';

/** Stands for every host there is, as the proxy by which the client reaches them. */
const world = createServer();
const asked: { readonly url: string; readonly authorization: string | undefined }[] = [];
let location = '';
let client: HttpClient;

beforeAll(async () => {
  world.on('connect', (_request, socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    world.emit('connection', socket);
  });
  world.on('request', ({ url = '', headers }, response) => {
    const { host, authorization } = headers;
    const address = url.startsWith('http') ? url : `http://${host ?? ''}${url}`;
    asked.push({ url: address, authorization });
    if (address.endsWith('/start')) response.writeHead(302, { location }).end();
    else response.end('found');
  });
  world.listen(0, '127.0.0.1');
  await once(world, 'listening');
  const proxy = `http://127.0.0.1:${(world.address() as AddressInfo).port}`;
  client = new HttpClient({
    address: 'http://registry.example/npm/',
    authorization: 'Bearer secret',
    authorizedBelow: 'http://registry.example/npm/',
    connection: { ca: null, verifies: true, httpProxy: proxy, httpsProxy: proxy, noProxy: [] },
  });
});
afterAll(async () => {
  await client.close();
  world.closeAllConnections();
  world.close();
});

async function follow(to: string) {
  location = to;
  asked.length = 0;
  const answer = await client.get('http://registry.example/npm/start', { headers: {}, maxMs: 10_000 });
  answer.body.resume();
  return answer;
}

describe('a redirect', () => {
  it.each([
    'http://127.0.0.1/latest/meta-data',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0.0.0.0/',
    'http://localhost/',
    'http://LOCALHOST./',
    'http://admin.localhost/',
    'http://169.254.169.254/latest/meta-data',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[fe80::1]/',
    'http://[64:ff9b::127.0.0.1]/',
    'http://[64:ff9b::169.254.169.254]/latest/meta-data',
    'http://[fd00:ec2::254]/latest/meta-data',
    'http://100.100.100.200/latest/meta-data',
    'http://192.0.0.192/opc/v2/instance',
    'file:///etc/passwd',
    'http://[',
  ])('to %s is not followed', async (to) => {
    await expect(follow(to)).rejects.toMatchObject({ isAway: false });
    expect(asked.map(({ url }) => url)).toEqual(['http://registry.example/npm/start']);
  });

  it('to another host is followed without credentials', async () => {
    expect((await follow('http://files.example/x')).address).toBe('http://files.example/x');
    expect(asked).toEqual([
      { url: 'http://registry.example/npm/start', authorization: 'Bearer secret' },
      { url: 'http://files.example/x', authorization: undefined },
    ]);
  });

  it('out of the registry’s folder is followed without credentials, and within it with them', async () => {
    await follow('/other/x');
    expect(asked[1]?.authorization).toBeUndefined();
    await follow('/npm/x');
    expect(asked[1]?.authorization).toBe('Bearer secret');
  });
});

describe('a name that turns out to be this machine', () => {
  const look = (isTrusted: boolean) =>
    promisify(lookupUnlessInternal(() => isTrusted))('localhost', { all: false });

  it('is refused, unless the registry is there itself', async () => {
    await expect(look(false)).rejects.toMatchObject({ code: 'EACCES' });
    await expect(look(true)).resolves.toBeDefined();
  });
});

it('hosts of a company’s own network are no internal ones: registries are there', () => {
  expect(['10.0.0.1', '192.168.0.1', 'registry.corp', '[fd00::1]'].some(isInternalHost)).toBe(false);
});
