import { sha256Hex } from '#kernel';
import type { IndexedPackage } from '../package-index.js';

const revisionCharacters = 32;

/** Changes with whatever a client that writes could have been shown, as CouchDB's revisions do. */
export function npmRevision(found: IndexedPackage): string {
  const { tags, maintainers, versions } = found;
  const shown = versions.map(({ version, deprecated, quarantined }) => [version, deprecated, quarantined]);
  const digest = sha256Hex(JSON.stringify([tags, maintainers, shown]));
  return `${versions.length}-${digest.slice(0, revisionCharacters)}`;
}
