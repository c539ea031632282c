import { pathToFileURL } from 'node:url';
import { normalizeName } from '#kernel';
import { HostError } from '../../host-error.js';
import { findPackagingScript, runPythonScript } from '../../machine/python.js';
import type { TargetPython } from '../../runners/runner.js';
import { chooseArtifact, refuseUnsuitablePython } from './choose-artifact.js';
import type { Resolution, ResolvedFile } from './installer.js';
import type { Manifest } from '../manifest/manifest.js';
import { lockInvalid, readLock } from './read-lock.js';
import type { LockedPackage } from './read-lock.js';
import { wheelRequirements } from './wheel-metadata.js';

/** The files of the back ends themselves: for each package the one that the Python takes. Throws `no-suitable-artifact`. */
export function chooseBackends(manifest: Manifest, target: TargetPython): readonly ResolvedFile[] {
  const found = new Map<string, ResolvedFile>();
  refuseUnsuitablePython(manifest.plugin, manifest.runtime.python, target);
  for (const { backend } of Object.values(manifest.interfaces)) {
    if (!backend) continue;
    refuseUnsuitablePython(backend.package, backend.requires_python, target);
    const { filename, sha256, size } = chosen(backend.package, backend.artifacts, target);
    const name = normalizeName(backend.package);
    found.set(name, { name, version: backend.version, filename, sha256, size, url: null });
  }
  return [...found.values()];
}

/**
 * All else that the back ends need: as the release's lock says, or as the installer resolves it against the store's index.
 * `backends` are there already, at `paths`.
 */
export async function resolveDependencies(
  lock: string | null,
  backends: readonly (ResolvedFile & { readonly path: string })[],
  resolution: Resolution,
): Promise<readonly ResolvedFile[]> {
  const own = new Set(backends.map(({ name }) => name));
  const isOther = ({ name }: ResolvedFile): boolean => !own.has(name);
  if (lock !== null) return (await ofLock(lock, resolution)).filter(isOther);
  if (!(await needAnything(backends.map(({ path }) => path)))) return [];
  const requirements = backends.map(({ name, path }) => `${name} @ ${pathToFileURL(path).href}`);
  return (await (await resolution.installer()).resolve(requirements, resolution)).filter(isOther);
}

/** Whether any of these asks for another package; what can't be read is taken to. */
async function needAnything(paths: readonly string[]): Promise<boolean> {
  const needs = await Promise.all(paths.map(wheelRequirements));
  return needs.some((one) => one === undefined || one.some((line) => !/;.*\bextra\s*==/.test(line)));
}

async function ofLock(text: string, resolution: Resolution): Promise<readonly ResolvedFile[]> {
  const packages = await whereMarkersHold(readLock(text), resolution);
  return packages.map((one) => {
    refuseUnsuitablePython(one.name, one.requiresPython, resolution.target);
    const { filename, sha256, size } = chosen(one.name, one.files, resolution.target);
    const version = one.version ?? versionIn(filename, one.name);
    // Every file of a lock is kept by the store under its digest, whatever address the lock has.
    return { name: normalizeName(one.name), version, filename, sha256, size, url: null };
  });
}

function chosen<File extends Parameters<typeof chooseArtifact>[0][number]>(
  name: string,
  files: readonly File[],
  target: TargetPython,
): File {
  const file = chooseArtifact(files, target);
  if (file) return file;
  throw new HostError(
    'no-suitable-artifact',
    `${name} has no file that Python ${target.version} on this machine (${target.tags[0] ?? ''}) can use, only ${files.map(({ filename }) => filename).join(', ') || 'none at all'}: name another Python in host.json, or ask its publisher for a wheel.`,
  );
}

/** The version in the name of a file of that package. */
export function versionIn(filename: string, name: string): string {
  const parts = filename.endsWith('.whl')
    ? /^[^-]+-([^-]+)-/.exec(filename)
    : /-(\d[^-]*)\.(?:tar\.gz|zip)$/.exec(filename);
  const version = parts?.[1];
  if (version === undefined) throw lockInvalid(`"${filename}" of ${name} has no version in its name`);
  return version;
}

const evaluateScript = `${findPackagingScript}
asked = json.load(sys.stdin)
print(json.dumps([markers.Marker(text).evaluate({**asked['environment'], 'extra': ''}) for text in asked['markers']]))
`;

async function whereMarkersHold(
  packages: readonly LockedPackage[],
  { target, python, signal }: Resolution,
): Promise<readonly LockedPackage[]> {
  const markers = [...new Set(packages.flatMap(({ marker }) => marker ?? []))];
  if (markers.length === 0) return packages;
  const asked = { environment: target.markers, markers };
  const held = (await runPythonScript(await python(), evaluateScript, asked, signal)) as boolean[];
  const holding = new Set(markers.filter((_, index) => held[index] === true));
  return packages.filter(({ marker }) => marker === null || holding.has(marker));
}
