import { expect, test } from '@jest/globals';
import { limits } from '#kernel';
import { ServedFiles } from './served-files.js';

const fileOf = (sha256: string) => ({ sha256, size: 1, quarantined: null });

test('a file is found once, until its package changes', async () => {
  const files = new ServedFiles();
  await files.find('npm', 'tool', 'a.tgz', () => Promise.resolve(fileOf('first')));
  expect(files.kept('npm', 'tool', 'a.tgz')).toEqual(fileOf('first'));
  expect(files.kept('python', 'tool', 'a.tgz')).toBeUndefined();
  files.forget('npm:tool');
  expect(files.kept('npm', 'tool', 'a.tgz')).toBeUndefined();
});

test('what was found before a change is answered with, and never kept after it', async () => {
  const files = new ServedFiles();
  const found = await files.find('npm', 'tool', 'a.tgz', () => {
    files.forget('npm:tool');
    return Promise.resolve(fileOf('old'));
  });
  expect(found.sha256).toBe('old');
  expect(files.kept('npm', 'tool', 'a.tgz')).toBeUndefined();
});

test('no more is kept of one package than there is room for, and nothing of what is not there', async () => {
  const files = new ServedFiles();
  for (let number = 0; number <= limits.servedFilesOfOnePackage; number++)
    await files.find('npm', 'tool', `${number}`, () => Promise.resolve(fileOf('x')));
  expect(files.kept('npm', 'tool', '0')).toBeUndefined();
  const missing = files.find('npm', 'tool', 'none', () => Promise.reject(new Error('not there')));
  await expect(missing).rejects.toThrow('not there');
  expect(files.kept('npm', 'tool', 'none')).toBeUndefined();
});
