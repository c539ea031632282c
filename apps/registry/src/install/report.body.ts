import { IsIn, IsOptional } from '../platform/requests/body-rules.js';
import type { InstallationReport } from '#install';
import { limits } from '#kernel';
import type { Page } from '#kernel';
import { ApiProperty, ApiPropertyOptional } from '../platform/contract/api-decorators.js';
import { IsInstant } from '../platform/requests/is-instant.js';
import { IsLine } from '../platform/requests/is-line.js';
import { IsProse } from '../platform/requests/is-prose.js';

export class ReportBody {
  @ApiProperty({ enum: ['loaded', 'unloaded', 'warning', 'failed'] })
  @IsIn(['loaded', 'unloaded', 'warning', 'failed'])
  kind!: 'loaded' | 'unloaded' | 'warning' | 'failed';

  @ApiProperty({
    example: 'The back end did not answer within 30 s.',
    maxLength: limits.reportMessageCharacters,
  })
  @IsProse(limits.reportMessageCharacters)
  message!: string;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'launch' })
  @IsOptional()
  @IsLine(limits.selectorCharacters)
  interface?: string | null;

  @ApiProperty({ example: '1.2.0' })
  @IsLine(limits.selectorCharacters)
  version!: string;

  @ApiProperty({ format: 'date-time', description: 'When it happened, by the host’s clock.' })
  @IsInstant()
  at!: string;
}

export class StoredReportBody extends ReportBody {
  @ApiProperty({ format: 'date-time' })
  received_at!: string;
}

export class ReportPage {
  @ApiProperty({ type: StoredReportBody, isArray: true })
  items!: StoredReportBody[];

  @ApiProperty({ type: String, nullable: true })
  next!: string | null;
}

export const storedReportBody = (report: InstallationReport): StoredReportBody => ({
  kind: report.kind,
  message: report.message,
  interface: report.interface,
  version: report.version,
  at: new Date(report.at).toISOString(),
  received_at: new Date(report.receivedAt).toISOString(),
});

export const reportPage = (page: Page<InstallationReport>): ReportPage => ({
  items: page.items.map(storedReportBody),
  next: page.next,
});
