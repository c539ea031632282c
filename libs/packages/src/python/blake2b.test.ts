import { describe, expect, it } from '@jest/globals';
import { Blake2b } from './blake2b.js';

/** The digests are those of Python's hashlib. */
describe('BLAKE2b with 32 bytes', () => {
  it.each([
    [0, '0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8'],
    [3, 'bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319'],
    [127, '34be7dab7c2bcaba5fdb8d7c4644bf80112afc545bf40c6c77542557df9c4e39'],
    [128, '860d4ea84c4ae28e1d51d1f33b9cc6ac927077cf853d038f960f942c53ee8fe0'],
    [129, '984d83d7b8922259b3a9336bbb286b9d3819fe81e755770a10882e076cbdf3a7'],
    [256, '001a5cef3f2c78c196b816d3604be96646872c263ad4e76e34f0be1894a5a42e'],
    [1000, '43eafc297e7bbec897ea681509bfee0b26db7415a99ad1a89edb0ccb62118334'],
  ])('is that of %d bytes, however they come', (length, digest) => {
    const bytes = Buffer.alloc(length, 'abc');
    expect(new Blake2b(32).update(bytes).hexDigest()).toBe(digest);
    const inPieces = new Blake2b(32);
    for (let start = 0; start < length; start += 61) inPieces.update(bytes.subarray(start, start + 61));
    expect(inPieces.hexDigest()).toBe(digest);
  });
});
