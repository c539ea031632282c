import { expect, test } from '@jest/globals';
import { npmAddress } from './npm-address.js';

test.each([
  ['/npm/@acme/scoped', '/npm/@acme%2fscoped'],
  ['/npm/@acme%2fscoped', '/npm/@acme%2fscoped'],
  ['/npm/@acme%2Fscoped', '/npm/@acme%2Fscoped'],
  ['/npm/%40acme/scoped', '/npm/%40acme%2fscoped'],
  ['/npm/%40acme%2Fscoped/1.0.0', '/npm/%40acme%2Fscoped/1.0.0'],
  ['/npm/@acme/scoped/1.0.0?write=true', '/npm/@acme%2fscoped/1.0.0?write=true'],
  ['/npm/-/package/@acme/scoped/dist-tags/beta', '/npm/-/package/@acme%2fscoped/dist-tags/beta'],
  ['/npm/@acme/scoped/-/scoped-1.0.0.tgz', '/npm/@acme%2fscoped/-/scoped-1.0.0.tgz'],
  ['/npm/@acme/scoped/-/@acme/scoped-1.0.0.tgz', '/npm/@acme%2fscoped/-/@acme%2fscoped-1.0.0.tgz'],
  ['/npm/@acme/scoped/-rev/1-abc', '/npm/@acme%2fscoped/-rev/1-abc'],
  ['/npm/', '/npm'],
  ['/npm/?a=/@b/c', '/npm?a=/@b/c'],
])('%s is %s', (written, canonical) => {
  expect(npmAddress(written)).toBe(canonical);
});

test.each([
  '/npm/left-pad/1.0.0',
  '/npm/@acme',
  '/npm/@acme/',
  '/npm/@acme/-rev/1-abc',
  '/npm/%40acme/-/scoped-1.0.0.tgz',
  '/api/v1/x/@a/b',
  '/npm/-/v1/search?text=/@a/b',
])('leaves %s as it is', (url) => {
  expect(npmAddress(url)).toBe(url);
});

test('joins parts and never makes one of them two, whatever stands in them', () => {
  for (const hostile of [
    '/npm/@../../api/v1/x',
    '/npm/@a/..%2f..%2fapi',
    '/npm/@a%2f../b',
    '/npm/%40/%2e%2e/api',
  ]) {
    const address = npmAddress(hostile);
    expect(address.startsWith('/npm/')).toBe(true);
    expect(address.split('/').length).toBeLessThanOrEqual(hostile.split('/').length);
  }
});
