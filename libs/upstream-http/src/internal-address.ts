import { lookup } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import type { LookupFunction } from 'node:net';

/** This machine, what its network hands out without being asked, and the metadata services of clouds. */
const internal = new BlockList();
internal.addSubnet('0.0.0.0', 8, 'ipv4');
internal.addSubnet('127.0.0.0', 8, 'ipv4');
internal.addSubnet('169.254.0.0', 16, 'ipv4');
internal.addAddress('::', 'ipv6');
internal.addAddress('::1', 'ipv6');
internal.addSubnet('fe80::', 10, 'ipv6');
// Loopback and link-local ones of IPv4 as a network that has IPv6 only translates them (RFC 6052).
internal.addSubnet('64:ff9b::7f00:0', 104, 'ipv6');
internal.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6');
// Metadata services that are not link-local: AWS over IPv6, Alibaba, Oracle.
internal.addAddress('fd00:ec2::254', 'ipv6');
internal.addAddress('100.100.100.200', 'ipv4');
internal.addAddress('192.0.0.192', 'ipv4');

/** Whether `host`, as it stands in an address, is this machine or link-local by itself, without being looked up. */
export function isInternalHost(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$|\.$/g, '$1').toLowerCase();
  if (bare === 'localhost' || bare.endsWith('.localhost')) return true;
  return isInternalAddress(bare);
}

function isInternalAddress(address: string): boolean {
  const version = isIP(address);
  // The block list sees IPv4 in IPv6 (`::ffff:127.0.0.1`) as IPv4 by itself.
  return version !== 0 && internal.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

/** Looks names up, and refuses those that turn out to be internal, unless they are trusted to be. */
export function lookupUnlessInternal(isTrusted: (hostname: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const refused =
        error === null && !isTrusted(hostname) && addresses.some(({ address }) => isInternalAddress(address));
      const [first] = error === null ? addresses : [];
      const failure = refused ? internalAddress(hostname) : error;
      if (failure !== null || first === undefined) callback(failure ?? internalAddress(hostname), '', 0);
      else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

const internalAddress = (hostname: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${hostname} is an address of this machine`), { code: 'EACCES' });
