export type { Actor, AuditedAct } from './actor.js';
export { makeApiKey, parseApiKey } from './api-key.js';
export type { ApiKey, ApiKeyKind } from './api-key.js';
export { Clock } from './clock.js';
export { ClusterSecrets } from './cluster-secrets.js';
export { completeVersion } from './complete-version.js';
export { closestWord } from './closest-word.js';
export type { Damage } from './damage.js';
export { sha256Hex } from './digest.js';
export { frontendFileType, frontendPolicy } from './frontend-file.js';
export { KeyHistory } from './key-history.js';
export type { KeyTurn } from './key-history.js';
export { Leadership, leaseLost } from './leadership.js';
export type { Term } from './leadership.js';
export { limits } from './limits.js';
export { LoadedCache } from './loaded-cache.js';
export { markdownModules } from './markdown-modules.js';
export {
  isDeviceName,
  isPluginName,
  isPublisherName,
  normalizeName,
  parsePublisherName,
  pluginId,
  splitPluginId,
} from './name.js';
export type { PluginId } from './name.js';
export { npmEntry } from './npm-entry.js';
export { decodePageCursor, invalidCursor, toPage } from './page-cursor.js';
export type { Page, PageCursor, PageRequest } from './page-cursor.js';
export { RegistryError } from './registry-error.js';
export type { RefusalKind, RefusalOptions } from './registry-error.js';
export { storePlaceholder } from './store-placeholder.js';
export { storageFull } from './storage-full.js';
export { isUuid, uuidPattern } from './uuid.js';
export {
  compareVersions,
  isPrerelease,
  isUpToLatest,
  isVersion,
  isVersionRange,
  satisfiesRange,
  sortVersions,
  tellVersions,
} from './version.js';
export type { Version } from './version.js';
export { WorkQueue } from './work-queue.js';
