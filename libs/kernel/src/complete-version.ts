import { isVersion } from './version.js';
import type { Version } from './version.js';

const shortVersion = /^\d+(?:\.\d+)?$/;

/** A version as hosts write theirs, whose last numbers may be left out (`24.1`, `v4`); undefined when it is none. */
export function completeVersion(written: string): Version | undefined {
  const numbers = written.replace(/^v/, '');
  const full = shortVersion.test(numbers) ? `${numbers}${numbers.includes('.') ? '.0' : '.0.0'}` : numbers;
  return isVersion(full) ? full : undefined;
}
