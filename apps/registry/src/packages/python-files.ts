import { sha256Hex } from '#kernel';
import { artifactQuarantined, isPythonName, normalizePythonName, packageFileNotFound } from '#packages';
import type { PackageIndex, PullThrough, ServedFile } from '#packages';

export interface ServedMetadata {
  readonly sha256: string;
  readonly bytes: Buffer;
}

/** Finds the files of Python projects for those who download them: the store's own, else upstream's. */
export class PythonFiles {
  constructor(
    private readonly index: PackageIndex,
    private readonly upstream: PullThrough,
  ) {}

  /** `project` in any spelling. Throws `package-file-not-found` and `quarantined`. */
  async file(project: string, filename: string): Promise<ServedFile> {
    const name = nameOf(project, filename);
    const found = (await this.kept(name, filename)) ?? (await this.pulled(name, filename));
    if (found === undefined) throw packageFileNotFound(name, filename);
    return handedOut(found, filename);
  }

  /** The METADATA file of a wheel, as its digest in the index has it. */
  async metadata(project: string, filename: string): Promise<ServedMetadata> {
    const name = nameOf(project, filename);
    const kept = await this.kept(name, filename);
    const known = kept && 'metadata' in kept.artifact ? kept.artifact.metadata : null;
    if (kept) handedOut(kept, filename);
    if (known) return { sha256: known.sha256, bytes: Buffer.from(known.text) };
    const bytes =
      kept || (await this.isOwned(name)) ? undefined : await this.upstream.metadata(name, filename);
    if (bytes === undefined) throw packageFileNotFound(name, `${filename}.metadata`);
    return { sha256: sha256Hex(bytes), bytes };
  }

  private kept(name: string, filename: string): Promise<ServedFile | undefined> {
    return this.index.file('python', name, filename);
  }

  private async pulled(name: string, filename: string): Promise<ServedFile | undefined> {
    return (await this.isOwned(name)) ? undefined : this.upstream.file('python', name, filename);
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

function handedOut(found: ServedFile, filename: string): ServedFile {
  if (found.quarantined) throw artifactQuarantined(filename, found.quarantined.reason);
  return found;
}
