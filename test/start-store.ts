import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../apps/registry/src/create-app.js';
import { parseSettings } from '../apps/registry/src/platform/config.js';

export interface RunningStore {
  readonly app: NestFastifyApplication;
  /** For supertest: `request(store.server)`. */
  readonly server: ReturnType<NestFastifyApplication['getHttpServer']>;
  readonly folder: string;
  close(): Promise<void>;
}

export const testAdmin = { username: 'admin', password: 'correct horse battery' };

/** Starts a store of its own for a test, on an empty data folder, without listening on a port. */
export async function startStore(
  environment: Record<string, string> = {},
  folder = newFolder(),
): Promise<RunningStore> {
  const app = await createApp(
    parseSettings({
      MORTISE_DATA: folder,
      MORTISE_DEMO: 'off',
      MORTISE_LOG_LEVEL: 'silent',
      MORTISE_ADMIN_USERNAME: testAdmin.username,
      MORTISE_ADMIN_PASSWORD: testAdmin.password,
      ...environment,
    }),
  );
  await app.getHttpAdapter().getInstance().ready();
  return {
    app,
    server: app.getHttpServer(),
    folder,
    close: async () => {
      await app.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'mortise-test-'));
}
