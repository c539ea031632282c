import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PlantedTree } from './planted-tree.js';

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

interface Plant {
  readonly rule: string;
  readonly file: string;
  readonly text: string;
}

const rooms = [
  'kernel',
  'form',
  'descriptor',
  'catalog',
  'packages',
  'search',
  'install',
  'access',
  'trust',
  'sources',
];
const outerRooms = ['sqlite', 'database', 'search-embedded', 'blobs-files', 'client', 'host', 'testing'];

/** Every room with a door, and something behind it. */
const house: Record<string, string> = {
  'apps/registry/src/app.ts': 'export const app = 1;\n',
  'apps/cli/src/main.ts': 'export const cli = 1;\n',
  'tools/tool.ts': 'export const tool = 1;\n',
};
for (const room of [...rooms, ...outerRooms]) {
  house[`libs/${room}/src/index.ts`] =
    `export { inner } from './inner.js';\nexport type { Inner } from './inner.js';\n`;
  house[`libs/${room}/src/inner.ts`] =
    'export const inner = 1;\nexport interface Inner {\n  readonly a: 1;\n}\n';
}

/** Imports that the plan of the house allows. */
const allowed: Record<string, string> = {
  'libs/form/src/allowed.ts': `import { inner } from '#kernel';\nexport const a = inner;\n`,
  'libs/descriptor/src/allowed.ts': `import { inner } from '#form';\nexport * as k from '#kernel';\nexport const a = inner;\n`,
  'libs/catalog/src/allowed.ts': `export { inner } from '#descriptor';\nexport type { Readable } from 'node:stream';\nexport { createHash } from 'node:crypto';\nexport * as semver from 'semver';\n`,
  'libs/catalog/src/allowed.test.ts': `import { inner } from '#testing';\nimport { readFileSync } from 'node:fs';\nexport const a = [inner, readFileSync];\n`,
  'libs/database/src/allowed.ts': `export { inner } from '#catalog';\nexport { inner as other } from '#trust';\nexport { DataSource } from 'typeorm';\n`,
  'libs/database/src/allowed.test.ts': `export { inner } from '#testing';\n`,
  'libs/search-embedded/src/allowed.ts': `export { inner } from '#search';\nexport { inner as sqlite } from '#sqlite';\n`,
  'libs/blobs-files/src/allowed.ts': `export { open } from 'node:fs/promises';\n`,
  'libs/host/src/allowed.ts': `export { inner } from '#client';\nexport { inner as kernel } from '#kernel';\nexport { request } from 'node:http';\n`,
  'libs/testing/src/allowed.ts': `export { inner } from '#catalog';\nexport { inner as kernel } from '#kernel';\nexport { expect } from '@jest/globals';\n`,
  'apps/registry/src/platform/allowed.ts': `export { inner } from '#database';\nexport { readFile } from 'node:fs/promises';\n`,
  'apps/registry/src/catalog/catalog.module.ts': `export { inner } from '#database';\nexport { inner as catalog } from '#catalog';\n`,
  'apps/registry/src/catalog/release.controller.ts': `export { inner } from '#catalog';\nexport { Controller } from '@nestjs/common';\n`,
  'apps/cli/src/allowed.ts': `export { inner } from '#client';\n`,
  'libs/host/src/agent/pages/allowed.js': `export { markdown } from './markdown.js';\n`,
  'test/allowed.test.ts': `export { inner } from '#testing';\nexport { app } from '../apps/registry/src/app.js';\nexport { inner as database } from '#database';\n`,
  'tools/check-contract.ts': `export { app } from '../apps/registry/src/app.js';\n`,
};

// A circle is reported once, at the file that sorts first; these are the other halves.
const otherHalves: Record<string, string> = {
  'libs/sources/src/planted-circle.ts': `export { b } from './planted-circle-back.js';\nexport const a = 1;\n`,
  'libs/trust/src/planted-types.ts': `import type { B } from './planted-types-back.js';\nexport type A = B | 1;\n`,
};

const plant = (rule: string, file: string, text: string): Plant => ({ rule, file, text: `${text}\n` });

const plants: readonly Plant[] = [
  plant('kernel-knows-nobody', 'libs/kernel/src/planted.ts', `export { inner } from '#form';`),
  plant(
    'kernel-knows-nobody',
    'libs/kernel/src/planted-type.ts',
    `import type { Inner } from '#catalog';\nexport type A = Inner;`,
  ),
  plant('form-knows-kernel', 'libs/form/src/planted.ts', `export { inner } from '#descriptor';`),
  plant(
    'descriptor-knows-kernel-and-form',
    'libs/descriptor/src/planted.ts',
    `export { inner } from '#packages';`,
  ),
  plant('domains-never-each-other', 'libs/catalog/src/planted.ts', `export { inner } from '#packages';`),
  plant(
    'domains-never-each-other',
    'libs/install/src/planted-type.ts',
    `import type { Inner } from '#access';\nexport type A = Inner;`,
  ),
  plant('domains-never-each-other', 'libs/trust/src/planted.test.ts', `export { inner } from '#catalog';`),
  plant(
    'domains-know-only-the-pure',
    'libs/search/src/planted.ts',
    `export { inner } from '#search-embedded';`,
  ),
  plant(
    'no-framework-in-the-core',
    'libs/access/src/planted.ts',
    `export { Injectable } from '@nestjs/common';`,
  ),
  plant(
    'no-framework-in-the-core',
    'libs/access/src/planted-type.ts',
    `import type { FastifyRequest } from 'fastify';\nexport type A = FastifyRequest;`,
  ),
  plant('no-framework-in-the-core', 'libs/trust/src/planted.ts', `export { DataSource } from 'typeorm';`),
  plant(
    'no-network-or-files-in-the-core',
    'libs/packages/src/planted.ts',
    `export { readFileSync } from 'node:fs';`,
  ),
  plant(
    'no-network-or-files-in-the-core',
    'libs/packages/src/planted-promises.ts',
    `export { readFile } from 'node:fs/promises';`,
  ),
  plant(
    'no-network-or-files-in-the-core',
    'libs/install/src/planted.ts',
    `export { request } from 'node:http';`,
  ),
  plant(
    'no-network-or-files-in-the-core',
    'libs/kernel/src/planted-lazy.ts',
    `export const lazy = () => import('https');`,
  ),
  plant('adapters-never-each-other', 'libs/database/src/planted.ts', `export { inner } from '#blobs-files';`),
  plant(
    'adapters-know-pure-and-domains',
    'libs/blobs-files/src/planted.ts',
    `export { inner } from '#client';`,
  ),
  plant(
    'adapters-named-by-wiring-only',
    'apps/registry/src/catalog/planted.controller.ts',
    `export { inner } from '#database';`,
  ),
  plant(
    'adapters-named-by-wiring-only',
    'apps/registry/src/app.module.ts',
    `export { inner } from '#search-embedded';`,
  ),
  plant(
    'technology-in-its-adapter',
    'apps/registry/src/platform/planted.ts',
    `export { inner } from '#sqlite';`,
  ),
  plant(
    'sqlite-by-its-binding',
    'libs/database/src/planted-binding.ts',
    `export * as sqlite from 'better-sqlite3';`,
  ),
  plant('bindings-know-nobody', 'libs/sqlite/src/planted.ts', `export { inner } from '#kernel';`),
  plant(
    'typeorm-in-database-only',
    'libs/search-embedded/src/planted.ts',
    `export { DataSource } from 'typeorm';`,
  ),
  plant('typeorm-in-database-only', 'test/planted-orm.test.ts', `export { DataSource } from 'typeorm';`),
  plant(
    'files-behind-adapters',
    'apps/registry/src/packages/planted.controller.ts',
    `export { writeFile } from 'node:fs/promises';`,
  ),
  plant('edges-see-the-wire', 'libs/host/src/planted.ts', `export { inner } from '#install';`),
  plant('edges-see-the-wire', 'apps/cli/src/planted.ts', `export { inner } from '#catalog';`),
  plant('edges-see-the-wire', 'apps/store/src/planted.tsx', `export { inner } from '#search';`),
  plant('registry-knows-no-edge', 'apps/registry/src/install/planted.ts', `export { inner } from '#host';`),
  plant(
    'nothing-imports-apps',
    'libs/client/src/planted.ts',
    `export { app } from '../../../apps/registry/src/app.js';`,
  ),
  plant('nothing-imports-apps', 'tools/planted.ts', `export { app } from '../apps/registry/src/app.js';`),
  plant(
    'apps-never-each-other',
    'apps/cli/src/planted-app.ts',
    `export { app } from '../../registry/src/app.js';`,
  ),
  plant(
    'product-never-imports-tests',
    'apps/registry/src/planted-tool.ts',
    `export { tool } from '../../../tools/tool.js';`,
  ),
  plant('testing-for-tests-only', 'apps/registry/src/access/planted.ts', `export { inner } from '#testing';`),
  plant('testing-for-tests-only', 'libs/sources/src/planted.ts', `export { inner } from '#testing';`),
  plant('testing-knows-no-adapter', 'libs/testing/src/planted.ts', `export { inner } from '#database';`),
  plant(
    'libraries-entered-by-index',
    'libs/catalog/src/planted-deep.ts',
    `export { inner } from '../../kernel/src/inner.js';`,
  ),
  plant(
    'libraries-entered-by-index-from-outside',
    'apps/registry/src/trust/planted.ts',
    `export { inner } from '../../../../libs/trust/src/inner.js';`,
  ),
  plant(
    'libraries-entered-by-index-from-outside',
    'test/planted-deep.test.ts',
    `export { inner } from '../libs/trust/src/inner.js';`,
  ),
  plant(
    'libraries-named-by-hash',
    'libs/access/src/planted-path.ts',
    `export { inner } from '../../kernel/src/index.js';`,
  ),
  plant(
    'libraries-named-by-hash',
    'apps/registry/src/access/planted-path.ts',
    `export { inner } from '../../../../libs/access/src/index.js';`,
  ),
  plant('own-library-by-relative-path', 'libs/form/src/planted-self.ts', `export { inner } from '#form';`),
  plant(
    'no-circular',
    'libs/sources/src/planted-circle-back.ts',
    `export { a } from './planted-circle.js';\nexport const b = 1;`,
  ),
  plant(
    'no-circular',
    'libs/trust/src/planted-types-back.ts',
    `import type { A } from './planted-types.js';\nexport type B = A | 2;`,
  ),
  plant('resolvable', 'libs/kernel/src/planted-nowhere.ts', `export { nothing } from '#nowhere';`),
  plant(
    'resolvable-beside-a-page',
    'libs/host/src/agent/pages/planted.js',
    `export { nothing } from './nowhere.js';`,
  ),
  plant('room-in-the-plan', 'libs/attic/src/planted.ts', `export { inner } from '#kernel';`),
  plant(
    'product-needs-no-development-package',
    'libs/blobs-files/src/planted-dev.ts',
    `export { expect } from '@jest/globals';`,
  ),
  plant(
    'product-needs-no-development-package',
    'apps/registry/src/platform/planted-transitive.ts',
    `export * as ajv from 'ajv';`,
  ),
];

const planted = Object.fromEntries(plants.map(({ file, text }) => [file, text]));
const caught = new Set<string>();
const tree = new PlantedTree({ ...house, ...allowed, ...otherHalves, ...planted });

async function cruise(): Promise<readonly Violation[]> {
  const { output } = await tree.run('dependency-cruiser/bin/dependency-cruise.mjs', [
    '--config',
    '.dependency-cruiser.mjs',
    '--output-type',
    'json',
    ...['apps', 'libs', 'test', 'tools'],
  ]);
  const report = JSON.parse(output) as { summary: { violations: readonly Violation[] } };
  return report.summary.violations;
}

describe('doors', () => {
  beforeAll(async () => {
    for (const violation of await cruise()) caught.add(`${violation.rule.name} ${violation.from}`);
  });

  afterAll(() => {
    tree.remove();
  });

  it.each(plants)('$rule catches $file', ({ rule, file }) => {
    expect([...caught].filter((violation) => violation.endsWith(` ${file}`))).toContain(`${rule} ${file}`);
  });

  it('lets pass everything that the plan of the house allows', () => {
    const places = [...caught].map((violation) => violation.split(' ')[1] ?? '');
    expect(places.filter((place) => !(place in planted))).toEqual([]);
  });

  it('has a planted violation for every rule', async () => {
    const path = pathToFileURL(join(process.cwd(), '.dependency-cruiser.mjs')).href;
    const configuration = (await import(path)) as { default: { forbidden: readonly { name: string }[] } };
    const rules = configuration.default.forbidden.map((rule) => rule.name);
    expect(rules.filter((rule) => !plants.some((each) => each.rule === rule))).toEqual([]);
  });
});
