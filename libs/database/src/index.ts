export { Database } from './database.js';
export type { AfterCommit, WriteOptions, WriteWork } from './database.js';
export { Notices } from './notices.js';
export type { NoticeTopic } from './notices.js';
export { SecretSeal } from './secret-seal.js';
export { SqlClusterSecrets } from './sql-cluster-secrets.js';
export { SqlCredentialStore } from './sql-credential-store.js';
export { SqlPackageShelf } from './sql-package-shelf.js';
export { SqlReleaseStore } from './sql-release-store.js';
