const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** `_attachments`, the name of one, and `data` in it. */
const levels = 3;
const keyBytes = 1024;

export interface FoundTarball {
  /** Just behind the opening quote of its data. */
  readonly at: number;
  /** The name of the attachment. */
  readonly attachment: string;
}

/**
 * Goes over JSON as it arrives, and stops where the data of a tarball begins. It keeps no more than it needs to know
 * where it is; whether all of it is JSON is for a parser to say.
 */
export class NpmDocumentScanner {
  private depth = 0;
  /** Of the outermost levels: whether each is an object, and the key that it is at. */
  private readonly isObject: boolean[] = [];
  private readonly keys: (string | undefined)[] = [];
  private keyIsDue = false;
  private inString = false;
  private isEscaped = false;
  /** The key that is being read, as it is written; undefined outside keys that matter. */
  private key: number[] | undefined;

  /** Where in `chunk`, from `at` on, the next data of a tarball begins; the next scan begins at its closing quote. */
  scan(chunk: Buffer, at: number): FoundTarball | undefined {
    for (let place = at; place < chunk.length; place++) {
      const byte = chunk[place] as number;
      if (this.inString) this.readString(byte);
      else if (byte !== quote) this.readMark(byte);
      else {
        this.inString = true;
        const attachment = this.tarballHere();
        if (attachment !== undefined) return { at: place + 1, attachment };
        if (this.keyIsDue && this.depth <= levels) this.key = [];
      }
    }
    return undefined;
  }

  private readString(byte: number): void {
    if (this.isEscaped) this.isEscaped = false;
    else if (byte === backslash) this.isEscaped = true;
    else if (byte === quote) {
      this.inString = false;
      this.endKey();
      return;
    }
    if (this.key !== undefined && this.key.length < keyBytes) this.key.push(byte);
  }

  private endKey(): void {
    if (this.key === undefined) return;
    this.keys[this.depth - 1] = decodeKey(this.key);
    this.key = undefined;
  }

  private readMark(byte: number): void {
    if (byte === openBrace || byte === openBracket) {
      this.depth += 1;
      if (this.depth <= levels) this.isObject[this.depth - 1] = byte === openBrace;
      this.keyIsDue = byte === openBrace;
    } else if (byte === closeBrace || byte === closeBracket) {
      this.depth -= 1;
      this.keyIsDue = false;
    } else if (byte === colon) this.keyIsDue = false;
    else if (byte === comma) this.keyIsDue = this.isObject[this.depth - 1] ?? false;
  }

  /** The attachment whose data the string is that begins here. */
  private tarballHere(): string | undefined {
    if (this.depth !== levels || this.keyIsDue || !this.isObject.every(Boolean)) return undefined;
    const [outer, name, member] = this.keys;
    return outer === '_attachments' && member === 'data' && name?.endsWith('.tgz') ? name : undefined;
  }
}

function decodeKey(bytes: readonly number[]): string | undefined {
  try {
    return JSON.parse(`"${Buffer.from(bytes).toString()}"`) as string;
  } catch {
    return undefined;
  }
}
