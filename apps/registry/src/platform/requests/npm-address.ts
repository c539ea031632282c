/**
 * A scope that stands by itself before a name: `@acme/`, or `%40acme/`. One that has its slash encoded does not, and what
 * follows a whole package (`-/`, `-rev/`) is no name.
 */
const scopeAlone = /(?<=\/)((?:@|%40)(?:(?!%2f)[^/])+)\/(?=[^/])(?!-(?:rev)?\/)/gi;

/**
 * The one spelling of an address under `/npm/` that the routes know: a scoped name is a single part of the path, however
 * the client wrote the slash in it, and the registry itself has no slash at its end. Parts are only ever joined, and
 * nothing is decoded, so that no spelling leads out of its route.
 */
export function npmAddress(url: string): string {
  if (!url.startsWith('/npm/')) return url;
  const end = url.indexOf('?');
  const path = end === -1 ? url : url.slice(0, end);
  const query = end === -1 ? '' : url.slice(end);
  if (path === '/npm/') return `/npm${query}`;
  if (!path.includes('/@') && !path.includes('/%40')) return url;
  return path.replace(scopeAlone, '$1%2f') + query;
}
