import { Transform } from 'node:stream';

/** A step of a pipeline that fails with `error` once more than so many bytes have come: what arrives small may unpack without end. */
export function atMostBytes(bytes: number, error: Error): Transform {
  let left = bytes;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      left -= chunk.length;
      if (left < 0) done(error);
      else done(null, chunk);
    },
  });
}
