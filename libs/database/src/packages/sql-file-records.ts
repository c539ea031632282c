import { FileRecords } from '#packages';
import type { FileRecord } from '#packages';
import type { Database } from '../database.js';
import { selectRows } from '../select-rows.js';

interface RecordRow {
  readonly holder: string;
  readonly held: number | string;
  readonly origin: string;
  readonly filename: string;
  readonly size: number | string;
  readonly kind: string;
  readonly facts: string;
}

const digestsPerRead = 500;
const allDigests = `(SELECT sha256 FROM package_file UNION SELECT sha256 FROM release_artifact
  UNION SELECT sha256 FROM upstream_metadata) named`;

/** Reads from the rows of packages, releases and pulled METADATA what they say of their bytes. */
export class SqlFileRecords extends FileRecords {
  constructor(private readonly database: Database) {
    super();
  }

  override async count(): Promise<number> {
    const [row] = await this.database.read((sql) =>
      selectRows<{ found: number | string }>(sql, `SELECT COUNT(*) AS found FROM ${allDigests}`, []),
    );
    return Number(row?.found ?? 0);
  }

  override async *digests(): AsyncIterable<string> {
    for (let after = ''; ;) {
      const rows = await this.database.read((sql) =>
        selectRows<{ sha256: string }>(
          sql,
          `SELECT sha256 FROM ${allDigests} WHERE sha256 > ? ORDER BY sha256 LIMIT ?`,
          [after, digestsPerRead],
        ),
      );
      for (const { sha256 } of rows) yield sha256;
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.sha256;
    }
  }

  /** Any number of releases may have the same file, and each has a row with the same facts. */
  override async of(sha256: string): Promise<readonly FileRecord[]> {
    const rows = await this.database.read((sql) =>
      selectRows<RecordRow>(
        sql,
        `SELECT MIN(side || ' package ' || name || ' ' || version) AS holder, COUNT(*) AS held, MIN(origin) AS origin,
           filename, size, kind, facts
         FROM package_file WHERE sha256 = ? GROUP BY filename, size, kind, facts
         UNION ALL
         SELECT MIN('release ' || r.plugin_id || ' ' || r.version), COUNT(*), 'release',
           a.filename, a.size, a.kind, a.facts
         FROM release_artifact a LEFT JOIN plugin_release r ON r.id = a.release_id
         WHERE a.sha256 = ? GROUP BY a.filename, a.size, a.kind, a.facts
         UNION ALL
         SELECT 'python package ' || name, 1, 'upstream', 'METADATA', size, 'metadata', '{}'
         FROM upstream_metadata WHERE sha256 = ?`,
        [sha256, sha256, sha256],
      ),
    );
    return rows.map(({ holder, held, origin, filename, size, kind, facts }) => ({
      holder,
      rows: Number(held),
      isUpstream: origin === 'upstream',
      filename,
      size: Number(size),
      kind,
      facts: parse(facts),
    }));
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
