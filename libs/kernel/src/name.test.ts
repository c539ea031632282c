import { describe, expect, it } from '@jest/globals';
import { isPluginName, isPublisherName, normalizeName } from './name.js';

describe('a name', () => {
  it.each(['Kube Plugin', 'kube_plugin', 'KUBE.-_plugin', 'kube-plugin'])(
    'is the same however written: %s',
    (written) => {
      expect(normalizeName(written)).toBe('kube-plugin');
      expect(isPluginName(written)).toBe(true);
    },
  );

  it.each(['\u212Aube', '\uFF2Bube', 'kub\u0435', 'kube\u200B', 'kube-', '-kube', '\u0130', 'kube/x', ''])(
    'that only looks like one is none: %j',
    (written) => {
      expect(isPluginName(written)).toBe(false);
      expect(isPublisherName(written)).toBe(false);
    },
  );

  it.each(['nul', 'CON', 'com1', 'Aux'])('that is a device of Windows is none: %s', (written) => {
    expect(isPluginName(written)).toBe(false);
    expect(isPublisherName(written)).toBe(false);
    expect(isPluginName(`${written}-plugin`)).toBe(true);
  });
});
