import { RegistryError } from '#kernel';
import type { PackageVersionName } from './quarantine.js';

const shownCharacters = 120;

export const packageVersionNotFound = ({ side, package: name, version }: PackageVersionName): RegistryError =>
  new RegistryError(
    'not-found',
    'package-version-not-found',
    `The store keeps no ${side} package "${name.slice(0, shownCharacters)}" ${version.slice(0, shownCharacters)}: only what was uploaded here can be quarantined.`,
  );
