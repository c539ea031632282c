import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { findPython } from '#testing';

const python = findPython();
if (python === undefined) {
  if (process.env['CI']) throw new Error('the shim’s own tests need Python 3.8 or newer');
  process.stderr.write('shim: its own tests were not run, since there is no Python 3.8 or newer here\n');
}

describe('the shim', () => {
  (python === undefined ? it.skip : it)(
    'keeps its own promises, which stand in libs/host/shim/tests',
    () => {
      const ran = spawnSync(python!, ['-B', '-m', 'unittest', 'discover', resolve('libs/host/shim/tests')], {
        encoding: 'utf8',
        timeout: 120_000,
      });
      expect(ran.status === 0 ? 'OK' : ran.stderr.slice(-5000)).toBe('OK');
    },
    130_000,
  );
});
