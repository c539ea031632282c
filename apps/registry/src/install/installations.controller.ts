import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  Param,
  Patch,
  Post,
  Req,
  Res,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HostPrincipal } from '#access';
import {
  installationNotFound,
  InstallationStore,
  InstallPlugin,
  keyNotFound,
  MoveInstallation,
} from '#install';
import type { Installation } from '#install';
import { Clock, normalizeName, sha256Hex } from '#kernel';
import type { Actor, PluginId } from '#kernel';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiNotModifiedResponse,
  ApiOkResponse,
  ApiOperation,
} from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { namesTag } from '../platform/answers/entity-tag.js';
import { CallerHost, Requires } from '../platform/callers/requires.js';
import { StoreSettings } from '../platform/settings/store-settings.js';
import { KeyPage, keyPage, NewKeyBody, newKeyBody } from './host.body.js';
import {
  InstallationBody,
  installationBody,
  InstallationPage,
  InstallPluginBody,
  MoveInstallationBody,
  NewInstallationBody,
  newInstallationBody,
  RotatePluginKeyBody,
  selectedBy,
  selectorOf,
} from './installation.body.js';
import { expiryOf, newKey } from './new-key.js';

const notThere = {
  kind: 'not-found',
  code: 'installation-not-found',
  when: 'The host has no such installation.',
} as const;
const busy = {
  kind: 'unavailable',
  code: 'installation-busy',
  when: 'Too many change it at once.',
} as const;
const takenId = { kind: 'conflict', code: 'id-taken', when: 'The `id` is or was another’s.' } as const;
const uninstallable = [
  { kind: 'not-found', code: 'host-not-found', when: 'The host was removed just now.' },
  { kind: 'not-found', code: 'plugin-not-found', when: 'There is no such plugin.' },
  { kind: 'not-found', code: 'version-not-found', when: 'There is no such version or channel.' },
  { kind: 'not-found', code: 'no-suitable-version', when: 'No version that may be installed fits.' },
  { kind: 'invalid', code: 'invalid-range', when: '`range` is none.' },
  { kind: 'invalid', code: 'invalid-version', when: '`version` is not exact.' },
  { kind: 'conflict', code: 'yanked', when: 'The version was yanked, and `allow_yanked` was not sent.' },
  {
    kind: 'conflict',
    code: 'host-unsuitable',
    when: 'It requires another host or version, and `ignore_requires` was not sent.',
  },
  { kind: 'conflict', code: 'not-installable', when: 'The entry names no packages.' },
  { kind: 'forbidden', code: 'quarantined', when: 'The version is quarantined.' },
  { kind: 'forbidden', code: 'not-trusted', when: 'Without its front end an interface would have no form.' },
] as const;

@Controller('api/v1/installations')
export class InstallationsController {
  constructor(
    private readonly installPlugin: InstallPlugin,
    private readonly moveInstallation: MoveInstallation,
    private readonly installations: InstallationStore,
    private readonly clock: Clock,
    private readonly settings: StoreSettings,
  ) {}

  @Post()
  @Requires('install')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Install a plugin on this host',
    description:
      'At most one of `version`, `range` and `channel`; without any, the latest, or the newest before it that suits the host. Answers 201 with the plugin’s own key, or 200 without one when the host has that release already (then with that installation’s id, whatever `id` was sent).',
  })
  @ApiCreatedResponse({ type: NewInstallationBody })
  @ApiOkResponse({ type: NewInstallationBody, description: 'The host has it already.' })
  @Refuses(...uninstallable, takenId, busy)
  async install(
    @CallerHost() caller: HostPrincipal,
    @Body() body: InstallPluginBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NewInstallationBody> {
    const { installation, key } = await this.installPlugin.run({
      hostId: caller.hostId,
      id: body.id ?? null,
      plugin: body.plugin.split('/').map(normalizeName).join('/') as PluginId,
      selector: selectorOf(body) ?? { kind: 'latest' },
      trust: body.trust ?? null,
      allowYanked: body.allow_yanked ?? false,
      ignoreRequires: body.ignore_requires ?? false,
      actor: actorOf(caller),
    });
    void reply.status(key ? 201 : 200);
    return newInstallationBody(installation, this.settings.publicUrl, key);
  }

  @Get()
  @Requires('install')
  @ApiOperation({
    summary: 'List what is installed on this host',
    description: 'All of it in one page, by age: the list that every agent of the host follows, by its ETag.',
  })
  @ApiOkResponse({ type: InstallationPage })
  @ApiNotModifiedResponse()
  async list(
    @CallerHost() caller: HostPrincipal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<InstallationPage | undefined> {
    const { publicUrl } = this.settings;
    const revision = await this.installations.revision(caller.hostId);
    const etag = `"${sha256Hex(`${caller.hostId} ${revision} ${publicUrl}`).slice(0, 32)}"`;
    void reply.header('etag', etag).header('cache-control', 'private, no-cache');
    if (namesTag(request.headers['if-none-match'], etag)) {
      void reply.status(304);
      return undefined;
    }
    const items = await this.installations.list(caller.hostId);
    return { items: items.map((one) => installationBody(one, publicUrl)), next: null };
  }

  @Get(':installation')
  @Requires('install')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'See an installation' })
  @ApiOkResponse({ type: InstallationBody })
  @Refuses(notThere)
  async find(
    @CallerHost() caller: HostPrincipal,
    @Param('installation') id: string,
  ): Promise<InstallationBody> {
    return installationBody(await this.own(caller, id), this.settings.publicUrl);
  }

  @Patch(':installation')
  @Requires('install')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Move an installation to another release',
    description:
      'Its id and keys stay; what the keys may do becomes what the new release asks for. Beside a `version`, `range` or `channel` says what updates follow from then on.',
  })
  @ApiOkResponse({ type: InstallationBody })
  @Refuses(
    notThere,
    ...uninstallable,
    {
      kind: 'conflict',
      code: 'already-installed',
      when: 'Another installation of the host has that release.',
    },
    busy,
  )
  async move(
    @CallerHost() caller: HostPrincipal,
    @Param('installation') id: string,
    @Body() body: MoveInstallationBody,
  ): Promise<InstallationBody> {
    const moved = await this.moveInstallation.run({
      hostId: caller.hostId,
      id,
      ...selectedBy(body),
      trust: body.trust ?? null,
      allowYanked: body.allow_yanked ?? false,
      ignoreRequires: body.ignore_requires ?? false,
      actor: actorOf(caller),
    });
    return installationBody(moved, this.settings.publicUrl);
  }

  @Delete(':installation')
  @HttpCode(204)
  @Requires('install')
  @ApiOperation({
    summary: 'Remove an installation',
    description: 'Its keys are refused from the next request on.',
  })
  @ApiNoContentResponse()
  @Refuses(notThere)
  async remove(@CallerHost() caller: HostPrincipal, @Param('installation') id: string): Promise<void> {
    const removed = await this.installations.remove(caller.hostId, id, actorOf(caller), this.clock.now());
    if (!removed) throw installationNotFound();
  }

  @Post(':installation/keys')
  @Requires('install')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Rotate a plugin’s key',
    description:
      'The keys that it replaces (all before it, unless `replaces` says which) end `overlap_s` seconds from now; without it, at once. Each machine of a host can have a key of its own: add it with `"replaces": null`.',
  })
  @ApiCreatedResponse({ type: NewKeyBody })
  @Refuses(
    notThere,
    { kind: 'invalid', code: 'invalid-expiry', when: '`expires_at` lies in the past.' },
    { kind: 'conflict', code: 'too-many', when: 'The installation has as many live keys as it may.' },
    takenId,
  )
  async rotateKey(
    @CallerHost() caller: HostPrincipal,
    @Param('installation') id: string,
    @Body() body: RotatePluginKeyBody,
  ): Promise<NewKeyBody> {
    const now = this.clock.now();
    const wish = {
      kind: 'plugin',
      name: body.name ?? null,
      expiresAt: expiryOf(body.expires_at, now),
      now,
    } as const;
    const installation = await this.own(caller, id);
    const added = body.id === undefined ? newKey(wish) : { ...newKey(wish), id: body.id };
    const { replaces } = body;
    const key = await this.installations.addKey(installation, added, actorOf(caller), {
      which: replaces === undefined ? 'all' : replaces === null ? null : { id: replaces },
      at: now + (body.overlap_s ?? 0) * 1_000,
    });
    return newKeyBody(key);
  }

  @Get(':installation/keys')
  @Requires('install')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'List a plugin’s live keys', description: 'Never the keys themselves.' })
  @ApiOkResponse({ type: KeyPage })
  @Refuses(notThere)
  async keys(@CallerHost() caller: HostPrincipal, @Param('installation') id: string): Promise<KeyPage> {
    const installation = await this.own(caller, id);
    return keyPage(await this.installations.keys(installation.id, this.clock.now()));
  }

  @Delete(':installation/keys/:key')
  @HttpCode(204)
  @Requires('install')
  @ApiOperation({ summary: 'Revoke a plugin’s key', description: 'It is refused from the next request on.' })
  @ApiNoContentResponse()
  @Refuses(notThere, { kind: 'not-found', code: 'key-not-found', when: 'It has no such live key.' })
  async revokeKey(
    @CallerHost() caller: HostPrincipal,
    @Param('installation') id: string,
    @Param('key') keyId: string,
  ): Promise<void> {
    const installation = await this.own(caller, id);
    const revoked = await this.installations.revokeKey(
      installation,
      keyId,
      actorOf(caller),
      this.clock.now(),
    );
    if (!revoked) throw keyNotFound();
  }

  private async own(caller: HostPrincipal, id: string): Promise<Installation> {
    const installation = await this.installations.find(caller.hostId, id);
    if (!installation) throw installationNotFound();
    return installation;
  }
}

export const actorOf = (caller: HostPrincipal): Actor => ({
  kind: 'host',
  id: caller.hostId,
  name: caller.hostName,
});
