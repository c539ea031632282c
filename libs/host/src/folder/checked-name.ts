import { isDeviceName, isPluginName, isPublisherName, isUuid, isVersion, normalizeName } from '#kernel';
import { HostError } from '../host-error.js';
import { hostLimits } from '../host-limits.js';

/**
 * Names that come from a store become parts of paths only through here. What a file system somewhere would read as
 * something else is refused on every machine: a plugin that installs on one installs on all.
 */
const unsafeName = (what: string, name: string): HostError =>
  new HostError(
    'unsafe-name',
    `The store named ${what} ${JSON.stringify(name.slice(0, 120))}, which is not safe as a file name, so nothing was installed. Tell the plugin's publisher and whoever runs the store.`,
  );

// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const forbiddenCharacter = /[\u0000-\u001f\u007f-\u009f<>:"|?*\\/\u2028\u2029]/u;

/** Whether it is one part of a path on every file system: no separator, device, `..`, nor what some would strip. */
export function isSafeSegment(name: string): boolean {
  return (
    name !== '' &&
    Buffer.byteLength(name) <= hostLimits.pathSegmentBytes &&
    Buffer.from(name).toString() === name &&
    !/^\.{1,2}$/.test(name) &&
    !/[. ]$/.test(name) &&
    !forbiddenCharacter.test(name) &&
    !isDeviceName(name)
  );
}

/** `publisher/name`, as an id is written: both parts. Throws `unsafe-name`. */
export function checkPluginId(id: string): { publisher: string; name: string } {
  const [publisher = '', name = '', ...rest] = id.split('/');
  const isId =
    rest.length === 0 &&
    isPublisherName(publisher) &&
    isPluginName(name) &&
    normalizeName(id) === id &&
    isSafeSegment(publisher) &&
    isSafeSegment(name);
  if (!isId) throw unsafeName('a plugin', id);
  return { publisher, name };
}

/** A version of a plugin. Throws `unsafe-name`. */
export function checkVersion(version: string): string {
  const isSafe =
    version.length <= hostLimits.versionCharacters && isVersion(version) && isSafeSegment(version);
  if (!isSafe) throw unsafeName('a version', version);
  return version;
}

const npmName = /^(?:@[a-z0-9~_-][a-z0-9._~-]*\/)?[a-z0-9~_-][a-z0-9._~-]*$/i;

/** The parts of an npm package's name: one, or two with the scope first. Throws `unsafe-name`. */
export function checkNpmName(name: string): readonly string[] {
  const parts = name.split('/');
  const isSafe =
    name.length <= hostLimits.npmNameCharacters && npmName.test(name) && parts.every(isSafeSegment);
  if (!isSafe) throw unsafeName('an npm package', name);
  return parts;
}

const artifactName = /^[A-Za-z0-9][A-Za-z0-9._+!-]*$/;

/** The name of a wheel, an sdist, a tarball or a lock. Throws `unsafe-name`. */
export function checkFilename(filename: string): string {
  if (!artifactName.test(filename) || !isSafeSegment(filename)) throw unsafeName('a file', filename);
  return filename;
}

/** A path inside a package, with `/` between its parts. Throws `unsafe-name`. */
export function checkRelativePath(path: string): readonly string[] {
  const parts = path.split('/');
  if (Buffer.byteLength(path) > hostLimits.pathBytes || !parts.every(isSafeSegment))
    throw unsafeName('a file', path);
  return parts;
}

/** The id of an installation or a key. Throws `unsafe-name`. */
export function checkUuid(id: string): string {
  if (!isUuid(id)) throw unsafeName('an installation', id);
  return id;
}
