import { Sqlite } from '#sqlite';
import type { SqliteDatabase } from '#sqlite';
import { normalizeName, splitPluginId, sha256Hex } from '#kernel';
import type { PluginDocument } from '#search';
import {
  descriptorText,
  pythonVersion,
  seededVersions,
  shapeOf,
  shapes,
  template,
  templateDocument,
  templateName,
} from './seeded-plugin.js';
import type { Shape } from './seeded-plugin.js';

type Row = Record<string, unknown>;
type Connection = SqliteDatabase;

/** One in so many plugins has every version; the others have the first. */
const pluginsPerLongHistory = 10;

const releaseTables = ['release_pin', 'release_artifact'];
/** Parents first. */
const packageTables = ['package', 'package_version', 'package_file'];

/** All rows that publishing a template wrote, by table; whatever columns there are. */
interface TemplateRows {
  readonly plugin: Row;
  readonly releases: readonly {
    readonly row: Row;
    readonly change: Row;
    readonly parts: readonly (readonly [string, Row])[];
  }[];
  /** With the version they belong to; null for the package itself. */
  readonly packages: readonly {
    readonly table: string;
    readonly version: string | null;
    readonly row: Row;
  }[];
}

/**
 * Copies what publishing the templates wrote, once for every plugin, with other names: seeding a hundred thousand takes
 * seconds, and the rows are of the very shape that the store itself writes.
 */
export function seedRows(file: string, plugins: Iterable<PluginDocument>): void {
  const connection = new Sqlite(file);
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = OFF');
  connection.pragma('foreign_keys = OFF');
  const seeder = new Seeder(connection);
  connection.transaction(() => {
    let at = 0;
    for (const plugin of plugins) seeder.add(plugin, (at += 1));
  })();
  connection.pragma('wal_checkpoint(TRUNCATE)');
  connection.exec('ANALYZE');
  connection.close();
}

class Seeder {
  private readonly templates: Record<Shape, TemplateRows>;
  private readonly publisherRow: Row;
  private readonly inserts = new Map<
    string,
    { columns: string[]; insert: { run(...values: unknown[]): unknown } }
  >();
  private readonly publishers = new Set<string>();

  constructor(private readonly connection: Connection) {
    this.publisherRow = one(connection, 'publisher', 'id', template.publisher);
    this.templates = Object.fromEntries(
      shapes.map((shape) => [shape, readTemplate(connection, templateName(shape))]),
    ) as Record<Shape, TemplateRows>;
  }

  add(plugin: PluginDocument, at: number): void {
    this.addPublisher(plugin.publisher);
    const shape = shapeOf(plugin);
    const rows = this.templates[shape];
    const versions = at % pluginsPerLongHistory === 0 ? seededVersions : seededVersions.slice(0, 1);
    const packageWord = `${normalizeName(plugin.name).replaceAll('-', '')}x${at}`;
    const names: [string, string][] = [
      [`${template.publisher}/${templateName(shape)}`, plugin.id],
      [template.publisher, plugin.publisher],
      [`${template.package}${shape}`, packageWord],
    ];
    this.insert('plugin', {
      ...copy(rows.plugin, names),
      name: splitPluginId(plugin.id).name,
      display_name: plugin.name,
      latest_version: versions.length > 1 ? seededVersions[1] : seededVersions[0],
      downloads: plugin.downloads,
      updated_at: plugin.updatedAt,
    });
    for (const { table, version, row } of rows.packages) {
      if (version === null || versions.includes(version as never)) this.insert(table, copy(row, names));
    }
    for (const version of versions) this.addRelease(plugin, { at, shape, version, names, packageWord });
  }

  private addRelease(
    plugin: PluginDocument,
    seeded: { at: number; shape: Shape; version: string; names: [string, string][]; packageWord: string },
  ): void {
    const { at, shape, version, packageWord } = seeded;
    const number = seededVersions.indexOf(version as never);
    const release = this.templates[shape].releases[number]!;
    const id = `00000000-0000-4000-8000-${(at * seededVersions.length + number).toString(16).padStart(12, '0')}`;
    const names: [string, string][] = [...seeded.names, [release.row['id'] as string, id]];
    const text = descriptorText(plugin, shape, packageWord, version);
    const templateText = descriptorText(
      templateDocument(shape),
      shape,
      `${template.package}${shape}`,
      version,
    );
    this.insert('plugin_release', {
      ...copy(release.row, names),
      descriptor_bytes: (release.row['descriptor_bytes'] as string).replace(templateText, () => text),
      descriptor_sha256: sha256Hex(text),
      descriptor: JSON.stringify({
        ...(JSON.parse(copy(release.row, names)['descriptor'] as string) as object),
        ...descriptorMembers(plugin),
      }),
    });
    for (const [table, row] of release.parts) this.insert(table, copy(row, names));
    const { sequence: _, ...change } = copy(release.change, names);
    this.insert('change', change);
  }

  private addPublisher(publisher: string): void {
    if (this.publishers.has(publisher)) return;
    this.publishers.add(publisher);
    this.insert('publisher', { ...this.publisherRow, id: publisher });
  }

  private insert(table: string, row: Row): void {
    let known = this.inserts.get(table);
    if (!known) {
      const columns = Object.keys(row);
      const values = columns.map(() => '?').join(', ');
      known = {
        columns,
        insert: this.connection.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${values})`),
      };
      this.inserts.set(table, known);
    }
    known.insert.run(...known.columns.map((column) => row[column]));
  }
}

/** What a search finds a plugin by. */
function descriptorMembers(plugin: PluginDocument): Row {
  const { kind, name, title, summary, description, maintainer, categories, tags, requires } = plugin;
  const operations = plugin.operations.map((operation, at) => ({
    kind: 'action',
    name: `operation_${at}`,
    title: operation,
    description: null,
  }));
  return { kind, name, title, summary, description, maintainer, categories, tags, requires, operations };
}

function copy(row: Row, names: readonly (readonly [string, string])[]): Row {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      typeof value === 'string'
        ? names.reduce((text, [from, to]) => text.replaceAll(from, to), value)
        : value,
    ]),
  );
}

function readTemplate(connection: Connection, name: string): TemplateRows {
  const id = `${template.publisher}/${name}`;
  const word = `${template.package}${name.slice(name.lastIndexOf('-') + 1)}`;
  return {
    plugin: one(connection, 'plugin', 'id', id),
    releases: seededVersions.map((version) => {
      const row = all(connection, 'plugin_release', 'plugin_id', id).find(
        (found) => found['version'] === version,
      )!;
      const change = all(connection, 'change', 'plugin_id', id).find(
        (found) => found['version'] === version,
      )!;
      const parts = releaseTables.flatMap((table) =>
        all(connection, table, 'release_id', row['id'] as string).map((part) => [table, part] as const),
      );
      return { row, change, parts };
    }),
    packages: packageTables.flatMap((table) =>
      [word, `@seed/${word}`]
        .flatMap((packageName) => all(connection, table, 'name', packageName))
        .map((row) => ({ table, row, version: versionOf(row['version']) })),
    ),
  };
}

/** The seeded version that a package's version belongs to; null where a row has none. */
function versionOf(written: unknown): string | null {
  const seeded = seededVersions.find((version) => version === written || pythonVersion(version) === written);
  if (written !== undefined && seeded === undefined) throw new Error('The template has an unknown version.');
  return seeded ?? null;
}

function all(connection: Connection, table: string, column: string, value: string): Row[] {
  return connection.prepare(`SELECT * FROM ${table} WHERE ${column} = ?`).all(value) as Row[];
}

function one(connection: Connection, table: string, column: string, value: string): Row {
  const [row] = all(connection, table, column, value);
  if (!row) throw new Error(`The template has no row in ${table}.`);
  return row;
}
