const blockBytes = 128;

/** The first halves of the initial state: low and high words of each of the eight 64-bit constants. */
const initial = Uint32Array.from([
  0xf3bcc908, 0x6a09e667, 0x84caa73b, 0xbb67ae85, 0xfe94f82b, 0x3c6ef372, 0x5f1d36f1, 0xa54ff53a, 0xade682d1,
  0x510e527f, 0x2b3e6c1f, 0x9b05688c, 0xfb41bd6b, 0x1f83d9ab, 0x137e2179, 0x5be0cd19,
]);

/** In which order each round takes the words of a block: their places, two to a word. */
const orders = Uint8Array.from(
  [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
    [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
    [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
    [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
    [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
    [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
    [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
    [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  ].flatMap((order) => order.map((place) => 2 * place)),
);

/**
 * BLAKE2b (RFC 7693) without a key, with a digest of `bytes` bytes. Node's own only makes digests of 64, which are not
 * the longer of these; Python's index takes those of 32. Numbers of 64 bits are two words here, the lower first.
 */
export class Blake2b {
  private readonly state = Uint32Array.from(initial);
  private readonly work = new Uint32Array(32);
  private readonly message = new Uint32Array(32);
  private readonly block = Buffer.alloc(blockBytes);
  private filled = 0;
  private total = 0;

  constructor(private readonly bytes: number) {
    this.state[0] = (this.state[0] ?? 0) ^ 0x01010000 ^ bytes;
  }

  update(chunk: Uint8Array): this {
    for (let position = 0; position < chunk.length;) {
      // The last block is kept back, since it is mixed in another way.
      if (this.filled === blockBytes) this.compress(false);
      const taken = Math.min(blockBytes - this.filled, chunk.length - position);
      this.block.set(chunk.subarray(position, position + taken), this.filled);
      this.filled += taken;
      this.total += taken;
      position += taken;
    }
    return this;
  }

  /** In lower-case hexadecimal; to be asked for once. */
  hexDigest(): string {
    this.block.fill(0, this.filled);
    this.compress(true);
    return Buffer.from(this.state.buffer).subarray(0, this.bytes).toString('hex');
  }

  private compress(isLast: boolean): void {
    const { work, message, state, block } = this;
    work.set(state);
    work.set(initial, 16);
    work[24] = (work[24] ?? 0) ^ this.total;
    work[25] = (work[25] ?? 0) ^ Math.floor(this.total / 2 ** 32);
    if (isLast) {
      work[28] = ~(work[28] ?? 0);
      work[29] = ~(work[29] ?? 0);
    }
    for (let index = 0; index < 32; index++) message[index] = block.readUInt32LE(index * 4);
    for (let at = 0; at < orders.length; at += 16) this.round(at);
    for (let index = 0; index < 16; index++)
      state[index] = (state[index] ?? 0) ^ (work[index] ?? 0) ^ (work[index + 16] ?? 0);
    this.filled = 0;
  }

  private round(at: number): void {
    const { work: v, message: m } = this;
    const order = (index: number): number => orders[at + index] ?? 0;
    mix(v, m, 0, 8, 16, 24, order(0), order(1));
    mix(v, m, 2, 10, 18, 26, order(2), order(3));
    mix(v, m, 4, 12, 20, 28, order(4), order(5));
    mix(v, m, 6, 14, 22, 30, order(6), order(7));
    mix(v, m, 0, 10, 20, 30, order(8), order(9));
    mix(v, m, 2, 12, 22, 24, order(10), order(11));
    mix(v, m, 4, 14, 16, 26, order(12), order(13));
    mix(v, m, 6, 8, 18, 28, order(14), order(15));
  }
}

/** The function G of RFC 7693, section 3.1, on words of the state and two of the message, by their places. */
function mix(
  v: Uint32Array,
  m: Uint32Array,
  a: number,
  b: number,
  c: number,
  d: number,
  x: number,
  y: number,
): void {
  add(v, a, v, b);
  add(v, a, m, x);
  const low = word(v, d) ^ word(v, a);
  v[d] = word(v, d + 1) ^ word(v, a + 1);
  v[d + 1] = low;
  add(v, c, v, d);
  turn(v, b, c, 24);
  add(v, a, v, b);
  add(v, a, m, y);
  turn(v, d, a, 16);
  add(v, c, v, d);
  const under = word(v, b) ^ word(v, c);
  const upper = word(v, b + 1) ^ word(v, c + 1);
  v[b] = (under << 1) | (upper >>> 31);
  v[b + 1] = (upper << 1) | (under >>> 31);
}

const word = (words: Uint32Array, place: number): number => words[place] ?? 0;

function add(v: Uint32Array, to: number, from: Uint32Array, place: number): void {
  const low = word(v, to) + word(from, place);
  const high = word(v, to + 1) + word(from, place + 1);
  v[to] = low;
  v[to + 1] = low >= 0x100000000 ? high + 1 : high;
}

/** Combines a word with another, and turns it to the right. */
function turn(v: Uint32Array, place: number, other: number, bits: 16 | 24): void {
  const low = word(v, place) ^ word(v, other);
  const high = word(v, place + 1) ^ word(v, other + 1);
  v[place] = (low >>> bits) | (high << (32 - bits));
  v[place + 1] = (high >>> bits) | (low << (32 - bits));
}
