export { candidatesFor, parseSelector } from './choose-release.js';
export type { Selector } from './choose-release.js';
export {
  alreadyInstalled,
  expiryNotAhead,
  frontendFileNotFound,
  hostNotFound,
  idTaken,
  invalidRange,
  invalidVersion,
  installationNotFound,
  keyNotFound,
  lockNotFound,
  notOfPublisher,
  oauthRefusal,
  pluginNotFound,
  quarantined,
  tooMany,
  tooManySelectors,
  tooManyToFollow,
  versionNotFound,
} from './errors.js';
export { findUpdates } from './find-updates.js';
export type { HostUpdate } from './find-updates.js';
export { FrontendReleases } from './frontend-releases.js';
export { HostStore } from './host-store.js';
export type { Host, HostManager, KeyFacts, NewKey } from './host-store.js';
export type {
  BackendPackage,
  FrontendPackage,
  InstallableRelease,
  PluginChoices,
  ReleaseChoice,
  StoredFile,
  StoredLock,
  Trust,
} from './installable-release.js';
export { InstallationStore, KeyStore, InstallableReleases } from './installation.js';
export type {
  Installation,
  InstallationMove,
  InstallationReport,
  KeyReplacement,
  PluginKeyFacts,
} from './installation.js';
export { InstallPlugin } from './install-plugin.js';
export type { InstallOutcome, InstallRequest } from './install-plugin.js';
export { ManifestKeys, signatureLifeMs } from './manifest-keys.js';
export type { ManifestKey, VouchedKey } from './manifest-keys.js';
export { makeLock, makeManifest } from './manifest.js';
export type { Manifest, ManifestAddresses } from './manifest.js';
export { OpenFrontend } from './open-frontend.js';
export { MoveInstallation } from './move-installation.js';
export type { Following, MoveRequest } from './move-installation.js';
