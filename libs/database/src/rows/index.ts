import {
  AccountRow,
  AuditEntryRow,
  ClusterSecretRow,
  PublisherMemberRow,
  PublisherRow,
  SessionRow,
  TokenRow,
} from './access-rows.js';

/** Every entity, for the data sources. */
export const rows = [
  AccountRow,
  SessionRow,
  TokenRow,
  PublisherRow,
  PublisherMemberRow,
  ClusterSecretRow,
  AuditEntryRow,
];
