import { limits, RegistryError } from '#kernel';
import { shortened } from '../errors.js';

export const npmDocumentMalformed = (what: string): RegistryError =>
  new RegistryError(
    'invalid',
    'npm-document-malformed',
    `The document is not as npm clients send it: ${what}. Publish with \`npm publish\`.`,
  );

export const npmDocumentTooLarge = (): RegistryError =>
  new RegistryError(
    'too-large',
    'npm-document-too-large',
    `What stands beside the tarball may have up to ${limits.npmDocumentBytes} bytes (npmDocumentBytes): shorten the README or the package.json.`,
    { details: { max_bytes: limits.npmDocumentBytes } },
  );

export const invalidDistTag = (tag: string): RegistryError =>
  new RegistryError(
    'invalid',
    'invalid-dist-tag',
    `"${shortened(tag)}" can't be a dist-tag: take up to ${limits.distTagCharacters} letters, digits and hyphens that are no version and no range, e.g. "beta".`,
  );

export const invalidPackageName = (written: string): RegistryError =>
  new RegistryError(
    'invalid',
    'invalid-package-name',
    `"${shortened(written)}" can't be the name of an npm package: write letters, digits, hyphens, dots and underscores, with or without a scope, e.g. "@acme/zephyr-tool".`,
  );

export const packageIsUpstreams = (name: string): RegistryError =>
  new RegistryError(
    'forbidden',
    'package-is-upstreams',
    `"${shortened(name)}" is the upstream registry's: what is said of it is said there.`,
  );

export const packageVersionNotFound = (name: string, version: string): RegistryError =>
  new RegistryError(
    'not-found',
    'package-version-not-found',
    `"${shortened(name)}" has no version "${shortened(version)}" here: publish it first.`,
  );

export const deprecationTooLong = (): RegistryError =>
  new RegistryError(
    'invalid',
    'deprecation-too-long',
    `A deprecation has up to ${limits.deprecationCharacters} characters: say it shorter, and link to the rest.`,
  );

export const npmChangeNotTaken = (): RegistryError =>
  new RegistryError(
    'invalid',
    'npm-change-not-taken',
    'That change is not taken here: of a package its deprecations, dist-tags and owners can be changed. There are no stars, and nobody is asked for a second factor.',
  );

export const unpublishRefused = (what: string): RegistryError =>
  new RegistryError(
    'forbidden',
    'unpublish-refused',
    `${shortened(what)} stays: what was published is kept for those who use it, and its version never comes back. Deprecate it (npm deprecate), or yank the plugin's release.`,
  );

export const packageChanged = (name: string): RegistryError =>
  new RegistryError(
    'conflict',
    'package-changed',
    `"${shortened(name)}" was changed since you read it: run the command again.`,
  );

export const memberIsMaintainer = (username: string, publisher: string): RegistryError =>
  new RegistryError(
    'forbidden',
    'member-is-maintainer',
    `"${shortened(username)}" is a maintainer as a member of the publisher "${publisher}": an owner takes them out of it (DELETE /api/v1/publishers/${publisher}/members/${encodeURIComponent(shortened(username))}).`,
  );

export const maintainersAreForMembers = (publisher: string): RegistryError =>
  new RegistryError(
    'forbidden',
    'maintainers-are-for-members',
    `Who maintains this package is for members of the publisher "${publisher}" to say: ask one of them. You may remove yourself.`,
  );

export const noMaintainerLeft = (name: string): RegistryError =>
  new RegistryError(
    'invalid',
    'no-maintainer-left',
    `"${shortened(name)}" needs a maintainer: leave one in.`,
  );

export const maintainerNotFound = (username: string): RegistryError =>
  new RegistryError(
    'not-found',
    'maintainer-not-found',
    `There is no account "${shortened(username)}" here.`,
  );

export const tooManyMaintainers = (name: string): RegistryError =>
  new RegistryError(
    'conflict',
    'too-many-maintainers',
    `"${shortened(name)}" may have up to ${limits.maintainersPerPackage} maintainers of its own: add the others to its publisher.`,
  );

export const latestIsNeeded = (): RegistryError =>
  new RegistryError(
    'forbidden',
    'latest-is-needed',
    'npm installs "latest" where nothing else is asked for: point it to another version instead of taking it away.',
  );

export const distTagNotFound = (name: string, tag: string): RegistryError =>
  new RegistryError(
    'not-found',
    'dist-tag-not-found',
    `"${shortened(name)}" has no dist-tag "${shortened(tag)}": npm dist-tag ls lists what there is.`,
  );

export const npmVersionNotFound = (name: string, wanted: string): RegistryError =>
  new RegistryError(
    'not-found',
    'package-version-not-found',
    `"${shortened(name)}" has no version or tag "${shortened(wanted)}": npm view lists what there is.`,
  );

export const restrictedNotOffered = (): RegistryError =>
  new RegistryError(
    'invalid',
    'restricted-not-offered',
    'No package is for some readers only here: who may read the store as a whole, its administrator decides (MORTISE_READ).',
  );
