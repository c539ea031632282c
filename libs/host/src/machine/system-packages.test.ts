import { afterAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPython } from '#testing';
import { systemPackagesScript } from './system-packages.js';

const python = findPython();
const scratch = mkdtempSync(join(tmpdir(), 'mortise-system-packages-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** What is said on a system whose only programs are these shell scripts. */
function ask(names: readonly string[], programs: Readonly<Record<string, string>>): unknown {
  const folder = mkdtempSync(join(scratch, 'bin-'));
  for (const [name, script] of Object.entries(programs))
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const input = systemPackagesScript(names);
  const { stdout, stderr } = spawnSync(python ?? '', ['-I', '-'], {
    input,
    env: { PATH: folder },
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

/** As dpkg-query prints one package, or all. */
const dpkg = `case "$3" in
"") echo "installed, "; echo "installed, awk (= 1.0), other-name"; echo "config-files, gone-too" ;;
libxml2) echo "installed 2.9.14" ;;
removed) echo "config-files 1.0" ;;
*) exit 1 ;;
esac`;

(python === undefined ? describe.skip : describe)('the packages of a system', () => {
  it('are asked of dpkg: installed, of that version, or provided by another', () => {
    const names = ['libxml2', 'libxml2=2.9.14', 'libxml2=3.0', 'removed', 'awk', 'gone-too', 'absent'];
    expect(ask(names, { 'dpkg-query': dpkg })).toEqual({
      manager: 'dpkg',
      missing: ['libxml2=3.0', 'removed', 'gone-too', 'absent'],
    });
  });

  it('are asked of apk', () => {
    const apk = 'case "$3" in bind-tools|py3-lxml~4) echo "$3" ;; *) exit 1 ;; esac';
    expect(ask(['bind-tools', 'py3-lxml~4', 'absent'], { apk })).toEqual({
      manager: 'apk',
      missing: ['absent'],
    });
  });

  it('are asked of rpm', () => {
    const rpm = 'case "$3" in libxml2|"libxml2 = 2.9") echo "$3" ;; *) exit 1 ;; esac';
    expect(ask(['libxml2', 'libxml2=2.9', 'absent'], { rpm })).toEqual({
      manager: 'rpm',
      missing: ['absent'],
    });
  });

  it('are all missing where there is nothing to ask, and none is taken for an option', () => {
    expect(ask(['libxml2'], {})).toEqual({ manager: null, missing: ['libxml2'] });
    expect(ask(['--all', '*', ''], { apk: 'echo all' })).toEqual({
      manager: 'apk',
      missing: ['--all', '*', ''],
    });
  });
});
