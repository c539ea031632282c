import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { limits } from '#kernel';
import { parseSearchQuery, parseSuggestQuery, SearchIndex } from '#search';
import type { QueryParameters } from '#search';
import {
  ApiExtraModels,
  ApiNotModifiedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiQuery,
} from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { DocumentCache } from '../platform/answers/document-cache.js';
import { jsonDocument } from '../platform/answers/json-document.js';
import { Requires } from '../platform/callers/requires.js';
import { IndexPlugins } from './index-plugins.job.js';
import { FacetsBody, SearchBody, searchBody, SuggestionListBody, suggestionListBody } from './search.body.js';

const Filter = (name: string, description: string, example: string): MethodDecorator =>
  ApiQuery({ name, required: false, type: String, isArray: true, description, example: [example] });

/** Answers from the index alone, never from the database. */
@Controller('api/v1/plugins')
@Requires('read')
@ApiExtraModels(FacetsBody)
@ApiNotModifiedResponse({ description: 'The caller has it: `If-None-Match` has its `ETag`.' })
@Refuses(
  { kind: 'invalid', code: 'invalid-parameter', when: 'The value of a parameter means nothing.' },
  { kind: 'unavailable', code: 'search-busy', when: 'Too many searches are waiting.' },
  {
    kind: 'unavailable',
    code: 'search-unavailable',
    when: 'The engine is away for a moment, or its index is still being made.',
  },
)
export class SearchController {
  constructor(
    private readonly index: SearchIndex,
    private readonly documents: DocumentCache,
    private readonly indexing: IndexPlugins,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'searchPlugins',
    summary: 'Find plugins',
    description:
      'Full text with prefixes, parts of words and tolerance for typing errors. A repeated filter is OR, different ones AND.',
  })
  @ApiQuery({
    name: 'q',
    required: false,
    schema: { type: 'string', maxLength: limits.searchTextCharacters },
    example: 'kube',
  })
  @Filter('category', 'A category.', 'compute')
  @Filter('tag', 'A tag.', 'kubernetes')
  @Filter('publisher', 'A publisher, in any spelling.', 'galaxy')
  @Filter('kind', 'The form of its descriptor: native, insightconnect, cloudlaunch.', 'native')
  @Filter('interface', 'The name of an interface.', 'launch')
  @Filter('has', 'What it has: frontend, backend, form, operations, lock.', 'form')
  @Filter('trust', 'trusted or untrusted.', 'trusted')
  @Filter('host', 'A host that it runs on: name or name@version.', 'cloudlaunch@4.1.0')
  @ApiQuery({ name: 'sort', required: false, enum: ['relevance', 'name', 'updated', 'downloads'] })
  @ApiQuery({
    name: 'limit',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
  })
  @ApiQuery({ name: 'cursor', required: false, type: String })
  @ApiOkResponse({ type: SearchBody })
  @Refuses({ kind: 'invalid', code: 'invalid-cursor', when: '`cursor` belongs to another search.' })
  search(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const query = parseSearchQuery(request.query as QueryParameters);
    return this.documents.answerUnkept(request, reply, async () => {
      await this.indexing.caughtUp();
      return jsonDocument(searchBody(await this.index.find(query)));
    });
  }

  @Get('suggest')
  @ApiOperation({ operationId: 'suggestPlugins', summary: 'Complete what is being typed' })
  @ApiQuery({ name: 'q', required: false, type: String, example: 'ku' })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 20 } })
  @ApiOkResponse({ type: SuggestionListBody })
  suggest(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { text, limit } = parseSuggestQuery(request.query as QueryParameters);
    return this.documents.answerUnkept(request, reply, async () => {
      await this.indexing.caughtUp();
      return jsonDocument(suggestionListBody(await this.index.suggest(text, limit)));
    });
  }
}
