import { limits } from '#kernel';
import type { NpmArtifact } from '../artifact.js';
import type { NpmKeys } from './npm-keys.js';
import type { IndexedFile, IndexedPackage, IndexedVersion, NpmSignature } from '../package-index.js';
import type { PackageStore } from '../package-store.js';

interface UnsignedFile {
  readonly version: IndexedVersion;
  readonly file: IndexedFile;
}

/**
 * Gives every version of an npm package its signature. A version is signed when a document first has to show it, and
 * what was written first stays: replicas, and documents made at once, agree.
 */
export class SignPackage {
  constructor(
    private readonly packages: PackageStore,
    private readonly keys: NpmKeys,
  ) {}

  async run(found: IndexedPackage): Promise<IndexedPackage> {
    const unsigned = found.versions.flatMap((version) =>
      version.files.filter(({ signatures }) => signatures === null).map((file) => ({ version, file })),
    );
    if (unsigned.length === 0) return found;
    const settled = new Map<string, readonly NpmSignature[]>();
    for (let start = 0; start < unsigned.length; start += limits.npmSignaturesPerWrite) {
      const made = await this.sign(found.name, unsigned.slice(start, start + limits.npmSignaturesPerWrite));
      const kept = await this.packages.keepSignatures(found.name, made);
      for (const [filename, signatures] of kept) settled.set(filename, signatures);
    }
    const signFile = (file: IndexedFile): IndexedFile => ({
      ...file,
      signatures: file.signatures ?? settled.get(file.artifact.filename) ?? null,
    });
    const signVersion = (version: IndexedVersion) => ({ ...version, files: version.files.map(signFile) });
    return { ...found, versions: found.versions.map(signVersion) };
  }

  private async sign(
    name: string,
    unsigned: readonly UnsignedFile[],
  ): Promise<ReadonlyMap<string, readonly NpmSignature[]>> {
    const made = new Map<string, readonly NpmSignature[]>();
    for (const { version, file } of unsigned) {
      const { integrity, filename } = file.artifact as NpmArtifact;
      const signed = { name, version: version.version, integrity, createdAt: version.createdAt };
      made.set(filename, [await this.keys.sign(signed)]);
    }
    return made;
  }
}
