import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import {
  CreatePublisher,
  publisherNotFound,
  PublisherStore,
  RemoveMember,
  SetMember,
  SetPublisherTrust,
} from '#access';
import type { AccountPrincipal } from '#access';
import { normalizeName } from '#kernel';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
} from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { CallerAccount, Requires } from '../platform/callers/requires.js';
import {
  MemberPageBody,
  MemberRoleBody,
  NewPublisherBody,
  PublisherBody,
  PublisherTrustBody,
  toMemberPageBody,
  toPublisherBody,
} from './publisher.body.js';

const notFound = {
  kind: 'not-found',
  code: 'publisher-not-found',
  when: 'There is no such publisher.',
} as const;
const lastOwner = {
  kind: 'conflict',
  code: 'last-owner',
  when: 'The publisher would have no owner afterwards.',
} as const;
const accountNotFound = {
  kind: 'not-found',
  code: 'account-not-found',
  when: 'There is no such account.',
} as const;

/** Namespaces, and who belongs to them. A path takes any spelling of a name. */
@Controller('api/v1/publishers')
export class PublisherController {
  constructor(
    private readonly publishers: PublisherStore,
    private readonly createPublisher: CreatePublisher,
    private readonly setMember: SetMember,
    private readonly removeMember: RemoveMember,
    private readonly setPublisherTrust: SetPublisherTrust,
  ) {}

  @Post()
  @Requires('create-publisher')
  @ApiOperation({
    summary: 'Make a publisher',
    description: 'Its maker is the first owner. It starts untrusted unless an administrator says otherwise.',
  })
  @ApiCreatedResponse({ type: PublisherBody })
  @Refuses(
    { kind: 'invalid', code: 'invalid-name', when: 'The name can’t be one, or is reserved.' },
    {
      kind: 'forbidden',
      code: 'token-too-narrow',
      when: 'The token is limited to a publisher or to plugins.',
    },
    { kind: 'forbidden', code: 'trust-is-for-administrators', when: 'Somebody else asked for trust.' },
    { kind: 'conflict', code: 'publisher-taken', when: 'There is a publisher of that id.' },
  )
  async create(
    @Body() { name, title, trust }: NewPublisherBody,
    @CallerAccount() caller: AccountPrincipal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PublisherBody> {
    const wanted = { name, title: title ?? null, trust: trust ?? null };
    const publisher = await this.createPublisher.run(wanted, caller);
    reply.header('location', `/api/v1/publishers/${publisher.id}`);
    return toPublisherBody(publisher);
  }

  @Get(':publisher')
  @Requires('read')
  @ApiOperation({ summary: 'See a publisher', description: 'With its trust, which its releases start with.' })
  @ApiOkResponse({ type: PublisherBody })
  @Refuses(notFound)
  async find(@Param('publisher') name: string): Promise<PublisherBody> {
    const publisher = await this.publishers.find(normalizeName(name));
    if (!publisher) throw publisherNotFound(normalizeName(name));
    return toPublisherBody(publisher);
  }

  @Get(':publisher/members')
  @Requires('read')
  @ApiOperation({ summary: 'List a publisher’s members', description: 'All of them, by name.' })
  @ApiOkResponse({ type: MemberPageBody })
  @Refuses(notFound)
  async members(@Param('publisher') name: string): Promise<MemberPageBody> {
    const { id } = await this.find(name);
    return toMemberPageBody(await this.publishers.members(id));
  }

  @Put(':publisher/members/:username')
  @Requires('manage-members')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Take somebody into a publisher',
    description: 'Or change what they are there. Owners manage members; maintainers publish and manage.',
  })
  @ApiNoContentResponse({ description: 'They are.' })
  @Refuses(notFound, accountNotFound, lastOwner, {
    kind: 'conflict',
    code: 'too-many-members',
    when: 'The publisher has as many members as it may.',
  })
  async putMember(
    @Param('publisher') name: string,
    @Param('username') username: string,
    @Body() { role }: MemberRoleBody,
    @CallerAccount() caller: AccountPrincipal,
  ): Promise<void> {
    await this.setMember.run(normalizeName(name), username, role, caller);
  }

  @Delete(':publisher/members/:username')
  @Requires('end-membership')
  @HttpCode(204)
  @ApiOperation({
    summary: 'End a membership',
    description: 'An owner ends any, everybody their own; the last owner can’t leave.',
  })
  @ApiNoContentResponse({ description: 'Ended.' })
  @Refuses(notFound, accountNotFound, lastOwner, {
    kind: 'not-found',
    code: 'member-not-found',
    when: 'The account is no member.',
  })
  async deleteMember(
    @Param('publisher') name: string,
    @Param('username') username: string,
    @CallerAccount() caller: AccountPrincipal,
  ): Promise<void> {
    await this.removeMember.run(normalizeName(name), username, caller);
  }

  @Put(':publisher/trust')
  @Requires('administer')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Say whether a publisher is trusted',
    description: 'In force at once for all of its releases, those excepted that were overruled one by one.',
  })
  @ApiNoContentResponse({ description: 'Said.' })
  @Refuses(notFound)
  async putTrust(
    @Param('publisher') name: string,
    @Body() { trust, reason }: PublisherTrustBody,
    @CallerAccount() caller: AccountPrincipal,
  ): Promise<void> {
    await this.setPublisherTrust.run(normalizeName(name), trust, reason, caller);
  }
}
