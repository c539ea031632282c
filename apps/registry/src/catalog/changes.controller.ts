import { Controller, Get, Query } from '@nestjs/common';
import { PluginCatalog } from '#catalog';
import { limits, RegistryError } from '#kernel';
import { ApiOkResponse, ApiOperation, ApiQuery } from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { parsePageLimit } from '../platform/requests/page-limit.js';
import { Requires } from '../platform/callers/requires.js';
import { changeBody, ChangeListBody } from './changes.body.js';

const sequenceShape = /^\d{1,15}$/;

@Controller('api/v1/changes')
export class ChangesController {
  constructor(private readonly catalog: PluginCatalog) {}

  @Get()
  @Requires('read')
  @ApiOperation({
    operationId: 'listChanges',
    summary: 'Everything that changed, in order',
    description: 'Follow it by asking again with `after` set to the last sequence seen: nothing is skipped.',
  })
  @ApiQuery({ name: 'after', required: false, schema: { type: 'integer', minimum: 0 }, example: 0 })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 1000 } })
  @ApiOkResponse({ type: ChangeListBody })
  @Refuses({ kind: 'invalid', code: 'invalid-parameter', when: '`after` or `limit` is no such number.' })
  async list(@Query('after') after = '0', @Query('limit') limit?: string): Promise<ChangeListBody> {
    if (!sequenceShape.test(after)) {
      throw new RegistryError(
        'invalid',
        'invalid-parameter',
        '"after" is the sequence of a change: a whole number.',
        {
          details: { parameter: 'after' },
        },
      );
    }
    const size = parsePageLimit(limit, limits.changesPageItems, limits.changesPageItemsDefault);
    const found = await this.catalog.changesAfter(Number(after), size + 1);
    const items = found.slice(0, size);
    const last = items.at(-1);
    return {
      items: items.map(changeBody),
      next: found.length > size && last ? String(last.sequence) : null,
    };
  }
}
