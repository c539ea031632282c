import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Cgroup } from './cgroup.js';

const scratch = mkdtempSync(join(tmpdir(), 'mortise-cgroup-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** The files of a machine, as a kernel shows them of process 7. */
function machine(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(scratch, 'root-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${content}\n`);
  }
  return root;
}
const groups = (files: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [`sys/fs/cgroup/${path}`, content]));

const limits = { memoryBytes: 134_217_728, processes: 40, cpus: 0.5 };
const unheld = (files: Readonly<Record<string, string>>) => Cgroup.of(7, machine(files))?.unheld(limits);

describe('the limits of a container, by cgroups v2', () => {
  const scope = 'machine.slice/libpod-1.scope';
  const v2 = {
    'proc/7/cgroup': `0::/${scope}`,
    ...groups({ 'cgroup.controllers': 'cpuset cpu io memory pids' }),
  };
  const held = {
    [`${scope}/memory.max`]: '134217728',
    [`${scope}/pids.max`]: '40',
    [`${scope}/cpu.max`]: '50000 100000',
  };

  it('are held by its group', () => {
    expect(unheld({ ...v2, ...groups(held) })).toEqual([]);
  });

  it('are held by a group above its own', () => {
    const below = { 'memory.max': 'max', 'pids.max': 'max', 'cpu.max': 'max 100000' };
    const own = Object.entries(below).map(([name, value]) => [`${scope}/container/${name}`, value]);
    const cgroup = `0::/${scope}/container`;
    expect(
      unheld({ ...v2, 'proc/7/cgroup': cgroup, ...groups({ ...held, ...Object.fromEntries(own) }) }),
    ).toEqual([]);
  });

  it.each([
    ['memory.max', 'max', 'memory'],
    ['memory.max', '268435456', 'memory'],
    ['pids.max', 'max', 'processes'],
    ['cpu.max', 'max 100000', 'CPU'],
    ['cpu.max', '100000 100000', 'CPU'],
  ])('are not where %s is %s', (file, value, what) => {
    expect(unheld({ ...v2, ...groups({ ...held, [`${scope}/${file}`]: value }) })).toEqual([what]);
  });

  it('are not where a controller is not delegated', () => {
    const { [`${scope}/memory.max`]: memory = '' } = held;
    expect(unheld({ ...v2, ...groups({ [`${scope}/memory.max`]: memory }) })).toEqual(['processes', 'CPU']);
  });

  it('can’t be seen where its groups are another machine’s', () => {
    expect(unheld({ ...v2, 'proc/7/cgroup': '0::/' })).toBeUndefined();
    expect(unheld(v2)).toBeUndefined();
  });
});

describe('the limits of a container, by cgroups v1', () => {
  const v1 = {
    'proc/7/cgroup': ['9:pids:/libpod/1', '5:memory:/libpod/1', '2:cpu,cpuacct:/libpod/1'].join('\n'),
  };
  const held = {
    'memory/memory.limit_in_bytes': '9223372036854771712',
    'memory/libpod/1/memory.limit_in_bytes': '134217728',
    'pids/libpod/1/pids.max': '40',
    'cpu/libpod/1/cpu.cfs_quota_us': '50000',
    'cpu/libpod/1/cpu.cfs_period_us': '100000',
  };

  it('are held by its groups', () => {
    expect(unheld({ ...v1, ...groups(held) })).toEqual([]);
  });

  it.each([
    ['memory/libpod/1/memory.limit_in_bytes', '9223372036854771712', 'memory'],
    ['pids/libpod/1/pids.max', 'max', 'processes'],
    ['cpu/libpod/1/cpu.cfs_quota_us', '-1', 'CPU'],
  ])('are not where %s is %s', (file, value, what) => {
    expect(unheld({ ...v1, ...groups({ ...held, [file]: value }) })).toEqual([what]);
  });
});
