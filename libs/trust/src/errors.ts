import { RegistryError } from '#kernel';
import type { PackageVersionName } from './quarantine.js';

const shownCharacters = 120;

export const packageVersionNotFound = ({ side, package: name, version }: PackageVersionName): RegistryError =>
  new RegistryError(
    'not-found',
    'package-version-not-found',
    `There is no ${side} package "${name.slice(0, shownCharacters)}" ${version.slice(0, shownCharacters)}, neither in the store nor, as far as it may be asked, upstream: correct the name or the version.`,
  );
