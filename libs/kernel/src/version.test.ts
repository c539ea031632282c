import { describe, expect, it } from '@jest/globals';
import { tellVersions } from './version.js';

describe('the sentence of which versions there are', () => {
  it('names the newest, and says how many are older', () => {
    const versions = Array.from({ length: 12 }, (_, index) => `1.${11 - index}.0`);
    expect(tellVersions(versions)).toBe(`There are ${versions.slice(0, 10).join(', ')}, and 2 older.`);
    expect(tellVersions(['1.1.0', '1.0.0'])).toBe('There are 1.1.0, 1.0.0.');
    expect(tellVersions(['1.0.0'])).toBe('There is 1.0.0.');
    expect(tellVersions([])).toBe('None of its versions may be installed.');
  });
});
