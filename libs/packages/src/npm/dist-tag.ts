import semver from 'semver';
import { limits } from '#kernel';
import { invalidDistTag } from './npm-errors.js';

const safeInAddresses = /^[A-Za-z0-9][A-Za-z0-9._~!*'()-]*$/;

/** An npm dist-tag. Throws `invalid-dist-tag`: what npm would take for a range of versions can't be told from one. */
export function parseDistTag(written: string): string {
  // What nearly every publish says.
  if (written === 'latest') return written;
  const fits = written.length <= limits.distTagCharacters && safeInAddresses.test(written);
  if (!fits || semver.validRange(written) !== null) throw invalidDistTag(written);
  return written;
}
