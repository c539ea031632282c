import { parse, stringify } from 'smol-toml';
import { limits } from '#kernel';
import type { ArtifactProblem } from './errors.js';
import { packageName } from './package-references.js';

/** A file that a lock names. */
export interface LockedFile {
  /** Normalised. */
  readonly package: string;
  readonly filename: string;
  /** Hexadecimal, lower case. */
  readonly sha256: string;
}

export interface Lock {
  readonly files: readonly LockedFile[];
  readonly problems: readonly ArtifactProblem[];
  /** The lock with every file at the address that is given for it, and nothing left of where it came from. */
  render(addressOf: (file: LockedFile) => string, index: string): string;
}

type Table = Record<string, unknown>;

interface FileEntry {
  readonly table: Table;
  readonly file: LockedFile;
}

/**
 * What a pylock.toml (PEP 751) names: every wheel, sdist and archive, by its name and SHA-256. What only lies in a
 * repository or a folder is a problem, since no store can hand it out.
 */
export function readLock(text: string, filename: string): Lock {
  const lock = parseTable(text);
  const problem = (message: string) => ({ code: 'lock-invalid', filename, message });
  if (!lock) return broken(problem(`"${filename}" is no TOML that can be read: make it anew.`));
  const { packages } = lock;
  const version = lock['lock-version'];
  if (typeof version !== 'string' || !/^1(?:\.\d+)*$/.test(version) || !isTables(packages))
    return broken(
      problem(`"${filename}" must have lock-version = "1.0" and a list of tables named packages.`),
    );
  const entries: FileEntry[] = [];
  const problems: ArtifactProblem[] = [];
  for (const one of packages) readPackage(one, entries, (message) => problems.push(problem(message)));
  if (entries.length > limits.lockFiles) {
    const message = `"${filename}" names ${entries.length} files, and up to ${limits.lockFiles} can be kept: lock for fewer platforms.`;
    return broken(problem(message));
  }
  return {
    files: entries.map(({ file }) => file),
    problems: problems.slice(0, limits.descriptorProblems),
    render: (addressOf, index) => {
      for (const { table, file } of entries) {
        delete table['path'];
        table['url'] = addressOf(file);
      }
      for (const one of packages) if ('index' in one) one['index'] = index;
      return stringify(lock);
    },
  };
}

function readPackage(one: Table, entries: FileEntry[], complain: (message: string) => void): void {
  const name = typeof one['name'] === 'string' ? packageName('python', one['name']) : '';
  if (name === '') return complain('A package in the lock has no name: make the lock anew.');
  for (const source of ['vcs', 'directory']) {
    if (source in one)
      complain(
        `The lock takes ${name} from a ${source === 'vcs' ? 'repository' : 'folder'}, which no store can hand out: lock a released version of it.`,
      );
  }
  const { wheels, sdist, archive } = one;
  const tables = [...(isTables(wheels) ? wheels : []), sdist, archive].filter(isTable);
  for (const table of tables) {
    const file = fileOf(name, table);
    if (file) entries.push({ table, file });
    else
      complain(`A file of ${name} in the lock has no name, or no SHA-256 under hashes: make the lock anew.`);
  }
}

function fileOf(name: string, table: Table): LockedFile | undefined {
  const { hashes } = table;
  const sha256 = isTable(hashes) ? hashes['sha256'] : undefined;
  const filename = table['name'] ?? lastSegment(table['url']) ?? lastSegment(table['path']);
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/i.test(sha256)) return undefined;
  if (typeof filename !== 'string' || !/^[A-Za-z0-9_][A-Za-z0-9_.+!@~-]*$/.test(filename)) return undefined;
  if (filename.length > limits.artifactFilenameCharacters) return undefined;
  return { package: name, filename, sha256: sha256.toLowerCase() };
}

function lastSegment(address: unknown): string | undefined {
  if (typeof address !== 'string') return undefined;
  const path = address.split(/[?#]/, 1)[0] ?? '';
  try {
    return decodeURIComponent(path.slice(path.lastIndexOf('/') + 1));
  } catch {
    return undefined;
  }
}

function parseTable(text: string): Table | undefined {
  try {
    return parse(text, { maxDepth: limits.lockDepth, unsafeKeyBehaviour: 'throw' });
  } catch {
    return undefined;
  }
}

const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTables = (value: unknown): value is Table[] => Array.isArray(value) && value.every(isTable);

const broken = (problem: ArtifactProblem): Lock => ({ files: [], problems: [problem], render: () => '' });
