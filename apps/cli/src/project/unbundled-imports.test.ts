import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDescriptor } from '#descriptor';
import { buildNpmTarball } from '#testing';
import { artifactSources } from './artifact-sources.js';
import { unbundledImports } from './unbundled-imports.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mortise-unbundled-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { descriptors } = readDescriptor(
  Buffer.from(`name: Tool
version: 1.0.0
front_end: {package: '@acme/tool', version: 1.0.0, component: Panel}
`),
);

/** What is said of a package of these files, whose module to begin with is `index.js`. */
async function saidOf(
  files: Readonly<Record<string, string>>,
  manifest: Readonly<Record<string, unknown>> = { name: '@acme/tool', version: '1.0.0' },
): Promise<readonly string[]> {
  const file = join(folder, 'acme-tool-1.0.0.tgz');
  writeFileSync(file, buildNpmTarball({ manifest, files }));
  return unbundledImports(descriptors[0]!, await artifactSources([file, join(folder, 'plugin.svg')]));
}

describe('of a front end', () => {
  it.each([
    ['that needs nothing', { 'index.js': 'export class Panel {}' }],
    [
      'whose modules find each other',
      {
        'index.js':
          "import { a } from './lib/a.js';\nimport b from '@acme/tool/lib/b.js';\nexport const Panel = [a, b];",
        'lib/a.js': "export { default as a } from './b.js?v=1';",
        'lib/b.js': 'export default 1;',
      },
    ],
    [
      'that takes from the agent what it adds',
      { 'index.js': "export { mount as Panel } from 'mortise/mount';" },
    ],
    [
      'that says how JSON is meant',
      { 'index.js': "export { default } from './a.json' with { type: 'json' };", 'a.json': '1' },
    ],
    [
      'that asks Node only where it runs in Node',
      { 'index.js': "export const Panel = globalThis.process ? await import('node:fs') : 1;" },
    ],
    [
      'that loads a script for what it does',
      { 'index.js': "import './polyfill.js';\nexport const Panel = 1;", 'polyfill.js': 'globalThis.x = 1;' },
    ],
    [
      'that only writes of imports, and has files that nothing loads',
      {
        'index.js':
          "/* import 'react' */\nexport const Panel = `import 'react'` + \"import 'vue'\" + /'/.source;",
        'test/panel.test.js': "import { it } from 'vitest';\nimport '../gone.js';",
        'server.cjs': "module.exports = require('express');",
      },
    ],
    ['that can’t be read as a script', { 'index.js': 'import {' }],
  ])('%s nothing is said', async (_, files) => {
    expect(await saidOf(files)).toEqual([]);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    [
      'packages that it imports are named',
      {
        'index.js':
          "import React from 'react';\nimport './view.js';\nexport const Panel = import('lodash/fp');",
        'view.js': "import fs from 'node:fs';\nexport * from 'react';",
      },
      /^acme-tool-1\.0\.0\.tgz: it imports "react", "lodash\/fp" and "node:fs", which browsers find only where a host shares it\. Bundle/,
    ],
    [
      'not more than a few are',
      { 'index.js': ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `import '${name}';`).join('') },
      /"a", "b", "c", "d", "e" and 2 more,/,
    ],
    [
      'what is no module of it is named',
      {
        'index.js':
          "import './style.css';\nimport { a } from './lib/a';\nimport b from './lib';\nexport const Panel = 1;",
        'style.css': '',
        'lib/a.js': '',
        'lib/index.js': '',
      },
      /it imports "\.\/style\.css", "\.\/lib\/a" and "\.\/lib", which is no module of the package/,
    ],
    [
      'CommonJS is told',
      { 'index.js': "const a = require('a');\nexports.Panel = a;" },
      /: index\.js is no ES module/,
    ],
    [
      'a plain script is told',
      { 'index.js': '(() => { globalThis.Panel = 1; })();' },
      /: index\.js is no ES module/,
    ],
    [
      'CommonJS that it imports is told',
      { 'index.js': "export { a as Panel } from './a.js';", 'a.js': 'module.exports = { a: 1 };' },
      /: a\.js is no ES module/,
    ],
    ['a module that was left out is told', { 'readme.txt': '' }, /no file of it is the module/],
  ])('%s', async (_, files, sentence) => {
    expect(await saidOf(files)).toEqual([expect.stringMatching(sentence)]);
  });

  it('that the descriptor does not name nothing is said', async () => {
    const files = { 'index.js': "import 'react';" };
    expect(await saidOf(files, { name: 'other', version: '1.0.0' })).toEqual([]);
  });
});
