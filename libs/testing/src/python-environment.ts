import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The first Python that is new enough to run a back end; undefined where there is none. */
export function findPython(): string | undefined {
  const asked = "import sys, venv; print(sys.executable if sys.version_info >= (3, 8) else '')";
  return ['python3', '/usr/bin/python3']
    .map((name) => spawnSync(name, ['-I', '-c', asked], { encoding: 'utf8' }).stdout)
    .map((printed) => (printed as string | null)?.trim())
    .find(Boolean);
}

/** A virtual environment with one installed package of these files, made without pip or network. */
export function makePythonEnvironment(
  folder: string,
  name: string,
  files: Readonly<Record<string, string>>,
  python = findPython() ?? 'python3',
): string {
  const made = spawnSync(python, ['-I', '-m', 'venv', '--without-pip', folder], {
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`no virtual environment: ${made.stderr}`);
  const lib = join(folder, 'lib');
  const site = join(lib, readdirSync(lib)[0] ?? '', 'site-packages');
  const info = `${name.replaceAll('-', '_')}-1.0.dist-info`;
  const all = { ...files, [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n` };
  for (const [path, text] of Object.entries(all)) put(join(site, path), text);
  const listed = Object.keys(all).map((path) => `${path},,\n`);
  put(join(site, info, 'RECORD'), `${listed.join('')}${info}/RECORD,,\n`);
  return folder;
}

function put(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
