import type { PluginId } from '#kernel';
import { frontendNotFound, frontendNotServed, quarantined } from './errors.js';
import type { FrontendReleases } from './frontend-releases.js';

export interface FrontendRequest {
  readonly plugin: PluginId;
  /** As it was asked for; only what is exactly a version is found. */
  readonly version: string;
  readonly npmPackage: string;
  /** Whether the caller may see what the plugin has that nobody approved. */
  readonly seesUnapproved: () => Promise<boolean>;
}

export interface OpenedFrontend {
  /** Of the tarball that the release pins. */
  readonly sha256: string;
  /** Whether everyone who may read here may have it. */
  readonly isPublic: boolean;
}

/**
 * Finds the front end of a release for a caller. Throws `frontend-not-found` where there is none that the caller may see,
 * `quarantined`, and `not-trusted`: code of a release that nobody trusts is not for browsers.
 */
export class OpenFrontend {
  constructor(private readonly releases: FrontendReleases) {}

  async run({ plugin, version, npmPackage, seesUnapproved }: FrontendRequest): Promise<OpenedFrontend> {
    const release = await this.releases.find(plugin, version);
    const sha256 = release?.tarballs.get(npmPackage);
    if (!release || sha256 === undefined) throw frontendNotFound(npmPackage);
    const isPublic = release.review === 'approved';
    if (!isPublic && !(await seesUnapproved())) throw frontendNotFound(npmPackage);
    if (release.state === 'quarantined') throw quarantined(plugin, release.version, release.stateReason);
    if (release.trust === 'untrusted') throw frontendNotServed(plugin, release.version);
    return { sha256, isPublic };
  }
}
