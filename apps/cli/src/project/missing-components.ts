import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import yauzl from 'yauzl';
import type { Entry, Options, ZipFile } from 'yauzl';
import type { Descriptor } from '#descriptor';
import { closestWord, normalizeName } from '#kernel';

/** Beyond these nothing is said of a file: no source that a person wrote is as large. */
const mostSourceBytes = 4 * 1024 * 1024;
const mostBytes = 64 * 1024 * 1024;

interface Sources {
  readonly file: string;
  /** Texts of the modules, by path. */
  readonly modules: ReadonlyMap<string, string>;
  /** Whether it has code that can't be read here, such as a compiled module. */
  readonly isOpaque: boolean;
}

/**
 * Which components the descriptor names that are not in the files which are sent: a sentence each. Nothing is run, and
 * nothing said where a name may come about otherwise than by being written (a star import, `__getattr__`, a compiled module).
 */
export async function missingComponents(
  descriptor: Descriptor,
  files: readonly string[],
): Promise<readonly string[]> {
  const sides = Object.values(descriptor.interfaces);
  const named = {
    wheel: sides.flatMap(({ backend }) => backend ?? []),
    tarball: sides.flatMap(({ frontend }) => frontend ?? []),
  };
  const missing: string[] = [];
  for (const file of files) {
    if (named.wheel.length > 0 && file.endsWith('.whl')) {
      const own = named.wheel.filter((one) => wheelOf(file) === normalizeName(one.package));
      if (own.length > 0)
        missing.push(
          ...missingFrom(await wheelSources(file).catch(() => unreadable(file)), own, pythonDialect),
        );
    } else if (named.tarball.length > 0 && file.endsWith('.tgz')) {
      // Its name tells no package for sure; where there are several, nothing is.
      const packages = new Set(named.tarball.map((one) => one.package));
      if (packages.size === 1 && files.filter((other) => other.endsWith('.tgz')).length === 1)
        missing.push(
          ...missingFrom(
            await tarballSources(file).catch(() => unreadable(file)),
            named.tarball,
            scriptDialect,
          ),
        );
    }
  }
  return [...new Set(missing)];
}

interface Dialect {
  /** The module that has to be there, as the paths that it may have; none where that can't be told. */
  readonly modulesOf: (component: string, modules: Sources['modules']) => readonly string[];
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
function pythonModules(component: string, modules: Sources['modules']): readonly string[] {
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
  { file, modules, isOpaque }: Sources,
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

/** What is wrong with a file is for the store to say. */
const unreadable = (file: string): Sources => ({ file, modules: new Map(), isOpaque: true });

const wheelOf = (file: string): string => normalizeName(basename(file).split('-')[0] ?? '');

const openZip = promisify(yauzl.open.bind(yauzl)) as (path: string, options: Options) => Promise<ZipFile>;

async function wheelSources(file: string): Promise<Sources> {
  const zip = await openZip(file, { lazyEntries: true, autoClose: true });
  const openEntry = promisify(zip.openReadStream.bind(zip)) as (
    entry: Entry,
  ) => Promise<NodeJS.ReadableStream>;
  const modules = new Map<string, string>();
  let isOpaque = false;
  let bytes = 0;
  await new Promise<void>((resolve, reject) => {
    const take = async (entry: Entry): Promise<void> => {
      if (/\.(?:so|pyd|pyc|dylib)$/.test(entry.fileName)) isOpaque = true;
      if (entry.fileName.endsWith('.py')) {
        bytes += entry.uncompressedSize;
        if (entry.uncompressedSize > mostSourceBytes || bytes > mostBytes) isOpaque = true;
        else modules.set(entry.fileName, await text(await openEntry(entry)));
      }
      zip.readEntry();
    };
    zip.on('entry', (entry: Entry) => void take(entry).catch(reject));
    zip.on('error', reject).on('end', resolve);
    zip.readEntry();
  });
  return { file, modules, isOpaque };
}

async function tarballSources(file: string): Promise<Sources> {
  const modules = new Map<string, string>();
  let isOpaque = false;
  let bytes = 0;
  const entries = extract();
  // What it fails with is told by the entries.
  pipeline(createReadStream(file), createGunzip(), entries, () => undefined);
  for await (const entry of entries) {
    const { name, size } = entry.header;
    const isScript = /\.[cm]?js$/.test(name);
    if (isScript) bytes += size;
    if (isScript && (size > mostSourceBytes || bytes > mostBytes)) isOpaque = true;
    if (isScript && !isOpaque) modules.set(name, await text(entry));
    else entry.resume();
  }
  return { file, modules, isOpaque };
}
