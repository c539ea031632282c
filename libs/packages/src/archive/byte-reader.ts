/** Hands out a stream of chunks in pieces of the asked-for size. */
export class ByteReader {
  private readonly source: AsyncIterator<Buffer, unknown>;
  private pending: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.source = source[Symbol.asyncIterator]();
  }

  /** Some bytes, at most `length`; empty at the end. */
  async some(length: number): Promise<Buffer> {
    while (this.pending.length === 0) {
      const next = await this.source.next();
      if (next.done === true) return Buffer.alloc(0);
      this.pending = next.value;
    }
    const taken = this.pending.subarray(0, length);
    this.pending = this.pending.subarray(taken.length);
    return taken;
  }

  /** Exactly `length` bytes, or fewer where the stream ends. */
  async exactly(length: number): Promise<Buffer> {
    const first = await this.some(length);
    if (first.length === length) return first;
    const parts = [first];
    let filled = first.length;
    while (filled < length) {
      const part = await this.some(length - filled);
      if (part.length === 0) break;
      filled += part.length;
      parts.push(part);
    }
    return Buffer.concat(parts);
  }

  async close(): Promise<void> {
    await this.source.return?.();
  }
}
