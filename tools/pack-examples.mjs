/**
 * Packs the examples of descriptors/ into dist/descriptors/: beside each descriptor the wheel made of its `python/`
 * folder and the npm tarball made of its `web/` folder, as pip and npm would have packed them, and examples.json,
 * which says in which order they are published and what follows. The same sources give the same bytes, on any
 * machine and at any time, because a release that is published twice has to be the same release.
 */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

const skipped = new Set(['__pycache__', 'node_modules', '.DS_Store']);
// Of no meaning, but the same everywhere: a zip archive keeps local time, a tar archive universal time.
const packedAt = { zip: new Date(2020, 0, 1), tar: new Date(Date.UTC(2020, 0, 1)) };

/** Does nothing when no source has changed since the last time. */
export async function packExamples(root, target = join(root, 'dist', 'descriptors')) {
  const sources = join(root, 'descriptors');
  const stamp = stampOf([sources, join(root, 'tools', 'pack-examples.mjs')]);
  const stampFile = join(target, '.stamp');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  rmSync(target, { recursive: true, force: true });
  if (!existsSync(join(sources, 'examples.yaml'))) return;
  const { parse } = await import('yaml');
  const { publisher, releases, tutorial } = parse(readFileSync(join(sources, 'examples.yaml'), 'utf8'));
  const packed = [];
  for (const release of releases) packed.push(await packRelease(sources, target, release));
  for (const release of tutorial) await packRelease(sources, target, release);
  writeFileSync(
    join(target, 'examples.json'),
    `${JSON.stringify({ publisher, releases: packed }, null, 2)}\n`,
  );
  writeFileSync(stampFile, stamp);
}

async function packRelease(sources, target, release) {
  const from = join(sources, release.folder);
  const to = join(target, release.folder);
  mkdirSync(to, { recursive: true });
  const own = readdirSync(from, { withFileTypes: true }).filter(
    (entry) => entry.isFile() && !skipped.has(entry.name),
  );
  const descriptor = own.map((entry) => entry.name).find((name) => /\.ya?ml$/.test(name));
  if (descriptor === undefined) throw new Error(`descriptors/${release.folder} has no descriptor`);
  for (const { name } of own) cpSync(join(from, name), join(to, name));
  const artifacts = own.map((entry) => entry.name).filter((name) => name !== descriptor);
  for (const [folder, pack] of [
    ['python', packWheel],
    ['web', packTarball],
  ]) {
    if (!existsSync(join(from, folder))) continue;
    const { filename, bytes } = await pack(join(from, folder));
    writeFileSync(join(to, filename), bytes);
    artifacts.push(filename);
  }
  const { folder, trust = null, channels = [], deprecation = null } = release;
  return { folder, descriptor, artifacts: artifacts.sort(), trust, channels, deprecation };
}

async function packWheel(folder) {
  const { default: yazl } = await import('yazl');
  const project = readProject(readFileSync(join(folder, 'pyproject.toml'), 'utf8'));
  const distribution = project.name.replace(/[-_.]+/g, '_').toLowerCase();
  const info = `${distribution}-${project.version}.dist-info`;
  const files = filesBelow(folder)
    .filter((path) => path !== 'pyproject.toml' && path !== 'README.md')
    .map((path) => [path, readFileSync(join(folder, path))]);
  const readme = existsSync(join(folder, 'README.md')) ? readFileSync(join(folder, 'README.md'), 'utf8') : '';
  files.push([`${info}/METADATA`, Buffer.from(metadataOf(project, readme))]);
  files.push([`${info}/WHEEL`, Buffer.from(wheelFile)]);
  const record = files.map(([path, bytes]) => `${path},sha256=${digestOf(bytes)},${bytes.length}\n`);
  files.push([`${info}/RECORD`, Buffer.from(`${record.join('')}${info}/RECORD,,\n`)]);
  const zip = new yazl.ZipFile();
  for (const [path, bytes] of files) {
    zip.addBuffer(bytes, path, {
      mtime: packedAt.zip,
      mode: 0o100644,
      compress: true,
      forceDosTimestamp: true,
    });
  }
  zip.end();
  return {
    filename: `${distribution}-${project.version}-py3-none-any.whl`,
    bytes: await collect(zip.outputStream),
  };
}

const wheelFile =
  'Wheel-Version: 1.0\nGenerator: mortise-examples\nRoot-Is-Purelib: true\nTag: py3-none-any\n';

const digestOf = (bytes) => createHash('sha256').update(bytes).digest('base64url');

/** The few keys of `[project]` that the examples use: plain strings, each on its line. */
function readProject(text) {
  const table = /^\[project\]\n([^[]*)/m.exec(text)?.[1] ?? '';
  const project = Object.fromEntries(
    [...table.matchAll(/^([a-z-]+) *= *"(.*)"$/gm)].map(([, key, value]) => [key, value]),
  );
  if (!project.name || !project.version)
    throw new Error('a pyproject.toml of the examples lacks its name or version');
  return project;
}

function metadataOf(project, readme) {
  const lines = [
    'Metadata-Version: 2.1',
    `Name: ${project.name}`,
    `Version: ${project.version}`,
    `Summary: ${project.description ?? ''}`,
    `License: ${project.license ?? 'Apache-2.0'}`,
    `Requires-Python: ${project['requires-python'] ?? '>=3.9'}`,
    ...(readme === '' ? [] : ['Description-Content-Type: text/markdown']),
  ];
  return `${lines.join('\n')}\n\n${readme}`;
}

async function packTarball(folder) {
  const { default: tar } = await import('tar-stream');
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const pack = tar.pack();
  for (const path of filesBelow(folder)) {
    pack.entry(
      { name: `package/${path}`, mode: 0o644, mtime: packedAt.tar },
      readFileSync(join(folder, path)),
    );
  }
  pack.finalize();
  const bytes = gzipSync(await collect(pack), { level: 9 });
  bytes[9] = 255; // which system it was packed on is nobody's business, and would differ
  return { filename: `${name.replace('@', '').replace('/', '-')}-${version}.tgz`, bytes };
}

async function collect(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Paths with `/`, sorted by their characters, so that they are the same everywhere. */
function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !skipped.has(entry.name) && !skipped.has(basename(entry.parentPath)))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

function stampOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths.filter((candidate) => existsSync(candidate))) {
    const files = statSync(path).isDirectory() ? filesBelow(path).map((file) => join(path, file)) : [path];
    for (const file of files) {
      const { size, mtimeMs } = statSync(file);
      hash.update(`${relative(dirname(path), file)} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}
