import { Controller, Get, Header, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AccountPrincipal } from '#access';
import { limits } from '#kernel';
import { NpmKeys, parseNpmSearch, PullThrough } from '#packages';
import type { NpmKey } from '#packages';
import { readBody } from '../../platform/requests/collect-body.js';
import { ReadsOwnBody } from '../../platform/requests/reads-own-body.js';
import { AtMost } from '../../platform/requests/at-most.js';
import {
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiQuery,
} from '../../platform/contract/api-decorators.js';
import { Log } from '../../platform/server/log.js';
import { CallerAccount, Requires } from '../../platform/callers/requires.js';
import { NpmSearch } from './npm-search.js';

const json = { 'application/json': { schema: { type: 'object', additionalProperties: true } } } as const;

class NpmKeyBody {
  @ApiProperty({ example: 'SHA256:…' })
  keyid!: string;

  @ApiProperty({ format: 'date-time' })
  announced_at!: string;

  @ApiProperty({ format: 'date-time', description: 'From then on it signs.' })
  active_at!: string;
}

/** What npm asks of the registry as a whole. */
@Controller()
export class NpmRegistryController {
  constructor(
    private readonly search: NpmSearch,
    private readonly keys: NpmKeys,
    private readonly pullThrough: PullThrough,
    private readonly log: Log,
  ) {}

  @Get('npm')
  @Requires('read')
  @ApiOperation({ operationId: 'getNpmRegistry', summary: 'The npm registry itself' })
  @ApiOkResponse({ content: json })
  registry(): object {
    return { db_name: 'mortise' };
  }

  @Get('npm/-/ping')
  @Requires('read')
  @Header('cache-control', 'no-store')
  @ApiOperation({ operationId: 'pingNpm', summary: 'Whether the npm registry is there' })
  @ApiOkResponse({ content: json })
  ping(): object {
    return {};
  }

  @Get('npm/-/v1/search')
  @Requires('read')
  @ApiOperation({
    operationId: 'searchNpm',
    summary: 'Search npm packages',
    description:
      'The text takes npm’s qualifiers: `author:`, `maintainer:`, `scope:`, `keywords:a,b` (`a+b`, `-a`), `is:unstable`, `not:unstable`, `is:deprecated`, `not:deprecated`, `boost-exact:false`.',
  })
  @ApiQuery({ name: 'text', required: false, example: 'kube scope:cloudve' })
  @ApiQuery({ name: 'size', required: false, schema: { type: 'integer', maximum: limits.npmSearchResults } })
  @ApiQuery({ name: 'from', required: false, schema: { type: 'integer' } })
  @ApiOkResponse({ content: json })
  async find(@Req() { query }: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { text, size, from } = query as Record<string, unknown>;
    const wanted = parseNpmSearch(
      typeof text === 'string' ? text : '',
      numberIn(from, 0, limits.npmSearchPackages),
      numberIn(size, limits.npmSearchResultsDefault, limits.npmSearchResults),
    );
    const answer = await this.search.answer(wanted);
    reply
      .header('cache-control', 'no-cache')
      .header('content-type', 'application/json; charset=utf-8')
      .send(answer);
  }

  @Get('npm/-/npm/v1/keys')
  @Requires('read')
  @Header('cache-control', 'no-cache')
  @ApiOperation({
    operationId: 'getNpmKeys',
    summary: 'The keys that versions are signed with',
    description: 'The store’s own, the next one from a day before its use; and those of upstream’s registry.',
  })
  @ApiOkResponse({ content: json })
  async published(): Promise<{ keys: NpmKey[] }> {
    return { keys: [...(await this.keys.published()), ...(await this.pullThrough.npmKeys())] };
  }

  @Post('api/v1/npm-keys')
  @Requires('administer')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'rotateNpmKey',
    summary: 'Rotate the key that npm versions are signed with',
    description:
      'Announces a new key, which signs from a day later on; while one is announced, answers with that one. What was signed before stays valid.',
  })
  @ApiCreatedResponse({ type: NpmKeyBody })
  async rotate(@CallerAccount() caller: AccountPrincipal): Promise<NpmKeyBody> {
    const { keyid, announcedAt, activeAt } = await this.keys.rotate();
    this.log.info({ keyid, by: caller.username }, 'a new key for npm versions is announced');
    return {
      keyid,
      announced_at: new Date(announcedAt).toISOString(),
      active_at: new Date(activeAt).toISOString(),
    };
  }

  @Post('npm/-/npm/v1/security/advisories/bulk')
  @Requires('read')
  @ReadsOwnBody()
  @AtMost(limits.npmAuditsAtOnce, 'audits')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'auditNpm',
    summary: 'Advisories on versions: there are none yet',
    description:
      'As `npm audit` asks. What is asked for is not looked into, so that a compressed body costs nothing.',
  })
  @ApiOkResponse({ content: json })
  async audit(@Req() request: FastifyRequest): Promise<object> {
    await readBody(request, limits.npmAuditBytes, () => undefined);
    return {};
  }

  @Post('npm/-/npm/v1/security/audits')
  @Requires('read')
  @ReadsOwnBody()
  @AtMost(limits.npmAuditsAtOnce, 'audits')
  @HttpCode(200)
  @ApiOperation({ operationId: 'auditNpmTree', summary: 'As npm 6 asks for advisories: there are none yet' })
  @ApiOkResponse({ content: json })
  async auditTree(@Req() request: FastifyRequest): Promise<object> {
    await readBody(request, limits.npmAuditBytes, () => undefined);
    return { actions: [], advisories: {}, muted: [], metadata: noFindings };
  }

  @Post('npm/-/npm/v1/security/audits/quick')
  @Requires('read')
  @ReadsOwnBody()
  @AtMost(limits.npmAuditsAtOnce, 'audits')
  @HttpCode(200)
  @ApiOperation({ operationId: 'auditNpmInstall', summary: 'As npm 6 asks for advisories when it installs' })
  @ApiOkResponse({ content: json })
  auditInstall(@Req() request: FastifyRequest): Promise<object> {
    return this.auditTree(request);
  }
}

const noFindings = {
  vulnerabilities: { info: 0, low: 0, moderate: 0, high: 0, critical: 0 },
  dependencies: 0,
  devDependencies: 0,
  optionalDependencies: 0,
  totalDependencies: 0,
};

/** A number that a client sends, within what is allowed; npm has nowhere to tell of one that makes no sense. */
function numberIn(value: unknown, otherwise: number, most: number): number {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : otherwise;
  return Math.min(number, most);
}
