import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './run-program.js';

const scratch = mkdtempSync(join(tmpdir(), 'mortise-run-program-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('a program that does not start', () => {
  it('is said not to be there, or not to be run by this user', async () => {
    const absent = join(scratch, 'python9');
    const closed = join(scratch, 'closed');
    writeFileSync(closed, '#!/bin/sh\n', { mode: 0o644 });
    await expect(runProgram({ command: absent, args: [] })).rejects.toMatchObject({
      code: 'program-missing',
      message: `${absent} is not there: install it, or name another.`,
    });
    await expect(runProgram({ command: closed, args: [] })).rejects.toMatchObject({
      code: 'program-missing',
      message: `${closed} may not be run by this user: make it executable, or name another.`,
    });
  });
});
