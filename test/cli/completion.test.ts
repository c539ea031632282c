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

/** What bash offers for the last word of a line, of which it knows the words as it splits them. */
const offered = (line: string): string[] =>
  execFileSync('bash', [
    '-c',
    `. "$1"; COMP_LINE=$2; COMP_POINT=\${#2}; shift 2; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mortise; printf '%s\\n' "\${COMPREPLY[@]}"`,
    'bash',
    script,
    line,
    ...line.split(/ |(?<=[:=])|(?=[:=])/),
  ])
    .toString()
    .trim()
    .split('\n');

/** zsh completes only at a prompt: this one is at a terminal of zsh's own making. */
const zshPrompt = `
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1=; fpath=(\${1:h} \\$fpath); autoload -U compinit; compinit -u -D; print ready''now"
zpty -r -m shell unused '*readynow*'
zpty -n -w shell "$2"$'\\t'
zpty -r -m shell shown "*$3*"
print -rn -- $shown
zpty -d shell
`;

describe('completion', () => {
  it('offers commands, their options, and files', () => {
    expect(offered('mortise pub')).toEqual(['publisher', 'publish']);
    expect(offered('mortise publish --no-b')).toEqual(['--no-build']);
    for (const store of ['--store http://x:80', '--store=http://x:80']) {
      expect(offered(`mortise ${store} unya`)).toEqual(['unyank']);
      expect(offered(`mortise ${store} yank --re`)).toEqual(['--reason']);
    }
    writeFileSync(join(typist.work, 'plug in.yaml'), '');
    expect(offered(`mortise validate ${join(typist.work, 'plug')}`)).toEqual([
      join(typist.work, 'plug in.yaml'),
    ]);
  });

  const has = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;
  /** As the shell itself completes the line at its prompt. */
  const fishOffers = (file: string, line: string): string =>
    execFileSync('fish', [
      '--no-config',
      '-c',
      'source $argv[1]; complete -C $argv[2]',
      file,
      line,
    ]).toString();
  /** Waits until that is shown, for as long as it may take. */
  const zshCompletes = (file: string, line: string, wanted: string): string =>
    execFileSync('zsh', ['-f', '-c', zshPrompt, 'zsh', file, line, wanted], { timeout: 30_000 }).toString();

  (has('fish') ? it : it.skip)('completes in fish', async () => {
    const file = join(typist.work, 'mortise.fish');
    writeFileSync(file, (await typist.run(['completion', 'fish'])).stdout);
    expect(fishOffers(file, 'mortise pub').match(/^\w+/gm)).toEqual(['publish', 'publisher']);
    expect(fishOffers(file, 'mortise --store http://x ya')).toMatch(/^yank\t/);
    expect(fishOffers(file, 'mortise --store http://x yank --re')).toMatch(/^--reason\t/);
  });

  (has('zsh') ? it : it.skip)('completes in zsh', async () => {
    const file = join(typist.work, '_mortise');
    writeFileSync(file, (await typist.run(['completion', 'zsh'])).stdout);
    for (const [line, wanted] of [
      ['mortise unya', 'mortise unyank'],
      ['mortise --store http://x unya', 'http://x unyank'],
      ['mortise --store http://x yank --re', 'yank --reason'],
    ] as const)
      expect(zshCompletes(file, line, wanted)).toContain(wanted);
  });

  it('is for no other shell', async () => {
    expect((await typist.run(['completion', 'csh'])).code).toBe(2);
  });
});
