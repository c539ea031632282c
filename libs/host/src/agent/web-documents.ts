import { createHash } from 'node:crypto';
import type { RouteTable } from './route-table.js';
import type { RunningRelease } from './running-release.js';
import type { ServedFrontend, ServedRelease } from './served-release.js';
import { usualInterface } from './served-release.js';

/** What a page needs to load front ends: names for modules, and what each file must come to (WICG import maps). */
export interface ImportMap {
  readonly imports: Readonly<Record<string, string>>;
  readonly scopes: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly integrity: Readonly<Record<string, string>>;
}

export interface WebInterface {
  /** Where its back end is called; null where it has none. */
  readonly address: string | null;
  readonly frontend: {
    /** For `import()`, by the import map. */
    readonly specifier: string;
    readonly module: string;
    readonly component: string | null;
  } | null;
  readonly form: readonly unknown[] | null;
}

export interface WebPlugin {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly installation: string;
  readonly trust: 'trusted' | 'untrusted';
  /** Whether an address without a version means it. */
  readonly usual: boolean;
  readonly config: Readonly<Record<string, unknown>>;
  readonly interfaces: Readonly<Record<string, WebInterface>>;
}

/** The documents of the web side at one moment. They are made together, so that no page sees half of a switch. */
export interface WebDocuments {
  /** Of both documents: they have it in common as long as they belong together. */
  readonly revision: string;
  readonly importMap: ImportMap;
  readonly importMapText: string;
  readonly pluginsText: string;
}

export interface WebPlaces {
  /** Where the agent's addresses begin for browsers, without a slash at the end: '' or e.g. `/mortise`. */
  readonly publicPath: string;
  /** The module that mounts components. */
  readonly mountModule: { readonly path: string; readonly integrity: string };
}

const isModule = (path: string): boolean => /\.m?js$/.test(path);

const escaped = (path: string): string =>
  path.split('/').map(encodeURIComponent).join('/').replaceAll('%40', '@');

/** Where a front end's files are, with a slash at the end. */
const frontendBase = (
  publicPath: string,
  release: ServedRelease,
  { package: name }: ServedFrontend,
): string => `${publicPath}/web/${release.plugin}/${release.version}/${escaped(name)}/`;

/** Makes `plugins.json` and the import map of what is served. */
export function makeWebDocuments(table: RouteTable, places: WebPlaces): WebDocuments {
  const imports: Record<string, string> = { 'mortise/mount': places.publicPath + places.mountModule.path };
  const scopes: Record<string, Record<string, string>> = {};
  const integrity: Record<string, string> = {
    [places.publicPath + places.mountModule.path]: places.mountModule.integrity,
  };
  const plugins: WebPlugin[] = [];
  for (const { release } of inOrder(table)) {
    const isUsual = table.of(release.plugin)[0]?.release === release;
    for (const [specifier, address] of specifiersOf(release, places.publicPath, isUsual))
      imports[specifier] = address;
    for (const frontend of frontendsOf(release)) {
      const base = frontendBase(places.publicPath, release, frontend);
      scopes[base] = ownNames(base, frontend);
      Object.assign(integrity, integrityOf(base, frontend));
    }
    plugins.push(webPlugin(release, places.publicPath, isUsual));
  }
  const importMap = { imports, scopes, integrity };
  const importMapText = JSON.stringify(importMap);
  const listed = JSON.stringify(plugins);
  const revision = createHash('sha256').update(importMapText).update(listed).digest('hex').slice(0, 16);
  const importMapPath = `${places.publicPath}/web/mortise/import-map-${revision}.json`;
  const pluginsText = `{"revision":"${revision}","import_map":${JSON.stringify(importMapPath)},"plugins":${listed}}`;
  return { revision, importMap, importMapText, pluginsText };
}

/** By the names of the plugins; of several versions the one that an address without a version means is the first. */
const inOrder = (table: RouteTable): readonly RunningRelease[] =>
  [...new Set(table.releases.map(({ release }) => release.plugin))]
    .sort()
    .flatMap((plugin) => table.of(plugin));

const integrityOf = (base: string, { files }: ServedFrontend): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...(files ?? [])]
      .filter(([path]) => isModule(path))
      .map(([path, { integrity }]) => [base + escaped(path), integrity]),
  );

function frontendsOf(release: ServedRelease): ServedFrontend[] {
  const byPackage = new Map<string, ServedFrontend>();
  for (const { frontend } of release.interfaces) if (frontend) byPackage.set(frontend.package, frontend);
  return [...byPackage.values()];
}

/** How a page names a release's modules: as on `/plugins/`, `acme/tool`, `acme/tool:admin`, `acme/tool:admin@1.2.0`. */
function* specifiersOf(
  release: ServedRelease,
  publicPath: string,
  isUsual: boolean,
): Iterable<[string, string]> {
  const modules = release.interfaces.flatMap(({ name, frontend }) => {
    const address = frontend && moduleOf(publicPath, release, frontend);
    return address ? [{ name, address }] : [];
  });
  const usual = usualInterface(modules);
  for (const { name, address } of modules) {
    const names = [`${release.plugin}:${name}`, ...(name === usual?.name ? [release.plugin] : [])];
    for (const specifier of names) {
      yield [`${specifier}@${release.version}`, address];
      if (isUsual) yield [specifier, address];
    }
  }
}

/** Null where a front end has no module to begin with. */
const moduleOf = (publicPath: string, release: ServedRelease, frontend: ServedFrontend): string | null =>
  frontend.entry === null ? null : frontendBase(publicPath, release, frontend) + escaped(frontend.entry);

/** Within a package its own name means itself, of that version. */
function ownNames(base: string, { package: name, entry }: ServedFrontend): Record<string, string> {
  return { ...(entry === null ? {} : { [name]: base + escaped(entry) }), [`${name}/`]: base };
}

function webPlugin(release: ServedRelease, publicPath: string, usual: boolean): WebPlugin {
  const { plugin: id, name, version, installation, trust, defaultConfig: config } = release;
  const interfaces = Object.fromEntries(
    release.interfaces.map(({ name: word, backend, frontend, form }) => {
      const module = frontend && moduleOf(publicPath, release, frontend);
      const shown = module && {
        specifier: `${id}:${word}@${version}`,
        module,
        component: frontend.component,
      };
      const address = backend ? `${publicPath}/plugins/${id}:${word}@${version}` : null;
      return [word, { address, frontend: shown || null, form }];
    }),
  );
  return { id, name, version, installation, trust, usual, config, interfaces };
}
