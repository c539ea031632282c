import { PassThrough, pipeline } from 'node:stream';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { NoAnswer } from './http-client.js';
import type { HttpAnswer } from './http-client.js';

/** What `readBody` understands. */
export const acceptedEncodings = 'gzip, br';

/** The whole body, unpacked; throws NoAnswer where it is larger than `maxBytes`, and what the connection throws. */
export async function readBody({ body, headers, address }: HttpAnswer, maxBytes: number): Promise<Buffer> {
  const unpacked = pipeline(body, decoderOf(headers['content-encoding']), () => undefined);
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of unpacked as Readable) {
    const part = chunk as Buffer;
    bytes += part.length;
    if (bytes > maxBytes)
      throw new NoAnswer(`${new URL(address).host} sends more than ${maxBytes} bytes`, false);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function decoderOf(encoding: string | string[] | undefined) {
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip();
  if (encoding === 'br') return createBrotliDecompress();
  if (encoding === 'deflate') return createInflate();
  return new PassThrough();
}
