const typesByEnding: readonly (readonly [ending: string, mediaType: string])[] = [
  ['.whl', 'application/zip'],
  ['.tar.gz', 'application/gzip'],
  ['.tgz', 'application/gzip'],
  ['.png', 'image/png'],
  ['.webp', 'image/webp'],
  ['.svg', 'image/svg+xml'],
  ['.toml', 'application/toml'],
];

const yearSeconds = 31_536_000;

/**
 * What an artifact is served with. It was written by a stranger: no browser may run it in the store's name, or guess at
 * what it is.
 */
export function artifactHeaders(filename: string, isPublic: boolean): Record<string, string> {
  const mediaType =
    typesByEnding.find(([ending]) => filename.endsWith(ending))?.[1] ?? 'application/octet-stream';
  const disposition = mediaType.startsWith('image/') ? 'inline' : 'attachment';
  return {
    'content-type': mediaType,
    'content-disposition': `${disposition}; filename="${filename}"`,
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    'x-content-type-options': 'nosniff',
    'cache-control': `${isPublic ? 'public' : 'private'}, max-age=${yearSeconds}, immutable`,
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
  };
}
