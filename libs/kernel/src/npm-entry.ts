const conditions = new Set(['browser', 'import', 'module', 'default']);
const maxTargets = 100;

/**
 * The ES module that an import of the package's own name gives a browser: by `exports`, else by `module`, `browser`
 * and `main`, else `index.js`. Null unless it is one of the package's files.
 */
export function npmEntry(
  manifest: Readonly<Record<string, unknown>>,
  files: Pick<ReadonlySet<string>, 'has'>,
): string | null {
  const { exports, module, browser, main } = manifest;
  const candidates = [...exportTargets(rootExport(exports)), module, browser, main, 'index.js', 'index.mjs'];
  for (const candidate of candidates) {
    const found = typeof candidate === 'string' ? existingFile(candidate, files) : undefined;
    if (found !== undefined) return found;
  }
  return null;
}

/** `exports` may be the target of `.` itself, or a map of subpaths. */
function rootExport(exports: unknown): unknown {
  if (!isMap(exports)) return exports;
  return Object.keys(exports).some((key) => key.startsWith('.')) ? exports['.'] : exports;
}

/** In the order in which Node would try them; a condition that fits ends the search at its level. */
function exportTargets(target: unknown): string[] {
  if (typeof target === 'string') return [target];
  if (Array.isArray(target)) return target.slice(0, maxTargets).flatMap(exportTargets);
  if (!isMap(target)) return [];
  return Object.entries(target)
    .filter(([condition]) => conditions.has(condition))
    .slice(0, maxTargets)
    .flatMap(([, nested]) => exportTargets(nested));
}

function existingFile(written: string, files: Pick<ReadonlySet<string>, 'has'>): string | undefined {
  const path = written.replace(/^(?:\.?\/)+/, '').replace(/\/$/, '');
  const spellings = [path, `${path}.js`, `${path}.mjs`, path === '' ? 'index.js' : `${path}/index.js`];
  return spellings.find((spelling) => files.has(spelling) && /\.[cm]?js$/.test(spelling));
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
