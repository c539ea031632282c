import { isBuiltin } from 'node:module';
import { basename, posix } from 'node:path';
import { ImportType, init, parse } from 'es-module-lexer';
import type { ImportSpecifier } from 'es-module-lexer';
import type { Descriptor } from '#descriptor';
import { npmEntry } from '#kernel';
import type { ArtifactSources, TarballSources } from './artifact-sources.js';

const mostNamed = 5;

/** What the agent itself adds to every import map. */
const ofEveryHost = 'mortise/mount';

/**
 * What of the front ends that are sent a browser could not load, since it gets them as they lie there: a sentence each.
 * Only what their first module loads is looked at, and nothing is run.
 */
export async function unbundledImports(
  { interfaces }: Descriptor,
  artifacts: readonly ArtifactSources[],
): Promise<readonly string[]> {
  const frontends = Object.values(interfaces).flatMap(({ frontend }) => frontend?.package ?? []);
  await init;
  return artifacts.flatMap((artifact) =>
    artifact.kind === 'tarball' && frontends.includes(String(artifact.manifest['name']))
      ? troublesOf(artifact).map((trouble) => `${basename(artifact.file)}: ${trouble}`)
      : [],
  );
}

const bundle = 'Bundle all that it needs into one ES module: `esbuild --bundle --format=esm`, say.';

function troublesOf(tarball: TarballSources): string[] {
  const { manifest, paths, modules } = tarball;
  const entry = npmEntry(manifest, paths);
  if (entry === null)
    return ['no file of it is the module that its package.json names, so hosts have nothing to show.'];
  const [loaded, shared, lost] = [new Set([entry]), new Set<string>(), new Set<string>()];
  for (const path of loaded) {
    const read = readModule(modules.get(path));
    if (read === undefined) continue;
    if (!read.isModule && (path === entry || read.isCommonJs))
      return [
        `${path} is no ES module but CommonJS, UMD or a plain script, of which browsers get no exports. ${bundle}`,
      ];
    for (const one of read.imports) {
      const name = one.n ?? '';
      const target = targetOf(name, path, String(manifest['name']), entry);
      if (target === undefined && isOfHost(one)) shared.add(name);
      else if (target !== undefined && !isLoadable(target, one, tarball)) lost.add(name);
      else if (target !== undefined) loaded.add(target);
    }
  }
  return [
    ...(shared.size === 0
      ? []
      : [`it imports ${listed(shared)}, which browsers find only where a host shares it. ${bundle}`]),
    ...(lost.size === 0
      ? []
      : [
          `it imports ${listed(lost)}, which is no module of the package; browsers add no endings, and load styles and images otherwise. ${bundle}`,
        ]),
  ];
}

interface Module {
  readonly imports: readonly ImportSpecifier[];
  readonly isModule: boolean;
  readonly isCommonJs: boolean;
}

/** Undefined for what is not there, was too large, or can't be read as a script. */
function readModule(source: string | undefined): Module | undefined {
  if (source === undefined) return undefined;
  try {
    const [imports, , , isModule] = parse(source);
    return { imports, isModule, isCommonJs: /\bmodule\.exports\b|\bexports\.\w+\s*=/.test(source) };
  } catch {
    return undefined;
  }
}

/** The path within the package that a browser asks for; undefined where it would look elsewhere. */
function targetOf(name: string, from: string, own: string, entry: string): string | undefined {
  if (name === own) return entry;
  const [path = ''] = name.split(/[?#]/, 1);
  if (/^\.{1,2}\//.test(path)) return posix.join(posix.dirname(from), path);
  return path.startsWith(`${own}/`) ? path.slice(own.length + 1) : undefined;
}

/** Whether only a host could have it: a name, and nothing that is asked for in Node alone by what runs in both. */
const isOfHost = ({ n: name = '', t: type }: ImportSpecifier): boolean =>
  name !== '' &&
  name !== ofEveryHost &&
  (isBuiltin(name) ? type !== ImportType.Dynamic : !/^(?:[a-z][a-z\d+.-]*:|\/)/i.test(name));

const isLoadable = (
  target: string,
  { at: attributes }: ImportSpecifier,
  { paths }: TarballSources,
): boolean => paths.has(target) && (/\.[cm]?js$/.test(target) || attributes !== null);

function listed(names: ReadonlySet<string>): string {
  const [first = '', ...others] = [...names].map((name) => `"${name}"`);
  const shown = others.slice(0, mostNamed - 1);
  const rest = others.length - shown.length;
  const all = [first, ...shown, ...(rest === 0 ? [] : [`${rest} more`])];
  return all.length === 1 ? first : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}
