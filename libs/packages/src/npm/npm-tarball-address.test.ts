import { expect, test } from '@jest/globals';
import { npmTarballVersion } from './npm-tarball-address.js';

test.each([
  ['@acme/tool', 'tool-1.0.0.tgz', '1.0.0'],
  ['@acme/tool', '@acme/tool-1.0.0.tgz', '1.0.0'],
  ['tool', 'tool-1.0.0-beta.1.tgz', '1.0.0-beta.1'],
  ['tool', 'tool-1.0.0.tar.gz', undefined],
  ['tool', '@acme/tool-1.0.0.tgz', undefined],
  ['@acme/tool', '@other/tool-1.0.0.tgz', undefined],
  ['tool', 'too-1.0.0.tgz', undefined],
  ['tool', `tool-${'1'.repeat(300)}.tgz`, undefined],
])('%s: %s is the tarball of %s', (name, filename, version) => {
  expect(npmTarballVersion(name, filename)).toBe(version);
});
