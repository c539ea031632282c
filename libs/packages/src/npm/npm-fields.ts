import { limits } from '#kernel';
import type { NpmArtifact } from '../artifact.js';
import { npmBasename } from './npm-tarball-address.js';

type Fields = Record<string, unknown>;

/**
 * What npm needs of a package.json to install the package, which is what its abbreviated documents have. A member of a
 * shape that npm doesn't take is left out: package.json was written by a stranger.
 */
export function installFields({ manifest, files }: NpmArtifact): Fields {
  const has = (wanted: string) => files.some(({ path }) => path === wanted);
  const dependencies = texts(manifest.dependencies);
  return present({
    ...Object.fromEntries(dependencyMembers.map((member) => [member, texts(manifest[member])])),
    dependencies,
    bundleDependencies: bundled(manifest, dependencies),
    peerDependenciesMeta: mapOf(manifest.peerDependenciesMeta, mapOrNothing),
    bin: binOf(manifest),
    directories: texts(manifest.directories),
    engines: texts(manifest.engines),
    os: list(manifest.os),
    cpu: list(manifest.cpu),
    libc: list(manifest.libc),
    funding: fundingOf(manifest.funding),
    _hasShrinkwrap: has('npm-shrinkwrap.json') || undefined,
    hasInstallScript: hasInstallScript(manifest, has) || undefined,
  });
}

const dependencyMembers = [
  'dependencies',
  'optionalDependencies',
  'devDependencies',
  'peerDependencies',
  'acceptDependencies',
];

/** What is ours to say of a version, whatever its package.json says; and what `installFields` says better. */
const spokenFor = new Set([
  ...dependencyMembers,
  ...['bundleDependencies', 'bundledDependencies', 'peerDependenciesMeta', 'bin', 'directories', 'engines'],
  ...['os', 'cpu', 'libc', 'funding', 'hasInstallScript', 'name', 'version', 'dist', 'deprecated', 'author'],
  ...['contributors', 'maintainers', 'readme', 'readmeFilename', 'keywords', 'description', 'license'],
  ...[
    'homepage',
    'repository',
    'bugs',
    'scripts',
    'time',
    'versions',
    'dist-tags',
    'users',
    'policyRestrictions',
  ],
]);

/** What a person reads of a package. */
export function pageFields({ manifest }: NpmArtifact): Fields {
  return present({
    description: typeof manifest.description === 'string' ? shortened(manifest.description) : undefined,
    keywords: keywordsOf(manifest.keywords),
    author: personOf(manifest.author),
    contributors: Array.isArray(manifest.contributors)
      ? manifest.contributors.slice(0, limits.npmListItems).map(personOf).filter(isMap)
      : undefined,
    license: text(manifest.license) ?? mapOrNothing(manifest.license),
    homepage: text(manifest.homepage),
    repository: text(manifest.repository) ?? texts(manifest.repository),
    bugs: text(manifest.bugs) ?? texts(manifest.bugs),
  });
}

/** The rest of package.json, in full documents, unless it is too much of it. */
export function otherFields({ manifest }: NpmArtifact): Fields {
  const rest = Object.entries(manifest).filter(
    ([member]) => !spokenFor.has(member) && !member.startsWith('_'),
  );
  const fields = present({ ...Object.fromEntries(rest), scripts: texts(manifest.scripts) });
  return JSON.stringify(fields).length > limits.npmVersionCharacters ? {} : fields;
}

function present(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

const isMap = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const mapOrNothing = (value: unknown): Fields | undefined => (isMap(value) ? value : undefined);

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length <= limits.npmTextCharacters ? value : undefined;

const shortened = (value: string): string => value.slice(0, limits.npmTextCharacters);

/** A map whose values are all what `read` takes; others are left out. Undefined where there is none. */
function mapOf<Value>(
  value: unknown,
  read: (value: unknown) => Value | undefined,
): Record<string, Value> | undefined {
  if (!isMap(value)) return undefined;
  const entries = Object.entries(value).flatMap(([key, one]) => {
    const taken = read(one);
    return taken === undefined ? [] : [[key, taken] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries.slice(0, limits.npmListItems));
}

const texts = (value: unknown): Record<string, string> | undefined => mapOf(value, text);

function list(value: unknown): string[] | undefined {
  const items = (Array.isArray(value) ? value : [value]).flatMap((one) => text(one) ?? []);
  return items.length === 0 ? undefined : items.slice(0, limits.npmListItems);
}

/** Words in a list, or in one text with commas or blanks between them. */
function keywordsOf(value: unknown): string[] | undefined {
  return list(typeof value === 'string' ? value.split(/[,\s]+/).filter((word) => word !== '') : value);
}

/** `true` stands for all dependencies; both spellings are in use. */
function bundled(
  manifest: Readonly<Fields>,
  dependencies: Record<string, string> | undefined,
): string[] | undefined {
  const named = manifest.bundleDependencies ?? manifest.bundledDependencies;
  if (named === true) return dependencies && Object.keys(dependencies);
  return Array.isArray(named) ? list(named) : undefined;
}

/** One command is named like the package. */
function binOf({ bin, name }: Readonly<Fields>): Record<string, string> | undefined {
  return typeof bin === 'string' ? { [npmBasename(String(name))]: bin } : texts(bin);
}

function fundingOf(value: unknown): unknown {
  if (Array.isArray(value))
    return value.slice(0, limits.npmListItems).flatMap((one) => oneFunding(one) ?? []);
  return oneFunding(value);
}

const oneFunding = (value: unknown): unknown => text(value) ?? texts(value);

const installScripts = ['preinstall', 'install', 'postinstall'];

/** A binding.gyp is built when the package is installed, without a script that says so. */
function hasInstallScript({ scripts, gypfile }: Readonly<Fields>, has: (path: string) => boolean): boolean {
  const own = isMap(scripts) ? scripts : {};
  return (
    installScripts.some((script) => Object.hasOwn(own, script)) || (gypfile !== false && has('binding.gyp'))
  );
}

const person = /^([^<(]*)(?:<([^>]*)>)?\s*(?:\(([^)]*)\))?/;

/** A person as a map, also where it is written in one line: `Ada <ada@example.org> (https://…)`. */
function personOf(value: unknown): Record<string, string> | undefined {
  if (typeof value !== 'string') return texts(value);
  const [, name = '', email, url] = person.exec(shortened(value)) ?? [];
  if (name.trim() === '') return undefined;
  return {
    name: name.trim(),
    ...(email === undefined ? {} : { email }),
    ...(url === undefined ? {} : { url }),
  };
}
