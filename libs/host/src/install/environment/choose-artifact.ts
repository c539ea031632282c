import { satisfies } from '@renovatebot/pep440';
import { HostError } from '../../host-error.js';
import type { TargetPython } from '../../runners/runner.js';

const wheelName =
  /^(?<name>[^-]+)-(?<version>[^-]+)(?:-(?<build>\d[^-]*))?-(?<python>[^-]+)-(?<abi>[^-]+)-(?<platform>[^-]+)\.whl$/i;

/**
 * How much a Python wants a wheel, by the tags in its name (PEP 425, PEP 427): the lower the better; undefined when it
 * can't use it.
 */
export function rankWheel(filename: string, tags: readonly string[]): number | undefined {
  const parts = wheelName.exec(filename)?.groups;
  if (!parts) return undefined;
  const split = (name: string): string[] => (parts[name] ?? '').toLowerCase().split('.');
  const own = new Set(
    split('python').flatMap((python) =>
      split('abi').flatMap((abi) => split('platform').map((platform) => `${python}-${abi}-${platform}`)),
    ),
  );
  const rank = tags.findIndex((tag) => own.has(tag));
  return rank < 0 ? undefined : rank;
}

interface Choosable {
  readonly kind: 'wheel' | 'sdist';
  readonly filename: string;
}

/** The file that this Python takes: of wheels the one whose tags it wants most, else the sdist; undefined for none. */
export function chooseArtifact<File extends Choosable>(
  files: readonly File[],
  { tags }: Pick<TargetPython, 'tags'>,
): File | undefined {
  let best: { readonly file: File; readonly rank: number } | undefined;
  for (const file of files) {
    const rank = file.kind === 'sdist' ? Infinity : rankWheel(file.filename, tags);
    if (rank !== undefined && (best === undefined || rank < best.rank)) best = { file, rank };
  }
  return best?.file;
}

/** Throws `python-unsuitable` where a package doesn't run on this Python. */
export function refuseUnsuitablePython(
  what: string,
  requires: string | null | undefined,
  { version }: TargetPython,
): void {
  if (!requires) return;
  const range = /^\d/.test(requires)
    ? `==${/\*$|^\d+\.\d+\.\d+$/.test(requires) ? requires : `${requires}.*`}`
    : requires;
  if (satisfies(version, range)) return;
  throw new HostError(
    'python-unsuitable',
    `${what} needs Python ${requires}, and plugins run with ${version} here: name another Python in host.json ("python"), or choose another version of the plugin.`,
  );
}
