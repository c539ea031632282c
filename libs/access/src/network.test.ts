import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BlockList, isIP } from 'node:net';
import { containsNetwork, isWithinNetworks, parseNetwork } from './network.js';

const address = fc.oneof(fc.ipV4(), fc.ipV6());

describe('a network', () => {
  it('is read as Node reads addresses', () => {
    const almost = fc.stringMatching(/^[0-9a-f:.]{0,20}$/);
    fc.assert(
      fc.property(fc.oneof(address, almost), (text) => (parseNetwork(text) !== undefined) === isIP(text) > 0),
    );
  });

  it('has the addresses in it that Node says are in it', () => {
    const prefix = fc.integer({ min: 0, max: 128 });
    fc.assert(
      fc.property(address, address, prefix, (own, base, length) => {
        const family = isIP(base) === 4 ? 'ipv4' : 'ipv6';
        // Node has no opinion on IPv4 addresses in networks of IPv6.
        fc.pre(isIP(own) === isIP(base));
        const bits = family === 'ipv4' ? length % 33 : length;
        const list = new BlockList();
        list.addSubnet(base, bits, family);
        expect(isWithinNetworks(own, [`${base}/${bits}`])).toBe(list.check(own, family));
      }),
    );
  });

  it('has mapped addresses in it as if they were written the short way', () => {
    expect(isWithinNetworks('::ffff:10.1.2.3', ['10.0.0.0/8'])).toBe(true);
    expect(isWithinNetworks('::ffff:a01:203', ['10.0.0.0/8'])).toBe(true);
    expect(isWithinNetworks('::ffff:11.1.2.3', ['10.0.0.0/8'])).toBe(false);
    expect(isWithinNetworks('fe80::1%eth0', ['fe80::/10'])).toBe(true);
    expect(isWithinNetworks('', ['0.0.0.0/0'])).toBe(false);
  });

  it.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0/8', '::/129', 'a', '', '/8', '1.2.3.4/-1'])(
    'is not %j',
    (text) => expect(parseNetwork(text)).toBeUndefined(),
  );

  it('has a narrower one in it, and no wider one', () => {
    const outer = parseNetwork('10.1.0.0/16')!;
    expect(containsNetwork(outer, parseNetwork('10.1.2.0/24')!)).toBe(true);
    expect(containsNetwork(outer, parseNetwork('10.0.0.0/8')!)).toBe(false);
    expect(containsNetwork(outer, parseNetwork('10.2.0.0/24')!)).toBe(false);
  });
});
