import { Client } from 'pg';
import { sha256Hex } from '#kernel';
import { Database } from '#database';

const templateName = 'mortise_template';

/** The server on which tests put their databases; undefined where they use SQLite files. */
export const testServer = process.env.TEST_POSTGRES;

/** Makes the database, with every migration applied, of which those of tests are copies. */
export async function makeTemplate(server: string): Promise<void> {
  await onServer(server, (client) => client.query(`CREATE DATABASE ${templateName}`));
  await (await Database.open(addressOf(server, templateName))).close();
}

/** The database that belongs to the data folder of a test, on the server; made where there is none. */
export async function openTestDatabase(
  server: string,
  folder: string,
  template: 'migrated' | 'empty' = 'migrated',
): Promise<string> {
  const name = nameOf(folder);
  await onServer(server, async (client) => {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    const source = template === 'migrated' ? templateName : 'template0';
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${name} TEMPLATE ${source}`);
  });
  return addressOf(server, name);
}

export async function dropTestDatabase(server: string, folder: string): Promise<void> {
  await onServer(server, (client) => client.query(`DROP DATABASE IF EXISTS ${nameOf(folder)} WITH (FORCE)`));
}

function addressOf(server: string, database: string): string {
  const address = new URL(server);
  address.pathname = `/${database}`;
  return address.href;
}

async function onServer(server: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

const nameOf = (folder: string): string => `test_${sha256Hex(folder).slice(0, 32)}`;
