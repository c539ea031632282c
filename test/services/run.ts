import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PostgresServer } from './postgres-server.js';
import { makeTemplate } from './test-database.js';

/** What is run on the services, unless the arguments name it: all that stands on a database. */
const suites = ['test/[^/]+[.]test', 'test/services/', 'libs/database/', 'apps/registry/src/search/'];

/** These start processes of their own on files in folders, or (`verify`) damage such files on purpose. */
const withoutServices = '/test/(?:commands|docs|first-start|readme|verify)[.]test';
const passedOver = [`--testPathIgnorePatterns=${withoutServices}`];

const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];

/** Runs jest, with the arguments of this process, on services that it starts and stops. */
async function run(given: readonly string[]): Promise<number> {
  const postgres = await PostgresServer.start();
  let child: ReturnType<typeof spawn> | undefined;
  const stop = (signal: NodeJS.Signals): void => void child?.kill(signal);
  process.once('SIGTERM', stop).once('SIGINT', stop);
  try {
    await makeTemplate(postgres.address());
    const chosen = given.some((argument) => !argument.startsWith('-')) ? [] : [...suites, ...passedOver];
    const environment = { ...process.env, TEST_POSTGRES: postgres.address() };
    child = spawn(process.execPath, [...jest, ...given, ...chosen], { stdio: 'inherit', env: environment });
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? 1;
  } finally {
    await postgres.stop();
  }
}

process.exitCode = await run(process.argv.slice(2));
