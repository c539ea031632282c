import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../apps/registry/src/create-app.js';
import { parseSettings } from '../apps/registry/src/platform/settings/config.js';
import { buildContract } from '../apps/registry/src/platform/contract/build-contract.js';
import { serializeContract } from '../apps/registry/src/platform/contract/serialize-contract.js';

/** The contract as the code says it now, from a store that is started on an empty folder for the purpose. */
export async function generateContract(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-contract-'));
  const app = await createApp(
    parseSettings({
      MORTISE_DATA: folder,
      MORTISE_DEMO: 'off',
      MORTISE_UPSTREAM_NPM: 'off',
      MORTISE_UPSTREAM_PYTHON: 'off',
      MORTISE_LOG_LEVEL: 'silent',
      MORTISE_ADMIN_PASSWORD: 'made for the contract only',
    }),
  );
  try {
    return serializeContract(await buildContract(app));
  } finally {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
