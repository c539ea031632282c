import { Controller, Get, Header } from '@nestjs/common';
import type { HostPrincipal } from '#access';
import { findUpdates, hostNotFound, HostStore, InstallationStore, InstallableReleases } from '#install';
import { limits } from '#kernel';
import { AtMost } from '../platform/requests/at-most.js';
import { ApiOkResponse, ApiOperation } from '../platform/contract/api-decorators.js';
import { CallerHost, Requires } from '../platform/callers/requires.js';
import { UpdatesBody, updatesBody } from './update.body.js';

@Controller('api/v1/hosts/me/updates')
export class UpdatesController {
  constructor(
    private readonly hosts: HostStore,
    private readonly installations: InstallationStore,
    private readonly releases: InstallableReleases,
  ) {}

  @Get()
  @Requires('install')
  @AtMost(limits.updatesAtOnce, 'updates')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'What this host should know of its plugins',
    description:
      'Newer releases that suit the host, and what was yanked, quarantined or deprecated of what it has.',
  })
  @ApiOkResponse({ type: UpdatesBody })
  async list(@CallerHost() caller: HostPrincipal): Promise<UpdatesBody> {
    const host = await this.hosts.find(caller.hostId);
    if (!host) throw hostNotFound();
    const installations = await this.installations.list(host.id);
    return updatesBody(await findUpdates(this.releases, host, installations));
  }
}
