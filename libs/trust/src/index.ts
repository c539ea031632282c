export { AuditLog } from './audit-log.js';
export type { AuditEntry, AuditFilter } from './audit-log.js';
export { packageVersionNotFound } from './errors.js';
export { ModerateRelease } from './moderate-release.js';
export { ModerationStore } from './moderation-store.js';
export type { ReviewDecision } from './moderation-store.js';
export { quarantineOfPackage, quarantineOfRelease } from './quarantine.js';
export type { PackageVersionName, Quarantine, QuarantineFollowers, ReleaseName } from './quarantine.js';
export { QuarantinePackage } from './quarantine-package.js';
