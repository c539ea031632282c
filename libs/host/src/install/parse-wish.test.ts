import { describe, expect, it } from '@jest/globals';
import { parseWish, selectorOf } from './parse-wish.js';

const store = 'https://plugins.example.org';

describe('what somebody wants to have installed', () => {
  it('is a plugin in any spelling, with the version that is meant', () => {
    expect(parseWish('Acme/Zephyr_Tool@^1.2', store)).toEqual({
      plugin: 'acme/zephyr-tool',
      selector: { kind: 'range', range: '^1.2' },
      trust: null,
      pinned: false,
    });
    expect(parseWish('acme/tool@1.2.0', store)).toMatchObject({ pinned: true });
    expect(parseWish(`${store}/api/v1/plugins/acme/tool/versions/1.2.0/manifest`, store)).toMatchObject({
      plugin: 'acme/tool',
      selector: { kind: 'version', version: '1.2.0' },
      pinned: false,
    });
  });

  it.each(['tool', 'acme/', '../evil', 'acme/../evil', ' acme/tool', 'acme/..', 'acme/ünï'])(
    'is not %j: whoever wrote it is told how to write it, not that the store is to blame',
    (written) => {
      expect(() => parseWish(written, store)).toThrow(
        expect.objectContaining({
          code: 'wish-unclear',
          message: expect.stringContaining('write publisher/plugin'),
        }),
      );
    },
  );

  it('has something behind its @, since a script may have an empty variable there', () => {
    expect(() => parseWish('acme/tool@', store)).toThrow(expect.objectContaining({ code: 'wish-unclear' }));
    expect(() => selectorOf('')).toThrow(expect.objectContaining({ code: 'wish-unclear' }));
  });
});
