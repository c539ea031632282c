import { describe } from '@jest/globals';
import { spawnSync } from 'node:child_process';

const answers = (command: string, args: readonly string[]): boolean => spawnSync(command, args).status === 0;

const here = [
  ...(answers('uv', ['--version']) ? (['uv'] as const) : []),
  ...(answers('python3', ['-m', 'pip', '--version']) && answers('python3', ['-c', 'import venv'])
    ? (['pip'] as const)
    : []),
];

if (!here.includes('uv')) process.stderr.write('There is no uv here: what is tried with it is left out.\n');

/** The tools of this machine that build environments; `pip` where there is none, for tests that are skipped then. */
export const installers: readonly ('uv' | 'pip')[] = here.length > 0 ? here : ['pip'];

/** For what installs a back end: skipped where there is nothing to install with. */
export const describeInstalls = here.length > 0 ? describe : describe.skip;
