/** A network of addresses: IPv4 ones lie in IPv6 where they are mapped to (RFC 4291, section 2.5.5.2). */
export interface Network {
  readonly bits: bigint;
  /** How many of the 128 bits count. */
  readonly prefix: number;
}

const addressBits = 128;
const mappedBits = 96;
const mapped = 0xffffn << 32n;

/** `10.0.0.0/8`, `2001:db8::/32`, or one address (RFC 4632, RFC 4291); undefined for anything else. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', length, ...rest] = text.split('/');
  const isFour = !address.includes(':');
  const bits = isFour ? parseFour(address) : parseSix(address);
  if (bits === undefined || rest.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length)))
    return undefined;
  const whole = isFour ? addressBits - mappedBits : addressBits;
  const prefix = Number(length ?? whole);
  if (prefix > whole) return undefined;
  return { bits: isFour ? mapped | bits : bits, prefix: isFour ? prefix + mappedBits : prefix };
}

/** Whether all of `inner` lies in `outer`. */
export function containsNetwork(outer: Network, inner: Network): boolean {
  if (inner.prefix < outer.prefix) return false;
  const rest = BigInt(addressBits - outer.prefix);
  return inner.bits >> rest === outer.bits >> rest;
}

/** Whether the address, as a socket has it, is in one of the networks. */
export function isWithinNetworks(address: string, networks: readonly string[]): boolean {
  // A zone says which cable a link-local address is on, and nothing about the address.
  const own = parseNetwork(address.split('%', 1)[0] ?? '');
  return own !== undefined && networks.some((text) => isWithin(own, text));
}

function isWithin(own: Network, text: string): boolean {
  const network = parseNetwork(text);
  return network !== undefined && containsNetwork(network, own);
}

function parseFour(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255))
    return undefined;
  return parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
}

const groups = 8;

function parseSix(text: string): bigint | undefined {
  const halves = inGroups(text)?.split('::') ?? [];
  if (halves.length < 1 || halves.length > 2) return undefined;
  const [head = [], tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const written = head.length + (tail?.length ?? 0);
  if (tail === undefined ? written !== groups : written >= groups) return undefined;
  const all = [...head, ...Array<string>(groups - written).fill('0'), ...(tail ?? [])];
  if (all.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return all.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}

/** The last two groups may be written as an IPv4 address. */
function inGroups(text: string): string | undefined {
  if (!text.includes('.')) return text;
  const start = text.lastIndexOf(':') + 1;
  const bits = parseFour(text.slice(start));
  if (bits === undefined) return undefined;
  return `${text.slice(0, start)}${(bits >> 16n).toString(16)}:${(bits & 0xffffn).toString(16)}`;
}
