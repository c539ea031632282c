import { describe, expect, it } from '@jest/globals';
import { PipInstaller } from './pip-installer.js';

const target = { version: '3.12.1', tags: ['cp312-cp312-linux_x86_64'], markers: {} };
const sdist = {
  name: 'tool',
  version: '1.0.0',
  filename: 'tool-1.0.0.tar.gz',
  sha256: '0'.repeat(64),
  size: null,
  url: null,
  path: '/nowhere/tool-1.0.0.tar.gz',
};

describe('PipInstaller', () => {
  it('runs nothing of an sdist outside of the container that it is meant for', async () => {
    const asked: string[] = [];
    const ask = (what: string) => {
      asked.push(what);
      return Promise.reject(new Error(`${what} was asked for`));
    };
    const resolved = new PipInstaller().resolve([sdist], {
      target,
      isForeign: true,
      python: () => ask('python'),
      index: () => ask('index'),
      installer: () => ask('installer'),
    });
    await expect(resolved).rejects.toMatchObject({
      code: 'dependencies-unresolved',
      message: expect.stringContaining('tool-1.0.0.tar.gz'),
    });
    expect(asked).toEqual([]);
  });
});
