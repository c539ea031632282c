import { limits, RegistryError } from '#kernel';
import type { PageRequest } from '#kernel';
import type { DailyDownloads, DaySpan } from '#catalog';
import { ApiProperty } from '../platform/contract/api-decorators.js';
import { parsePageLimit } from '../platform/requests/page-limit.js';

class DailyDownloadsBody {
  @ApiProperty({ description: 'In UTC.', format: 'date', example: '2026-01-31' })
  day!: string;

  @ApiProperty({ example: '1.0.0' })
  version!: string;

  @ApiProperty({ type: 'integer', description: 'Files of code that were fetched whole.', example: 12 })
  count!: number;
}

export class DownloadListBody {
  @ApiProperty({ format: 'date', description: 'The first day looked at.', example: '2026-01-01' })
  from!: string;

  @ApiProperty({ format: 'date', description: 'The last day looked at.', example: '2026-01-31' })
  to!: string;

  @ApiProperty({
    type: [DailyDownloadsBody],
    description: 'The newest day first; what has none is left out.',
  })
  items!: readonly DailyDownloads[];

  @ApiProperty({ type: String, nullable: true, description: 'The cursor of the next page.' })
  next!: string | null;
}

const dayMs = 86_400_000;
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** What a request asks for; without days the last thirty. Throws `invalid-parameter`. */
export function parseDownloadsQuery(
  parameters: Readonly<Record<string, string | undefined>>,
  now: number,
): { span: DaySpan; page: PageRequest } {
  const to = dayIn(parameters, 'to') ?? Math.max(now, dayIn(parameters, 'from') ?? 0);
  const from = dayIn(parameters, 'from') ?? to - (limits.downloadDaysDefault - 1) * dayMs;
  const span = { from: dayOf(from), to: dayOf(to) };
  if (span.from > span.to) throw invalidDay('from', 'not after "to"');
  if (to - from >= limits.downloadDaysPerAnswer * dayMs)
    throw invalidDay('from', `fewer than ${limits.downloadDaysPerAnswer} days before "to"`);
  const { limit, cursor = null } = parameters;
  return {
    span,
    page: {
      limit: parsePageLimit(limit, limits.downloadsPageItems, limits.downloadsPageItemsDefault),
      cursor,
    },
  };
}

function dayIn(
  parameters: Readonly<Record<string, string | undefined>>,
  name: 'from' | 'to',
): number | undefined {
  const written = parameters[name];
  if (written === undefined) return undefined;
  const at = /^[0-9]{4}-\d{2}-\d{2}$/.test(written) ? Date.parse(`${written}T00:00:00Z`) : NaN;
  // JavaScript takes the 31st of February for a day of March.
  if (Number.isNaN(at) || dayOf(at) !== written) throw invalidDay(name, 'a day as in 2026-01-31');
  return at;
}

const invalidDay = (name: string, allowed: string): RegistryError =>
  new RegistryError('invalid', 'invalid-parameter', `"${name}" must be ${allowed}.`, {
    details: { parameter: name },
  });
