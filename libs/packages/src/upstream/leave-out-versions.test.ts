import { expect, test } from '@jest/globals';
import { leaveOutVersions } from './leave-out-versions.js';

test('a withdrawn version of Python is left out in every spelling', () => {
  const files = ['1.0', '1.0.0', '2.0'].map((version) => ({ version, filename: `tool-${version}.tar.gz` }));
  const page = {
    document: JSON.stringify({ name: 'tool', versions: ['1.0', '1.0.0', '2.0'], files }),
    files: files as never,
  };
  const left = { quarantined: new Map([['1.0', 'It mines coins.']]), only: null };
  const shown = JSON.parse(leaveOutVersions('python', 'tool', page, left)) as { files: typeof files };
  expect(shown.files.map(({ filename }) => filename)).toEqual(['tool-2.0.tar.gz']);
});
