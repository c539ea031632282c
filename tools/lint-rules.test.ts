import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PlantedTree } from './planted-tree.js';

interface FileReport {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly message: string }[];
}

interface Plant {
  readonly rule: string;
  readonly file: string;
  readonly text: string;
}

const plant = (rule: string, file: string, text: string): Plant => ({ rule, file, text: `${text}\n` });
const lines = (count: number, line: string) => Array.from({ length: count }, () => line).join('\n');

/** Enough of TypeORM for the types to be read, and quickly. */
const useOfSql = `interface Sql {
  save(row: object): void;
  transaction(work: () => void): void;
}
`;

const plants: readonly Plant[] = [
  plant('house/file-name', 'libs/search/src/PlantedName.ts', 'export const a = 1;'),
  plant('house/file-name', 'libs/search/src/utils/planted.ts', 'export const a = 1;'),
  plant('house/file-name', 'libs/search/src/common/planted.ts', 'export const a = 1;'),
  plant('house/file-name', 'apps/registry/src/shared/planted.ts', 'export const a = 1;'),
  plant('house/file-name', 'libs/search/src/helpers/planted.ts', 'export const a = 1;'),
  plant('house/file-name', 'libs/search/src/base.ts', 'export const a = 1;'),
  plant('house/file-name', 'libs/search/src/base.service.ts', 'export const a = 1;'),
  plant('house/file-name', 'libs/search/src/string-utils.ts', 'export const a = 1;'),
  plant('house/named-after-export', 'libs/search/src/planted.ts', 'export class SomethingElse {}'),
  plant('house/no-default-export', 'libs/search/src/planted-default.ts', 'export default 1;'),
  plant(
    'house/no-default-export',
    'apps/registry/src/planted-as.ts',
    'const a = 1;\nexport { a as default };',
  ),
  plant('house/no-environment', 'apps/registry/src/planted-env.ts', 'export const a = process.env;'),
  plant(
    'house/no-environment',
    'apps/registry/src/planted-global.ts',
    `export const a = globalThis.process['env'];`,
  ),
  plant(
    'house/no-environment',
    'libs/database/src/planted-taken.ts',
    'const { env } = process;\nexport { env };',
  ),
  plant(
    'house/no-environment',
    'libs/access/src/planted-import.ts',
    `import { env } from 'node:process';\nexport const a = env;`,
  ),
  plant('house/no-system-clock', 'libs/access/src/planted-now.ts', 'export const a = Date.now();'),
  plant('house/no-system-clock', 'libs/access/src/planted-date.ts', 'export const a = new Date();'),
  plant('house/no-system-clock', 'libs/kernel/src/planted-timer.ts', 'export const a = performance.now();'),
  plant(
    'no-restricted-globals',
    'libs/packages/src/planted-fetch.ts',
    `export const a = () => fetch('https://example.org');`,
  ),
  plant(
    'house/sql-in-its-room',
    'libs/catalog/src/planted-sql.ts',
    `export const a = 'SELECT id FROM release';`,
  ),
  plant(
    'house/sql-in-its-room',
    'apps/registry/src/planted-sql.ts',
    'export const a = (name: string) => `UPDATE release SET name = ${name}`;',
  ),
  plant(
    'house/sql-through-database',
    'libs/database/src/planted-source.ts',
    `import { DataSource } from 'typeorm';\nexport const a = DataSource;`,
  ),
  plant(
    'house/sql-through-database',
    'libs/database/src/planted-type.ts',
    `import type { DataSource } from 'typeorm';\nexport type A = DataSource;`,
  ),
  plant(
    'house/sql-through-database',
    'libs/database/src/planted-all.ts',
    `import * as orm from 'typeorm';\nexport const a = orm;`,
  ),
  plant(
    'house/sql-through-database',
    'libs/database/src/planted-driver.ts',
    `import type Sqlite from 'better-sqlite3';\nexport type A = Sqlite.Database;`,
  ),
  plant(
    'house/sql-through-database',
    'libs/database/src/planted-door.ts',
    `${useOfSql}export const a = (sql: Sql) => sql.transaction(() => undefined);`,
  ),
  plant(
    'house/sql-through-database',
    'libs/database/src/planted-save.ts',
    `${useOfSql}export const a = (sql: Sql) => sql.save({});`,
  ),
  plant(
    'house/stated-promise',
    'libs/access/src/planted-port.ts',
    'export abstract class PlantedPort {\n  abstract a(): void;\n}',
  ),
  plant(
    'house/stated-promise',
    'libs/access/src/plant-it.ts',
    'export class PlantIt {\n  run() {\n    return 1;\n  }\n}',
  ),
  plant(
    'house/stated-promise',
    'libs/access/src/plant-two.ts',
    '/** Plants. */\nexport class PlantTwo {\n  run() {\n    return 1;\n  }\n  walk() {\n    return 2;\n  }\n}',
  ),
  plant(
    'house/reasoned-exception',
    'libs/access/src/planted-off.ts',
    '/* eslint-disable no-console */\nconsole.log(1);\nexport {};',
  ),
  plant(
    'house/reasoned-exception',
    'libs/access/src/planted-silence.ts',
    '// @ts-nocheck\nexport const a = 1;',
  ),
  plant(
    'max-lines-per-function',
    'libs/access/src/planted-long.ts',
    `export const calls: number[] = [];\nexport function planted() {\n${lines(60, '  calls.push(1);')}\n}`,
  ),
  plant('max-lines', 'libs/access/src/planted-lines.ts', lines(301, 'export {};')),
  plant('no-console', 'apps/registry/src/planted-print.ts', `console.log('printed');\nexport {};`),
  plant('@typescript-eslint/no-explicit-any', 'libs/access/src/planted-any.ts', 'export type A = any;'),
  plant(
    '@typescript-eslint/no-floating-promises',
    'apps/registry/src/planted-float.ts',
    'export const a = () => {\n  Promise.resolve(1);\n};',
  ),
  plant(
    '@typescript-eslint/naming-convention',
    'libs/access/src/planted-prefix.ts',
    'export interface IPlanted {\n  readonly a: 1;\n}',
  ),
];

/** What looks like a violation and is none, or is one elsewhere. */
const allowed: Record<string, string> = {
  'apps/registry/src/platform/settings/config.ts': 'export const a = process.env;\n',
  'libs/access/src/clock-taken.ts': 'export const a = (now: number) => new Date(now).toISOString();\n',
  'libs/access/src/errors.ts': 'export class TokenExpired extends Error {}\n',
  'libs/access/src/base-62.ts': 'export const a = 1;\n',
  'libs/access/src/long.test.ts': `export const a = [process.env, Date.now()];\n${lines(400, 'export {};')}\n`,
  'libs/access/src/name-key.ts':
    '/** Keeps. */\nexport abstract class NameKey {\n  abstract a(): Promise<void>;\n}\n',
  'libs/database/src/engines/sqlite-engine.ts': `import { DataSource } from 'typeorm';\n\n/** Owns SQL. */\nexport class SqliteEngine {\n  a = DataSource;\n}\n`,
  'libs/database/src/sql-a-store.ts': `import type { EntityManager } from 'typeorm';\nexport const a = (sql: EntityManager) => sql.query('SELECT 1 FROM a');\n`,
  'libs/catalog/src/sentence.ts': `export const a = 'Select one from the list, or update your settings.';\n`,
};

const planted = Object.fromEntries(plants.map(({ file, text }) => [file, text]));
const tree = new PlantedTree({ ...allowed, ...planted });
const caught = new Map<string, string[]>();

describe('lint rules', () => {
  beforeAll(async () => {
    const { output } = await tree.run('eslint/bin/eslint.js', ['--format', 'json', 'apps', 'libs']);
    for (const report of JSON.parse(output) as readonly FileReport[]) {
      const rules = report.messages.map((message) => message.ruleId ?? message.message);
      caught.set(tree.plantedPath(report.filePath), rules);
    }
  });

  afterAll(() => {
    tree.remove();
  });

  it.each(plants)('$rule catches $file', ({ rule, file }) => {
    expect(caught.get(file)).toContain(rule);
  });

  it.each(Object.keys(allowed))('lets %s pass', (file) => {
    expect(caught.get(file)).toEqual([]);
  });

  it('has a planted violation for every rule of our own', async () => {
    const path = pathToFileURL(join(process.cwd(), 'tools/lint-rules/plugin.mjs')).href;
    const plugin = (await import(path)) as { house: { rules: Record<string, unknown> } };
    const names = Object.keys(plugin.house.rules).map((name) => `house/${name}`);
    expect(names.filter((name) => !plants.some((each) => each.rule === name))).toEqual([]);
  });
});
