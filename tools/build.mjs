/**
 * Emits every TypeScript file of apps, libs, test and tools as JavaScript under dist/, in the same
 * folders. Types are not looked at here (`npm run types` does that). A file that has not changed is
 * not emitted again, and what no longer has a source is removed. The examples are packed along.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packExamples } from './pack-examples.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const sourceFolders = ['apps', 'libs', 'test', 'tools'];

async function loadCompiler() {
  try {
    return await import('@swc/core');
  } catch {
    process.stderr.write(
      'mortise: the build needs its development packages; run `npm ci` without --omit=dev (NODE_ENV must not be "production" while installing).\n',
    );
    process.exit(1);
  }
}

function filesBelow(folder, keep) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && keep(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

const emittedPath = (source) => join(dist, relative(root, source)).replace(/\.ts$/, '.js');

const isSource = (name) => name.endsWith('.ts') && !name.endsWith('.d.ts');
const sources = sourceFolders.flatMap((folder) => filesBelow(join(root, folder), isSource));
const wanted = new Set(sources.map(emittedPath));

for (const folder of sourceFolders) {
  for (const file of filesBelow(join(dist, folder), (name) => /\.js(\.map)?$/.test(name))) {
    if (!wanted.has(file.replace(/\.map$/, ''))) rmSync(file);
  }
}

const stale = sources.filter((source) => {
  const target = emittedPath(source);
  return !existsSync(target) || statSync(target).mtimeMs < statSync(source).mtimeMs;
});

if (stale.length > 0) {
  const swc = await loadCompiler();
  await Promise.all(
    stale.map(async (source) => {
      const target = emittedPath(source);
      const output = await swc.transformFile(source, {
        swcrc: false,
        configFile: false,
        sourceMaps: true,
        module: { type: 'es6' },
        jsc: {
          target: 'es2022',
          keepClassNames: true,
          parser: { syntax: 'typescript', decorators: true },
          transform: {
            legacyDecorator: true,
            decoratorMetadata: true,
            useDefineForClassFields: false,
            verbatimModuleSyntax: true,
          },
        },
      });
      mkdirSync(dirname(target), { recursive: true });
      const name = target.slice(target.lastIndexOf('/') + 1);
      writeFileSync(`${target}.map`, output.map);
      writeFileSync(target, `${output.code}\n//# sourceMappingURL=${name}.map\n`);
    }),
  );
}

// The shim is Python: it is taken along as it is, for what runs from dist/.
const shim = 'libs/host/shim';
rmSync(join(dist, shim), { recursive: true, force: true });
cpSync(join(root, shim), join(dist, shim), {
  recursive: true,
  filter: (path) => !/(?:__pycache__|tests)$/.test(path),
});

await packExamples(root);
