import { frontendFileType, frontendPolicy } from '#kernel';

const yearSeconds = 31_536_000;

/** What a file of a front end is served with. Pages of any origin load it: modules are fetched with CORS. */
export function frontendHeaders(path: string, isPublic: boolean): Record<string, string> {
  return {
    'content-type': frontendFileType(path),
    'content-security-policy': frontendPolicy,
    'x-content-type-options': 'nosniff',
    'cache-control': `${isPublic ? 'public' : 'private'}, max-age=${yearSeconds}, immutable`,
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
  };
}
