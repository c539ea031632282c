export { AuditLog } from './audit-log.js';
export type { AuditEntry, AuditFilter } from './audit-log.js';
