import { limits } from '#kernel';

/** The name without its scope. */
export const npmBasename = (name: string): string => name.slice(name.indexOf('/') + 1);

/** Where the tarball of a version is served; `base` is the store's public address, without a slash at its end. */
export function npmTarballAddress(base: string, name: string, version: string): string {
  return `${base}/npm/${name}/-/${npmBasename(name)}-${version}.tgz`;
}

/**
 * The version that a tarball's address names, or undefined where it can't be one of the package's: the file is named by
 * the package without its scope, and by clients of old with it. What the file was called when it came in says nothing.
 */
export function npmTarballVersion(name: string, filename: string): string | undefined {
  if (filename.length > limits.artifactFilenameCharacters || !filename.endsWith('.tgz')) return undefined;
  const scope = name.slice(0, name.indexOf('/') + 1);
  const bare = scope !== '' && filename.startsWith(scope) ? filename.slice(scope.length) : filename;
  const start = `${npmBasename(name)}-`;
  if (!bare.startsWith(start)) return undefined;
  return bare.slice(start.length, -'.tgz'.length);
}
