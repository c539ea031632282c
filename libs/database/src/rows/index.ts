import {
  AccountRow,
  AuditEntryRow,
  ClusterSecretRow,
  PublisherMemberRow,
  PublisherRow,
  SessionRow,
  TokenRow,
  WebLoginRow,
} from './access-rows.js';

import {
  ChangeRow,
  ChannelMoveRow,
  ChannelRow,
  PluginRow,
  QuarantineRow,
  ReleaseArtifactRow,
  ReleaseDownloadRow,
  ReleasePinRow,
  ReleaseRow,
} from './catalog-rows.js';

import { BlobRemovalRow, JobBlobRow, UpstreamMetadataRow } from './blob-rows.js';
import { JobRow } from './job-row.js';
import {
  PackageFileRow,
  PackageMaintainerRow,
  PackageRow,
  PackageTagRow,
  PackageVersionRow,
  UpstreamPageRow,
} from './package-rows.js';
import { LeaseRow, NoticeRow } from './replica-rows.js';
import { ApiKeyRow, HostRow, InstallationReportRow, InstallationRow } from './install-rows.js';

/** Every entity, for the data sources. */
export const rows = [
  AccountRow,
  SessionRow,
  TokenRow,
  WebLoginRow,
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
  PackageTagRow,
  PackageMaintainerRow,
  UpstreamPageRow,
  ReleaseDownloadRow,
  JobRow,
  BlobRemovalRow,
  JobBlobRow,
  UpstreamMetadataRow,
  ChannelRow,
  ChannelMoveRow,
  ChangeRow,
  QuarantineRow,
  HostRow,
  InstallationRow,
  ApiKeyRow,
  InstallationReportRow,
  NoticeRow,
  LeaseRow,
];
