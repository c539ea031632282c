import {
  AccountRow,
  AuditEntryRow,
  ClusterSecretRow,
  PublisherMemberRow,
  PublisherRow,
  SessionRow,
  TokenRow,
} from './access-rows.js';

import {
  ChangeRow,
  ChannelMoveRow,
  ChannelRow,
  PackageFileRow,
  PackageRow,
  PackageVersionRow,
  PluginRow,
  QuarantineRow,
  ReleaseArtifactRow,
  ReleasePinRow,
  ReleaseRow,
} from './catalog-rows.js';

import { ApiKeyRow, HostRow, InstallationReportRow, InstallationRow } from './install-rows.js';

/** Every entity, for the data sources. */
export const rows = [
  AccountRow,
  SessionRow,
  TokenRow,
  PublisherRow,
  PublisherMemberRow,
  ClusterSecretRow,
  AuditEntryRow,
  PluginRow,
  ReleaseRow,
  ReleasePinRow,
  ReleaseArtifactRow,
  PackageRow,
  PackageVersionRow,
  PackageFileRow,
  ChannelRow,
  ChannelMoveRow,
  ChangeRow,
  QuarantineRow,
  HostRow,
  InstallationRow,
  ApiKeyRow,
  InstallationReportRow,
];
