import { Body, Controller, Delete, Get, Header, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { actorOf, hostScopes } from '#access';
import type { AccountPrincipal, HostPrincipal } from '#access';
import { hostNotFound, HostStore, keyNotFound, notOfPublisher } from '#install';
import type { Host, HostManager } from '#install';
import { Clock, normalizeName } from '#kernel';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
} from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { PageQuery, pageOf } from '../platform/requests/page.body.js';
import { CallerAccount, CallerHost, Requires } from '../platform/callers/requires.js';
import {
  AddHostKeyBody,
  ChangeHostBody,
  CreateHostBody,
  HostBody,
  hostBody,
  HostPage,
  hostPage,
  KeyPage,
  keyPage,
  NewHostBody,
  newHostBody,
  NewKeyBody,
  newKeyBody,
} from './host.body.js';
import { expiryOf, newKey } from './new-key.js';

const noSuchHost = { kind: 'not-found', code: 'host-not-found', when: 'You manage no such host.' } as const;
const noSuchKey = {
  kind: 'not-found',
  code: 'key-not-found',
  when: 'The host has no such live key.',
} as const;
const pastExpiry = {
  kind: 'invalid',
  code: 'invalid-expiry',
  when: '`expires_at` lies in the past.',
} as const;

@Controller('api/v1/hosts')
export class HostsController {
  constructor(
    private readonly hosts: HostStore,
    private readonly clock: Clock,
  ) {}

  @Post()
  @Requires('create-host')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Make a host',
    description: 'Its first key is shown once, with all three scopes.',
  })
  @ApiCreatedResponse({ type: NewHostBody })
  @Refuses(
    {
      kind: 'forbidden',
      code: 'not-a-member',
      when: 'You are no member of the publisher that you name.',
    },
    { kind: 'conflict', code: 'id-taken', when: 'The `id` is or was another’s, or made before.' },
  )
  async create(
    @CallerAccount() caller: AccountPrincipal,
    @Body() body: CreateHostBody,
  ): Promise<NewHostBody> {
    const publisher = body.publisher ? normalizeName(body.publisher) : null;
    if (publisher !== null && !(await this.hosts.isMember(publisher, caller.accountId))) {
      throw notOfPublisher(publisher);
    }
    const now = this.clock.now();
    const host: Host = {
      id: body.id ?? randomUUID(),
      name: body.name,
      kind: body.kind ?? null,
      version: body.version ?? null,
      publisher,
      createdBy: caller.accountId,
      createdAt: now,
    };
    const key = { ...newKey({ kind: 'host', name: null, expiresAt: null, now }), scopes: hostScopes };
    await this.hosts.add(host, key, managerOf(caller).actor);
    return newHostBody(host, key);
  }

  @Get()
  @Requires('manage-host')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'List the hosts that you manage',
    description: 'Those you made and those of your publishers.',
  })
  @ApiOkResponse({ type: HostPage })
  async list(@CallerAccount() caller: AccountPrincipal, @Query() query: PageQuery): Promise<HostPage> {
    return hostPage(await this.hosts.listManaged(managerOf(caller), pageOf(query)));
  }

  @Get('me')
  @Requires('install')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'See the host that a key belongs to' })
  @ApiOkResponse({ type: HostBody })
  async me(@CallerHost() caller: HostPrincipal): Promise<HostBody> {
    const host = await this.hosts.find(caller.hostId);
    if (!host) throw hostNotFound();
    return hostBody(host);
  }

  @Get(':host')
  @Requires('manage-host')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'See a host' })
  @ApiOkResponse({ type: HostBody })
  @Refuses(noSuchHost)
  async find(@CallerAccount() caller: AccountPrincipal, @Param('host') id: string): Promise<HostBody> {
    return hostBody(await this.managed(id, caller));
  }

  @Patch(':host')
  @Requires('manage-host')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Change a host', description: 'Say its new version when it was upgraded.' })
  @ApiOkResponse({ type: HostBody })
  @Refuses(noSuchHost)
  async change(
    @CallerAccount() caller: AccountPrincipal,
    @Param('host') id: string,
    @Body() body: ChangeHostBody,
  ): Promise<HostBody> {
    const host = await this.managed(id, caller);
    const changed: Host = {
      ...host,
      name: body.name ?? host.name,
      kind: body.kind === undefined ? host.kind : body.kind,
      version: body.version === undefined ? host.version : body.version,
    };
    await this.hosts.update(changed, managerOf(caller).actor, this.clock.now());
    return hostBody(changed);
  }

  @Delete(':host')
  @HttpCode(204)
  @Requires('manage-host')
  @ApiOperation({
    summary: 'Remove a host',
    description: 'Its keys and those of its plugins are revoked at once.',
  })
  @ApiNoContentResponse()
  @Refuses(noSuchHost)
  async remove(@CallerAccount() caller: AccountPrincipal, @Param('host') id: string): Promise<void> {
    const host = await this.managed(id, caller);
    await this.hosts.remove(host.id, managerOf(caller).actor, this.clock.now());
  }

  @Post(':host/keys')
  @Requires('manage-host')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Add a host key',
    description: 'With `overlap_s` the keys before it end that many seconds from now; without, they live on.',
  })
  @ApiCreatedResponse({ type: NewKeyBody })
  @Refuses(noSuchHost, pastExpiry, {
    kind: 'conflict',
    code: 'too-many',
    when: 'The host has as many keys as it may.',
  })
  async addKey(
    @CallerAccount() caller: AccountPrincipal,
    @Param('host') id: string,
    @Body() body: AddHostKeyBody,
  ): Promise<NewKeyBody> {
    const host = await this.managed(id, caller);
    const now = this.clock.now();
    const wish = {
      kind: 'host',
      name: body.name ?? null,
      expiresAt: expiryOf(body.expires_at, now),
      now,
    } as const;
    const key = { ...newKey(wish), scopes: body.scopes ?? hostScopes };
    const retireOthersAt = body.overlap_s === undefined ? null : now + body.overlap_s * 1_000;
    await this.hosts.addKey(host.id, key, managerOf(caller).actor, retireOthersAt);
    return newKeyBody(key);
  }

  @Get(':host/keys')
  @Requires('manage-host')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'List a host’s live keys', description: 'Never the keys themselves.' })
  @ApiOkResponse({ type: KeyPage })
  @Refuses(noSuchHost)
  async keys(@CallerAccount() caller: AccountPrincipal, @Param('host') id: string): Promise<KeyPage> {
    const host = await this.managed(id, caller);
    return keyPage(await this.hosts.keys(host.id, this.clock.now()));
  }

  @Delete(':host/keys/:key')
  @HttpCode(204)
  @Requires('manage-host')
  @ApiOperation({ summary: 'Revoke a host key', description: 'It is refused from the next request on.' })
  @ApiNoContentResponse()
  @Refuses(noSuchHost, noSuchKey)
  async revokeKey(
    @CallerAccount() caller: AccountPrincipal,
    @Param('host') id: string,
    @Param('key') keyId: string,
  ): Promise<void> {
    const host = await this.managed(id, caller);
    const revoked = await this.hosts.revokeKey(host.id, keyId, managerOf(caller).actor, this.clock.now());
    if (!revoked) throw keyNotFound();
  }

  private async managed(id: string, caller: AccountPrincipal): Promise<Host> {
    const host = await this.hosts.findManaged(id, managerOf(caller));
    if (!host) throw hostNotFound();
    return host;
  }
}

const managerOf = (caller: AccountPrincipal): HostManager => ({
  accountId: caller.accountId,
  actor: actorOf(caller),
});
