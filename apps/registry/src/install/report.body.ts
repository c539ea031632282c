import { IsIn, IsISO8601, IsOptional, IsString, Length } from 'class-validator';
import { invalidCursor } from '#install';
import type { InstallationReport, Page } from '#install';
import { limits } from '#kernel';
import { ApiProperty, ApiPropertyOptional } from '../platform/contract/api-decorators.js';

export class ReportBody {
  @ApiProperty({ enum: ['loaded', 'unloaded', 'warning', 'failed'] })
  @IsIn(['loaded', 'unloaded', 'warning', 'failed'])
  kind!: 'loaded' | 'unloaded' | 'warning' | 'failed';

  @ApiProperty({
    example: 'The back end did not answer within 30 s.',
    maxLength: limits.reportMessageCharacters,
  })
  @IsString()
  @Length(0, limits.reportMessageCharacters)
  message!: string;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'launch' })
  @IsOptional()
  @IsString()
  @Length(1, limits.selectorCharacters)
  interface?: string | null;

  @ApiProperty({ example: '1.2.0' })
  @IsString()
  @Length(1, limits.selectorCharacters)
  version!: string;

  @ApiProperty({ format: 'date-time', description: 'When it happened, by the host’s clock.' })
  @IsISO8601({ strict: true })
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

/** Where a page of reports begins; null for the newest. Throws `invalid-cursor`. */
export function sequenceOf(cursor: string | undefined): number | null {
  if (cursor === undefined) return null;
  const sequence = Number(cursor);
  if (!/^[0-9]{1,15}$/.test(cursor)) throw invalidCursor();
  return sequence;
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
