import { describe, expect, it } from '@jest/globals';
import { pythonVersion } from './python-version.js';

describe('the version of a plugin', () => {
  it.each([
    ['1.2.3', '1.2.3'],
    ['1.2.3-alpha.1', '1.2.3a1'],
    ['1.2.3-beta.12', '1.2.3b12'],
    ['1.2.3-rc.0', '1.2.3rc0'],
    ['1.2.3-rc', '1.2.3rc0'],
    ['1.2.3-dev.4', '1.2.3.dev4'],
  ])('%s is %s in Python', (version, python) => {
    expect(pythonVersion(version)).toBe(python);
  });

  it.each(['1.2.3-next.1', '1.2.3-1', '1.2.3-beta.1.2'])(
    '%s has no like there, and it is said what to do',
    (version) => {
      expect(() => pythonVersion(version)).toThrow(/-beta\.1/);
    },
  );
});
