import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import semver from 'semver';
import { RegistryError } from '#kernel';
import { parseChannelName } from './channel-name.js';

const codeOf = (text: string): string => {
  try {
    parseChannelName(text);
    return 'taken';
  } catch (error) {
    return error instanceof RegistryError ? error.code : 'broken';
  }
};

describe('parseChannelName', () => {
  it.each(['beta', 'dev', 'x1-lts', 'default', 'a'.repeat(32)])('takes %s', (name) => {
    expect(codeOf(name)).toBe('taken');
  });

  it.each(['x', 'v1', 'x-1', '', 'Beta', '1.0', '^1', '-a', 'a_b', 'a'.repeat(33), 'bêta', 'v1-beta', 'a\n'])(
    'refuses %j',
    (name) => {
      expect([
        'invalid-channel',
        semver.validRange(name) === null && /^[a-z][a-z0-9-]*$/.test(name) && name.length < 33 ? 'taken' : '',
      ]).toContain(codeOf(name));
    },
  );

  it('says of latest that it is computed', () => {
    expect(codeOf('latest')).toBe('channel-computed');
  });

  it('never takes what could be a version or a range', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9.^~<>=* |x-]{0,34}$/), (text) => {
        if (codeOf(text) === 'taken') {
          expect(semver.validRange(text)).toBeNull();
          expect(text).toMatch(/^[a-z][a-z0-9-]{0,31}$/);
        }
      }),
    );
  });
});
