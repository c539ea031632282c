import type { LockRequest } from './lock-request.js';

/** The address of the index as pip and uv take a credential: in front of the machine's name. */
export function indexWithCredential({
  indexUrl,
  credential,
}: Pick<LockRequest, 'indexUrl' | 'credential'>): string {
  if (credential === undefined) return indexUrl;
  const url = new URL(indexUrl);
  url.username = '__token__';
  url.password = credential;
  return url.toString();
}
