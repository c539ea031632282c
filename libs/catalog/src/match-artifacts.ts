import type { Descriptor } from '#descriptor';
import type { ArtifactProblem } from './errors.js';
import { packageReferences } from './package-references.js';
import type { PackageReference } from './package-references.js';
import { packageVersionKey } from './package-version-key.js';
import { isPackageUpload } from './uploaded-artifact.js';
import type { PackageUpload, UploadedArtifact } from './uploaded-artifact.js';

/** A package that the descriptor names, with those of its files that came along: all of one version. */
export interface MatchedReference extends PackageReference {
  readonly uploads: readonly PackageUpload[];
}

export interface ArtifactMatch {
  readonly references: readonly MatchedReference[];
  /** Icon and lock: what belongs to the release and to no package. */
  readonly own: readonly UploadedArtifact[];
  readonly problems: readonly ArtifactProblem[];
}

/** Finds for every artifact what the descriptor names it for; what it isn't named for is a problem. */
export function matchArtifacts(
  descriptor: Descriptor,
  artifacts: readonly UploadedArtifact[],
): ArtifactMatch {
  const packages = artifacts.filter(isPackageUpload);
  const own = artifacts.filter((artifact) => !isPackageUpload(artifact));
  const references = packageReferences(descriptor).map((reference) => ({
    ...reference,
    uploads: packages.filter((artifact) => isFileOf(reference, artifact)),
  }));
  const used = new Set(references.flatMap((reference) => reference.uploads));
  return {
    references,
    own,
    problems: [
      ...sameNames(artifacts),
      ...packages.filter((artifact) => !used.has(artifact)).map(unusedPackage),
      ...own.filter((artifact) => !isUsed(artifact, descriptor)).map(unusedFile),
      ...references.flatMap(versionProblems),
      ...references.flatMap(severalFiles),
    ],
  };
}

/**
 * An InsightConnect descriptor names no package: the wheel or sdist that was uploaded beside it is the back end of its
 * interface `default`. Other kinds stay as they are.
 */
export function withUploadedBackend(
  descriptor: Descriptor,
  artifacts: readonly UploadedArtifact[],
): Descriptor {
  const backend = artifacts.filter(isPackageUpload).find(({ kind }) => kind !== 'tarball');
  if (descriptor.kind !== 'insightconnect' || backend === undefined) return descriptor;
  const existing = descriptor.interfaces['default'] ?? { backend: null, frontend: null, form: null };
  const reference = { package: backend.package, version: backend.version, component: null };
  return {
    ...descriptor,
    interfaces: { ...descriptor.interfaces, default: { ...existing, backend: reference } },
  };
}

function isFileOf(reference: PackageReference, artifact: PackageUpload): boolean {
  const side = artifact.kind === 'tarball' ? 'npm' : 'python';
  return reference.side === side && reference.package === artifact.package;
}

function isUsed(artifact: UploadedArtifact, descriptor: Descriptor): boolean {
  if (artifact.kind === 'icon') return descriptor.icon === artifact.filename;
  return Object.values(descriptor.interfaces).some(({ backend }) => backend !== null);
}

function sameNames(artifacts: readonly UploadedArtifact[]): ArtifactProblem[] {
  const names = artifacts.map(({ filename }) => filename);
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [...repeated].map((filename) => ({
    code: 'artifact-duplicate',
    filename,
    message: `"${filename}" was sent twice, with other bytes each: send one of them.`,
  }));
}

const unusedPackage = (artifact: PackageUpload): ArtifactProblem => ({
  code: 'artifact-unused',
  filename: artifact.filename,
  message: `"${artifact.filename}" is a file of the package ${artifact.package}, which the descriptor doesn't name: name it there, or leave the file out.`,
});

const unusedFile = ({ filename, kind }: UploadedArtifact): ArtifactProblem => ({
  code: 'artifact-unused',
  filename,
  message:
    kind === 'icon'
      ? `The descriptor doesn't name "${filename}": write "icon: ${filename}", or leave the file out.`
      : `"${filename}" locks what a back end needs, and the descriptor names no back end: leave the file out.`,
});

function versionProblems(reference: MatchedReference): ArtifactProblem[] {
  const { side, version, uploads } = reference;
  const expected = version ?? uploads[0]?.version ?? '';
  const key = packageVersionKey(side, expected);
  return uploads
    .filter((artifact) => packageVersionKey(side, artifact.version) !== key)
    .map(({ filename, package: name, version: own }) => ({
      code: version === null ? 'package-version-conflict' : 'artifact-version-mismatch',
      filename,
      message:
        version === null
          ? `"${filename}" is ${name} ${own}, and another file is ${name} ${expected}: a release has one version of a package.`
          : `"${filename}" is ${name} ${own} by its own metadata, and the descriptor names ${version}: correct one of them.`,
    }));
}

/** A version has any number of wheels, but one sdist or tarball. */
function severalFiles({ package: name, uploads }: MatchedReference): ArtifactProblem[] {
  return uploads
    .filter(({ kind }) => kind !== 'wheel')
    .slice(1)
    .map(({ filename, kind }) => ({
      code: kind === 'sdist' ? 'several-sdists' : 'several-tarballs',
      filename,
      message: `"${filename}" is a second ${kind} of ${name}: send one of them.`,
    }));
}
