import type { NpmArtifact } from './artifact.js';
import type { NpmKeys } from './npm-keys.js';
import type { IndexedFile, IndexedPackage, IndexedVersion, NpmSignature } from './package-index.js';
import type { PackageStore } from './package-store.js';

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
    const made = new Map<string, readonly NpmSignature[]>();
    for (const { version, file } of unsigned) {
      const artifact = file.artifact as NpmArtifact;
      const signed = {
        name: found.name,
        version: version.version,
        integrity: artifact.integrity,
        createdAt: version.createdAt,
      };
      made.set(artifact.filename, [await this.keys.sign(signed)]);
    }
    const settled = await this.packages.keepSignatures(found.name, made);
    const signFile = (file: IndexedFile): IndexedFile => ({
      ...file,
      signatures: file.signatures ?? settled.get(file.artifact.filename) ?? null,
    });
    const signVersion = (version: IndexedVersion) => ({ ...version, files: version.files.map(signFile) });
    return { ...found, versions: found.versions.map(signVersion) };
  }
}
