import { artifactQuarantined, isPythonName, normalizePythonName, packageFileNotFound } from '#packages';
import type { PackageIndex, PullThrough, ServedFile } from '#packages';
import type { FileToServe, ServedFiles } from '../served-files.js';

/**
 * Finds the files of Python projects for those who download them: the store's own, else upstream's. `via` is the header of
 * that name.
 */
export class PythonFiles {
  constructor(
    private readonly index: PackageIndex,
    private readonly upstream: PullThrough,
    private readonly served: ServedFiles,
  ) {}

  /** `project` in any spelling; at once where it is kept. Throws `package-file-not-found` and `quarantined`. */
  file(project: string, filename: string, via?: string): FileToServe | Promise<FileToServe> {
    const name = nameOf(project, filename);
    const kept = this.served.kept('python', name, filename);
    if (kept) return handedOut(kept, filename);
    return this.served
      .find('python', name, filename, () => this.find(name, filename, via))
      .then((found) => handedOut(found, filename));
  }

  /** The METADATA file of a wheel; its digest is the one that the index tells. */
  async metadata(project: string, filename: string, via?: string): Promise<Buffer> {
    const name = nameOf(project, filename);
    const kept = await this.index.file('python', name, filename);
    if (kept) handedOut(kept, filename);
    const known = kept && 'metadata' in kept.artifact ? kept.artifact.metadata : null;
    if (known) return Buffer.from(known.text);
    // What was pulled is looked into only once a release pins it: its METADATA is upstream's until then.
    const bytes = (await this.isOwned(name)) ? undefined : await this.upstream.metadata(name, filename, via);
    if (bytes === undefined) throw packageFileNotFound(name, `${filename}.metadata`);
    return bytes;
  }

  private async find(name: string, filename: string, via: string | undefined): Promise<ServedFile> {
    const found = (await this.isOwned(name))
      ? await this.index.file('python', name, filename)
      : await this.upstream.file('python', name, filename, via);
    if (found === undefined) throw packageFileNotFound(name, filename);
    return found;
  }

  /** What the store owns is never looked up upstream. */
  private async isOwned(name: string): Promise<boolean> {
    return typeof (await this.index.owner('python', name)) === 'string';
  }
}

function nameOf(project: string, filename: string): string {
  if (isPythonName(project)) return normalizePythonName(project);
  throw packageFileNotFound(project, filename);
}

function handedOut<File extends FileToServe>(found: File, filename: string): File {
  if (found.quarantined) throw artifactQuarantined(filename, found.quarantined.reason);
  return found;
}
