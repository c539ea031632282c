import { basename } from 'node:path';
import type { Descriptor } from '#descriptor';
import { closestWord, normalizeName } from '#kernel';
import type { ArtifactSources } from './artifact-sources.js';

/**
 * Which components the descriptor names that are not in the files which are sent: a sentence each. Nothing is run, and
 * nothing said where a name may come about otherwise than by being written (a star import, `__getattr__`, a compiled module).
 */
export function missingComponents(
  { interfaces }: Descriptor,
  artifacts: readonly ArtifactSources[],
): readonly string[] {
  const sides = Object.values(interfaces);
  const missing = artifacts.flatMap((artifact) =>
    artifact.kind === 'wheel'
      ? missingFrom(
          artifact,
          sides.flatMap(({ backend }) => backend ?? []).filter((one) => isOf(artifact, one)),
          pythonDialect,
        )
      : missingFrom(
          artifact,
          sides
            .flatMap(({ frontend }) => frontend ?? [])
            .filter((one) => one.package === artifact.manifest['name']),
          scriptDialect,
        ),
  );
  return [...new Set(missing)];
}

interface Dialect {
  /** The module that has to be there, as the paths that it may have; none where that can't be told. */
  readonly modulesOf: (component: string, modules: ArtifactSources['modules']) => readonly string[];
  /** The identifier that has to be written somewhere, or undefined where that can't be told. */
  readonly written: (component: string) => string | undefined;
  /** What lets a name come about without being written. */
  readonly indirect: RegExp;
  readonly defined: RegExp;
}

const pythonDialect: Dialect = {
  modulesOf: pythonModules,
  written: (component) => /^(?:[\w.]+[.:])?([A-Za-z_]\w*)$/.exec(component)?.[1],
  indirect: /\bimport\s*\*|\b__getattr__\b|\bglobals\(|\bsetattr\(|\bexec\(/,
  defined: /^class\s+(\w+)/gm,
};

/** Of `module:Class` or `module.Class`. One whose package is not in the wheel may come with what the wheel needs. */
function pythonModules(component: string, modules: ArtifactSources['modules']): readonly string[] {
  const [, module = ''] = /^([\w.]+)(?::|\.\w+$)/.exec(component) ?? [];
  const [top = ''] = module.split('.');
  const path = module.replaceAll('.', '/');
  const isHere = modules.has(`${top}.py`) || modules.has(`${top}/__init__.py`);
  return isHere ? [`${path}.py`, `${path}/__init__.py`] : [];
}

const scriptDialect: Dialect = {
  modulesOf: () => [],
  written: (component) => (component === 'default' ? undefined : /^[A-Za-z_$][\w$]*$/.exec(component)?.[0]),
  indirect: /\bexport\s*\*/,
  defined: /\bexport\s+(?:async\s+)?(?:class|function|const|let|var)\s+([\w$]+)/g,
};

function missingFrom(
  { file, modules, isOpaque }: ArtifactSources,
  named: readonly { readonly component: string | null }[],
  { modulesOf, written, indirect, defined }: Dialect,
): string[] {
  const texts = [...modules.values()];
  if (isOpaque || texts.length === 0 || texts.some((one) => indirect.test(one))) return [];
  return named.flatMap(({ component }) => {
    const name = component === null ? undefined : written(component);
    if (component === null || name === undefined) return [];
    const paths = modulesOf(component, modules);
    if (paths.length > 0 && !paths.some((path) => modules.has(path)))
      return [
        `${basename(file)} has no ${paths.join(' and no ')}, where the descriptor says that its component "${component}" is: hosts could not start it.`,
      ];
    // A name of another package's module may be written there alone.
    if (/[.:]/.test(component) && paths.length === 0) return [];
    const whole = new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`);
    if (texts.some((one) => whole.test(one))) return [];
    const near = closestWord(
      name,
      texts.flatMap((one) => [...one.matchAll(defined)].map((found) => found[1] ?? '')),
    );
    const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
    return [
      `Nothing in ${basename(file)} is called "${name}", which the descriptor names as its component: hosts could not start it.${hint}`,
    ];
  });
}

const isOf = ({ file }: ArtifactSources, named: { readonly package: string }): boolean =>
  normalizeName(basename(file).split('-')[0] ?? '') === normalizeName(named.package);
