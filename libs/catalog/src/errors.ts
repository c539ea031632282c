import { RegistryError } from '#kernel';
import type { PluginId, Version } from '#kernel';
import type { Problem } from '#descriptor';
import type { PackagePin } from './release.js';

/** Something that is wrong with an artifact, or with artifacts that are missing. */
export interface ArtifactProblem {
  readonly code: string;
  readonly filename: string | null;
  readonly message: string;
}

export function invalidDescriptor(problems: readonly Problem[]): RegistryError {
  const errors = problems.filter((problem) => problem.severity === 'error');
  const first = errors[0];
  const beginning =
    errors.length === 1
      ? 'The descriptor has an error'
      : `The descriptor has ${errors.length} errors; the first`;
  const place = first ? ` on line ${first.line}: ${first.message}` : '.';
  return new RegistryError('invalid', 'invalid-descriptor', `${beginning}${place}`, {
    details: { problems },
  });
}

export const severalReleases = (count: number, publisher: string): RegistryError =>
  new RegistryError(
    'invalid',
    'several-releases',
    `The descriptor has ${count} versions, and each is a release: send it to /api/v1/publishers/${publisher}/imports.`,
  );

/** The code is the first problem's; all are told. */
export function artifactsRefused(problems: readonly ArtifactProblem[]): RegistryError {
  const messages = problems.map((problem) => problem.message);
  return new RegistryError('invalid', problems[0]?.code ?? 'artifact-unused', messages.join(' '), {
    details: { problems },
  });
}

export const versionTaken = (plugin: PluginId, version: Version): RegistryError =>
  new RegistryError(
    'conflict',
    'version-taken',
    `${plugin} ${version} is published already, with other bytes, and never changes: raise the version.`,
  );

export const packageOwned = (pin: PackagePin): RegistryError =>
  new RegistryError(
    'forbidden',
    'package-owned',
    `The ${pin.side} package "${pin.package}" belongs to another publisher: upload under a name of your own, or leave its files out to use what the store holds.`,
    { details: { package: pin.package } },
  );

export const fileTaken = (pin: PackagePin, filename: string): RegistryError =>
  new RegistryError(
    'conflict',
    'file-taken',
    `${pin.package} ${pin.version} was uploaded before, and "${filename}" isn't what it had then: raise the package's version.`,
    { details: { package: pin.package, filename } },
  );

export const packageQuarantined = (pin: PackagePin, reason: string | null): RegistryError =>
  new RegistryError(
    'forbidden',
    'package-quarantined',
    `${pin.package} ${pin.version} is quarantined (${reason ?? 'no reason given'}): use another version.`,
    { details: { package: pin.package, version: pin.version, reason } },
  );

export interface MissingPackage {
  readonly side: PackagePin['side'];
  readonly package: string;
  readonly version: string | null;
}

export function packageNotFound(missing: readonly MissingPackage[]): RegistryError {
  const names = missing.map(({ package: name, version }) => (version === null ? name : `${name} ${version}`));
  return new RegistryError(
    'unprocessable',
    'package-not-found',
    `The store has no ${names.join(', no ')}: send the files with the descriptor, as parts named "artifact".`,
    { details: { packages: missing } },
  );
}
