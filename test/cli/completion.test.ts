import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Typist } from './mortise.js';

let typist: Typist;
let script: string;

beforeAll(async () => {
  typist = new Typist('http://127.0.0.1:1');
  script = join(typist.work, 'completion.bash');
  writeFileSync(script, (await typist.run(['completion', 'bash'])).stdout);
});

afterAll(() => typist.leave());

/** What bash offers for the last of the words. */
const offered = (...words: string[]): string[] =>
  execFileSync('bash', [
    '-c',
    `. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mortise; printf '%s\\n' "\${COMPREPLY[@]}"`,
    'bash',
    script,
    ...words,
  ])
    .toString()
    .trim()
    .split('\n');

describe('completion', () => {
  it('offers commands, their options, and files', () => {
    expect(offered('mortise', 'pub')).toEqual(['publisher', 'publish']);
    expect(offered('mortise', 'publish', '--no-b')).toEqual(['--no-build']);
    expect(offered('mortise', '--store', 'http://x', 'yank', '--re')).toEqual(['--reason']);
    writeFileSync(join(typist.work, 'plugin.yaml'), '');
    expect(offered('mortise', 'validate', join(typist.work, 'plug'))).toEqual([
      join(typist.work, 'plugin.yaml'),
    ]);
  });

  it.each(['zsh', 'fish'])('is a script that %s takes, where there is one', async (shell) => {
    const { code, stdout } = await typist.run(['completion', shell]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('publish')]);
    if (spawnSync(shell, ['--version']).status !== 0) return;
    expect(spawnSync(shell, ['-n'], { input: stdout }).stderr.toString()).toBe('');
  });

  it('is for no other shell', async () => {
    expect((await typist.run(['completion', 'csh'])).code).toBe(2);
  });
});
