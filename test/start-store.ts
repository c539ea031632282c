import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import request from 'supertest';
import { createApp } from '../apps/registry/src/create-app.js';
import { parseSettings } from '../apps/registry/src/platform/settings/config.js';
import { openLog } from '../apps/registry/src/platform/server/log.js';
import { watchRefusals } from './declared-refusals.js';
import { blobSetting } from './services/test-blobs.js';
import { dropTestDatabase, openTestDatabase, testServer } from './services/test-database.js';
import { dropTestSearch, searchSetting } from './services/test-search.js';

export interface RunningStore {
  readonly app: NestFastifyApplication;
  /** For supertest: `request(store.server)`. */
  readonly server: ReturnType<NestFastifyApplication['getHttpServer']>;
  readonly folder: string;
  close(): Promise<void>;
}

const indexMs = 30_000;

export const testAdmin = { username: 'admin', password: 'correct horse battery' };

/**
 * Starts a store of its own for a test, on an empty data folder or one that was kept, without listening on a port. Its
 * database is a file there, or belongs to that folder on the PostgreSQL server of `npm run test:services`, as its blobs do
 * on the S3 service.
 */
export async function startStore(
  environment: Record<string, string> = {},
  kept?: string,
): Promise<RunningStore> {
  const folder = kept ?? newFolder();
  const logged: string[] = [];
  const log = openLog('debug', { write: (line) => void logged.push(line) });
  const settings = parseSettings({
    MORTISE_DATA: folder,
    MORTISE_DEMO: 'off',
    MORTISE_UPSTREAM_NPM: 'off',
    MORTISE_UPSTREAM_PYTHON: 'off',
    MORTISE_ADMIN_USERNAME: testAdmin.username,
    MORTISE_ADMIN_PASSWORD: testAdmin.password,
    ...(await databaseSetting(folder)),
    ...searchSetting(folder),
    ...blobSetting(folder),
    ...environment,
  });
  const app = await createApp(settings, log);
  const refuseUndeclared = watchRefusals(app.getHttpAdapter().getInstance());
  await app.getHttpAdapter().getInstance().ready();
  if (kept === undefined && settings.search !== 'embedded') await awaitIndex(app);
  return {
    app,
    server: app.getHttpServer(),
    folder,
    close: async () => {
      await app.close();
      rmSync(folder, { recursive: true, force: true });
      if (testServer !== undefined) await dropTestDatabase(testServer, folder);
      await dropTestSearch(folder);
      refuseSecrets(logged);
      refuseUndeclared();
    },
  };
}

/** Waits until searches are answered, which on OpenSearch are refused while a new store makes its index. */
async function awaitIndex(app: NestFastifyApplication): Promise<void> {
  const end = Date.now() + indexMs;
  while ((await request(app.getHttpServer()).get('/health/ready')).status !== 200 && Date.now() < end)
    await pause(20);
}

/** Where the database of a test's data folder is, unless it is a file there. */
export async function databaseSetting(folder: string): Promise<{ MORTISE_DATABASE?: string }> {
  return testServer === undefined ? {} : { MORTISE_DATABASE: await openTestDatabase(testServer, folder) };
}

const secrets = [
  /mrt_(?:pat|host|plugin)_[0-9A-Za-z]{16,}/,
  /eyJ[\w-]{8,}\.[\w-]{8,}\./,
  new RegExp(testAdmin.password),
  /a long enough password/,
];

/** Fails whatever test made a store log a token, a key, a session or a password. */
function refuseSecrets(logged: readonly string[]): void {
  const told = logged.find((line) => secrets.some((secret) => secret.test(line)));
  if (told !== undefined) throw new Error(`The log holds a secret: ${told}`);
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'mortise-test-'));
}
