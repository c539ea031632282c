import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * `npm run test:containers`: the proofs that need containers, on an image that is made of the distribution's own packages.
 * Needs root, podman and debootstrap (Debian: apt install podman runc debootstrap); fails where there is none.
 */
const image = 'localhost/mortise-test-python';

/** Engines to try, the plainest first: some machines hand their cgroups to runc alone, and not through systemd. */
const engines: readonly (readonly [command: string, options: string])[] = [
  ...(process.env['TEST_CONTAINER'] === undefined
    ? []
    : [[process.env['TEST_CONTAINER'], process.env['TEST_CONTAINER_OPTIONS'] ?? ''] as const]),
  ['podman', ''],
  ['podman --cgroup-manager=cgroupfs --runtime=runc', '--ulimit=nofile=1024:1024 --ulimit=nproc=1024:1024'],
];

const suites = ['libs/host/src/runners/container-', 'test/host/untrusted-'];

function works([command, options]: readonly [string, string]): boolean {
  const script = fileURLToPath(new URL('../../../test/services/container/make-image.sh', import.meta.url));
  const env = { ...process.env, MORTISE_TEST_CONTAINER: command };
  const made = spawnSync(script, [image], { env, stdio: ['ignore', 'inherit', 'inherit'], timeout: 900_000 });
  if (made.status !== 0) return false;
  const [program = '', ...global] = command.split(' ');
  const limits = ['--memory=64m', '--pids-limit=32', '--cpus=0.5', '--network=none'];
  const run = [...global, 'run', '--rm', ...limits, ...options.split(' ').filter(Boolean), image, 'true'];
  return spawnSync(program, run, { stdio: 'ignore', timeout: 60_000 }).status === 0;
}

const found = engines.find(works);
if (!found) {
  process.stderr.write('test:containers: no engine here runs a container within limits.\n');
  process.exit(1);
}
process.stdout.write(`containers by ${found.join(' ')}\n`);
const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '--runInBand'];
const given = process.argv.slice(2);
const chosen = given.some((argument) => !argument.startsWith('-')) ? [] : suites;
const child = spawn(process.execPath, [...jest, ...given, ...chosen], {
  stdio: 'inherit',
  env: {
    ...process.env,
    TEST_CONTAINER: found[0],
    TEST_CONTAINER_OPTIONS: found[1],
    TEST_CONTAINER_IMAGE: image,
  },
});
const [code] = (await once(child, 'exit')) as [number | null];
process.exit(code ?? 1);
