import { createReadStream } from 'node:fs';
import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { sha256Hex } from '#kernel';
import type { StoreSnapshot } from '#database';
import type { ArchivedTable } from './archive.js';

/** What a snapshot has, on the disk: so the moment of the copy need not last as long as the copying of bytes. */
export interface Spooled {
  readonly tables: readonly ArchivedTable[];
  readonly secrets: 'sealed' | 'open';
  /** How many digests the rows name. */
  readonly blobs: number;
}

const digestList = 'digests';

export class RowSpool {
  private constructor(private readonly folder: string) {}

  /** An own folder, which must not be there yet. */
  static async open(folder: string): Promise<RowSpool> {
    await mkdir(folder, { mode: 0o700 });
    return new RowSpool(folder);
  }

  async take(snapshot: StoreSnapshot): Promise<Spooled> {
    const tables = new Map<string, { rows: number; parts: { path: string; sha256: string }[] }>();
    let secrets: Spooled['secrets'] = 'sealed';
    let parts = 0;
    for await (const { table, rows } of snapshot.rows()) {
      const lines = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
      const path = `tables/${String((parts += 1)).padStart(6, '0')}-${table}.jsonl`;
      await mkdir(join(this.folder, 'tables'), { recursive: true });
      await writeFile(join(this.folder, path), lines);
      const known = tables.get(table) ?? { rows: 0, parts: [] };
      known.rows += rows.length;
      known.parts.push({ path, sha256: sha256Hex(lines) });
      tables.set(table, known);
      const value = snapshot.columns(table).indexOf('value');
      if (table === 'cluster_secret' && rows.some((row) => !String(row[value]).startsWith('sealed:')))
        secrets = 'open';
    }
    const blobs = await this.takeDigests(snapshot);
    const found = [...tables].map(([name, of]) => ({ name, columns: snapshot.columns(name), ...of }));
    return { tables: found, secrets, blobs };
  }

  read(path: string): Promise<Buffer> {
    return readFile(join(this.folder, path));
  }

  /** In ascending order. */
  digests(): AsyncIterable<string> {
    return createInterface({ input: createReadStream(join(this.folder, digestList)) });
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private async takeDigests(snapshot: StoreSnapshot): Promise<number> {
    const file = join(this.folder, digestList);
    await writeFile(file, '');
    let count = 0;
    let held: string[] = [];
    for await (const sha256 of snapshot.digests()) {
      held.push(sha256);
      count += 1;
      if (held.length < heldDigests) continue;
      await appendFile(file, `${held.join('\n')}\n`);
      held = [];
    }
    if (held.length > 0) await appendFile(file, `${held.join('\n')}\n`);
    return count;
  }
}

const heldDigests = 10_000;
