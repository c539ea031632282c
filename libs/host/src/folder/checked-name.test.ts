import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { resolve } from 'node:path';
import {
  checkFilename,
  checkNpmName,
  checkPluginId,
  checkRelativePath,
  checkUuid,
  checkVersion,
  isSafeSegment,
} from './checked-name.js';

const hostile = [
  '../../etc', '..', '.', '', 'a/../b', 'a\\b', 'C:x', 'nul', 'COM1.txt', 'a\0b', 'a.', 'a ', 'x'.repeat(256),
  'a\nb', '\u202e\u0000', 'a:b', 'aux.js', '/etc/passwd', 'a/', '\ud800',
]; // prettier-ignore

describe('names that become paths', () => {
  it('are refused when they lead elsewhere or mean something else on any file system', () => {
    for (const name of hostile) {
      expect(() => checkRelativePath(name)).toThrow(expect.objectContaining({ code: 'unsafe-name' }));
      expect(() => checkPluginId(`acme/${name}`)).toThrow(expect.objectContaining({ code: 'unsafe-name' }));
      expect(() => checkNpmName(`@acme/${name}`)).toThrow(expect.objectContaining({ code: 'unsafe-name' }));
      expect(() => checkVersion(name)).toThrow(expect.objectContaining({ code: 'unsafe-name' }));
      expect(() => checkFilename(name)).toThrow(expect.objectContaining({ code: 'unsafe-name' }));
      expect(() => checkUuid(name)).toThrow(expect.objectContaining({ code: 'unsafe-name' }));
    }
  });

  it('are taken when they are those of real plugins and packages', () => {
    expect(checkPluginId('galaxy/kube-plugin')).toEqual({ publisher: 'galaxy', name: 'kube-plugin' });
    expect(checkNpmName('@cloudve/kube')).toEqual(['@cloudve', 'kube']);
    expect(checkNpmName('JSONStream')).toEqual(['JSONStream']);
    expect(checkVersion('1.0.0-rc.1')).toBe('1.0.0-rc.1');
    expect(
      checkFilename('a_b-1.0+cu118-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl'),
    ).toBeTruthy();
    expect(checkRelativePath('dist/.well-known/[id].js')).toHaveLength(3);
  });

  it('never leave the folder they are joined to, whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        if (isSafeSegment(name)) expect(resolve('/folder', name).startsWith('/folder/')).toBe(true);
      }),
    );
  });
});
