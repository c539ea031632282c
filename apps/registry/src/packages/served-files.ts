import { limits } from '#kernel';
import type { PackageSide, ServedFile } from '#packages';

/** What serving a file takes, without what inspection found. */
export type FileToServe = Pick<ServedFile, 'sha256' | 'size' | 'quarantined'>;

/** The files of one package, by the names in their addresses. They leave together, since one change may be one of each. */
interface Shelf {
  readonly files: Map<string, FileToServe>;
}

/**
 * Keeps which bytes the address of a package's file stands for, and whether they may be had, until a commit changes the
 * package. What can't be found is asked for anew each time.
 */
export class ServedFiles {
  private readonly shelves = new Map<string, Shelf>();

  /** What is kept, or undefined where `find` has to be asked. */
  kept(side: PackageSide, name: string, filename: string): FileToServe | undefined {
    return this.shelves.get(`${side}:${name}`)?.files.get(filename);
  }

  /** What `load` finds; throws what it throws. A file found before a change is never kept after it. */
  async find<Found extends FileToServe>(
    side: PackageSide,
    name: string,
    filename: string,
    load: () => Promise<Found>,
  ): Promise<FileToServe> {
    const shelf = this.shelfOf(`${side}:${name}`);
    const { sha256, size, quarantined } = await load();
    const file = { sha256, size, quarantined };
    // A change takes the shelf away: what is put on it from then on, nobody finds.
    if (shelf.files.size >= limits.servedFilesOfOnePackage) shelf.files.clear();
    shelf.files.set(filename, file);
    return file;
  }

  /** To be told of every commit that may have changed something of the package: `npm:name` or `python:name`. */
  forget(subject: string): void {
    this.shelves.delete(subject);
  }

  /** To be told when commits may have been missed. */
  forgetAll(): void {
    this.shelves.clear();
  }

  private shelfOf(subject: string): Shelf {
    const shelf = this.shelves.get(subject) ?? { files: new Map<string, FileToServe>() };
    // The least recently filled leaves first.
    this.shelves.delete(subject);
    this.shelves.set(subject, shelf);
    for (const oldest of this.shelves.keys()) {
      if (this.shelves.size <= limits.servedPackagesInMemory) break;
      this.shelves.delete(oldest);
    }
    return shelf;
  }
}
