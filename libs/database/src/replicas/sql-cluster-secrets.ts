import { ClusterSecrets } from '#kernel';
import type { Clock } from '#kernel';
import { isUniqueViolation } from '../constraint.js';
import type { Database } from '../database.js';
import { ClusterSecretRow } from '../rows/access-rows.js';
import type { SecretSeal } from './secret-seal.js';

/** Cluster secrets in the table `cluster_secret`, whose key settles who was first. */
export class SqlClusterSecrets extends ClusterSecrets {
  private constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly seal: SecretSeal,
  ) {
    super();
  }

  /** Throws `secret-key-missing` or `secret-key-wrong` when what is there can't be read; seals what lay open and no longer should. */
  static async open(database: Database, clock: Clock, seal: SecretSeal): Promise<SqlClusterSecrets> {
    const secrets = await SqlClusterSecrets.look(database, clock, seal);
    const rows = await database.read((sql) => sql.find(ClusterSecretRow));
    const openRows = seal.seals ? rows.filter((row) => !seal.isSealed(row.value)) : [];
    if (openRows.length > 0) {
      await database.write(async (sql) => {
        for (const { name, value } of openRows) {
          await sql.update(ClusterSecretRow, { name, value }, { value: seal.close(name, value) });
        }
      });
    }
    return secrets;
  }

  /** The same, and changes nothing. */
  static async look(database: Database, clock: Clock, seal: SecretSeal): Promise<SqlClusterSecrets> {
    const rows = await database.read((sql) => sql.find(ClusterSecretRow));
    for (const row of rows) seal.open(row.name, row.value);
    return new SqlClusterSecrets(database, clock, seal);
  }

  async get(name: string, make: () => string): Promise<string> {
    const found = await this.find(name);
    if (found !== undefined) return found;
    const row = { name, value: this.seal.close(name, make()), created_at: this.clock.now() };
    try {
      await this.database.write((sql) => sql.insert(ClusterSecretRow, row));
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
    }
    const settled = await this.find(name);
    if (settled === undefined) throw new Error(`The secret "${name}" was made and is gone.`);
    return settled;
  }

  async find(name: string): Promise<string | undefined> {
    const row = await this.database.read((sql) => sql.findOneBy(ClusterSecretRow, { name }));
    return row === null ? undefined : this.seal.open(name, row.value);
  }
}
