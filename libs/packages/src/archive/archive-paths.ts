import { limits } from '#kernel';
import { artifactRefused } from '../errors.js';
import type { TarFlaw } from '../errors.js';

/**
 * The names in an archive, checked as if they were to be unpacked on any system. Remembers them all, because two
 * members of one name are read differently by different tools.
 */
export class ArchivePaths {
  private readonly files = new Set<string>();
  private readonly folders = new Set<string>();

  constructor(private readonly filename: string) {}

  /** The path with `/` between its parts and nothing superfluous; `''` is the archive's root itself. */
  add(name: string, isFolder: boolean): string {
    const path = this.check(name);
    const parts = path === '' ? [] : path.split('/');
    if (parts.length > limits.archivePathFolders) {
      throw this.refused(
        'archive-entry-name',
        name,
        `it lies more than ${limits.archivePathFolders} folders deep.`,
      );
    }
    this.rememberFolders(isFolder ? parts : parts.slice(0, -1), name);
    if (!isFolder) this.rememberFile(path, name);
    return path;
  }

  private check(name: string): string {
    // eslint-disable-next-line no-control-regex -- these are what must not be in a name
    if (/[\u0000-\u001f\u007f]/.test(name) || name.length > limits.archivePathCharacters) {
      throw this.refused(
        'archive-entry-name',
        name,
        `a name has up to ${limits.archivePathCharacters} characters in UTF-8 and no control characters.`,
      );
    }
    if (leadsOutside(name)) {
      throw this.refused(
        'archive-entry-outside',
        name,
        'it would be unpacked outside its folder; pack it again with relative names, no "..", and "/" between folders.',
      );
    }
    return name
      .split('/')
      .filter((part) => part !== '' && part !== '.')
      .join('/');
  }

  private rememberFolders(parts: readonly string[], name: string): void {
    for (let length = 1; length <= parts.length; length++) {
      const folder = comparable(parts.slice(0, length).join('/'));
      if (this.files.has(folder)) throw this.twice(name);
      this.folders.add(folder);
    }
  }

  private rememberFile(path: string, name: string): void {
    const key = comparable(path);
    if (path === '' || this.files.has(key) || this.folders.has(key)) throw this.twice(name);
    this.files.add(key);
  }

  private twice(name: string): Error {
    return this.refused(
      'archive-duplicate-entry',
      name,
      'the archive has this name twice, and which one is unpacked depends on the tool; leave one.',
    );
  }

  private refused(code: TarFlaw, entry: string, sentence: string): Error {
    return artifactRefused(code, { filename: this.filename, entry }, sentence);
  }
}

/** Whether a file of that name would lie outside the folder that it is unpacked into, on any system. */
export const leadsOutside = (name: string): boolean =>
  name.includes('\\') || name.startsWith('/') || /^[A-Za-z]:/.test(name) || name.split('/').includes('..');

/** Some file systems compose accents, so names that only differ in that are one. */
function comparable(path: string): string {
  return path.normalize('NFC');
}
