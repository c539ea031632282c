import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { OpenSearchServer } from './opensearch-server.js';
import { PostgresServer } from './postgres-server.js';
import { S3Server, s3Credentials } from './s3-server.js';
import { makeTemplate } from './test-database.js';

/** What is run on the services, unless the arguments name it: all that stands on a database, a search engine or S3. */
const suites = [
  'test/[^/]+[.]test',
  'test/services/',
  'libs/database/',
  'libs/search-opensearch/',
  'libs/blobs-s3/',
  'apps/registry/src/search/',
];

/** These start processes of their own on files in folders, or (`verify`) damage such files on purpose. */
const withoutServices = '/test/(?:commands|docs|first-start|gc|readme|verify)[.]test';
const passedOver = [`--testPathIgnorePatterns=${withoutServices}`];

const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];

/** A service that runs, and the variable by which tests find it. */
interface Running {
  readonly variable: `TEST_${string}`;
  readonly address: string;
  stop(): Promise<void>;
}

/** What is started for the tests, all at once. */
const services: readonly (() => Promise<Running>)[] = [startPostgres, startOpenSearch, startS3];

async function startPostgres(): Promise<Running> {
  const server = await PostgresServer.start();
  await makeTemplate(server.address());
  return { variable: 'TEST_POSTGRES', address: server.address(), stop: () => server.stop() };
}

async function startOpenSearch(): Promise<Running> {
  const server = await OpenSearchServer.start();
  return { variable: 'TEST_OPENSEARCH', address: server.address, stop: () => server.stop() };
}

async function startS3(): Promise<Running> {
  const server = await S3Server.start();
  return { variable: 'TEST_S3', address: server.endpoint, stop: () => server.stop() };
}

/** Runs jest, with the arguments of this process, on services that it starts and stops. */
async function run(given: readonly string[]): Promise<number> {
  let child: ReturnType<typeof spawn> | undefined;
  const stop = (signal: NodeJS.Signals): void => void child?.kill(signal);
  process.once('SIGTERM', stop).once('SIGINT', stop);
  const started = await Promise.allSettled(services.map((start) => start()));
  const running = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  try {
    for (const one of started) if (one.status === 'rejected') throw one.reason;
    const addresses = Object.fromEntries(running.map(({ variable, address }) => [variable, address]));
    const chosen = given.some((argument) => !argument.startsWith('-')) ? [] : [...suites, ...passedOver];
    const environment = { ...process.env, ...s3Credentials, ...addresses };
    child = spawn(process.execPath, [...jest, ...given, ...chosen], {
      stdio: 'inherit',
      env: environment,
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? 1;
  } finally {
    await Promise.all(running.map((one) => one.stop()));
  }
}

process.exitCode = await run(process.argv.slice(2));
