import { In } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Descriptor } from '#descriptor';
import { ReleaseSource } from '#install';
import type {
  BackendPackage,
  FrontendPackage,
  InstallableRelease,
  PluginChoices,
  StoredFile,
} from '#install';
import { splitPluginId } from '#kernel';
import type { PluginId, Version } from '#kernel';
import type { NpmArtifact, PythonArtifact } from '#packages';
import type { Database } from './database.js';
import { PublisherRow } from './rows/access-rows.js';
import {
  ChannelRow,
  PackageFileRow,
  PluginRow,
  ReleaseArtifactRow,
  ReleasePinRow,
  ReleaseRow,
} from './rows/catalog-rows.js';

export class SqlReleaseSource extends ReleaseSource {
  constructor(private readonly database: Database) {
    super();
  }

  async choices(plugin: PluginId): Promise<PluginChoices | undefined> {
    return this.database.read(async (sql) => {
      const row = await sql.findOneBy(PluginRow, { id: plugin });
      if (!row) return undefined;
      const releases = await sql.find(ReleaseRow, {
        select: {
          version: true,
          yanked_at: true,
          yank_reason: true,
          quarantined_at: true,
          quarantine_reason: true,
          review: true,
        },
        where: { plugin_id: plugin },
      });
      const channels = await sql.findBy(ChannelRow, { plugin_id: plugin });
      return {
        plugin,
        latest: row.latest_version,
        releases: releases.map((release) => ({
          version: release.version,
          review: release.review,
          ...standingOf(release),
        })),
        channels: Object.fromEntries(channels.map((channel) => [channel.name, channel.version])),
      };
    });
  }

  async find(plugin: PluginId, version: Version): Promise<InstallableRelease | undefined> {
    return this.database.read(async (sql) => {
      const row = await sql.findOneBy(ReleaseRow, { plugin_id: plugin, version });
      if (!row) return undefined;
      const publisher = await sql.findOneBy(PublisherRow, { id: splitPluginId(plugin).publisher });
      const own = await sql.findBy(ReleaseArtifactRow, { release_id: row.id });
      return {
        plugin,
        version,
        versionLabel: row.version_label,
        publishedAt: row.published_at,
        ...standingOf(row),
        review: row.review,
        trust: row.trust_override ?? publisher?.trust ?? 'untrusted',
        deprecated:
          row.deprecation_message === null
            ? null
            : { message: row.deprecation_message, replacedBy: row.replaced_by },
        descriptor: row.descriptor as Descriptor,
        descriptorSha256: row.descriptor_sha256,
        descriptorSize: row.descriptor_bytes.length,
        ...(await packagesOf(sql, row.id)),
        icon: storedFile(own.find((artifact) => artifact.kind === 'icon')),
        lock: storedFile(own.find((artifact) => artifact.kind === 'lock')),
      };
    });
  }
}

function standingOf(row: ReleaseRow): Pick<InstallableRelease, 'state' | 'stateReason'> {
  if (row.quarantined_at !== null) return { state: 'quarantined', stateReason: row.quarantine_reason };
  if (row.yanked_at !== null) return { state: 'yanked', stateReason: row.yank_reason };
  return { state: 'active', stateReason: null };
}

function storedFile(row: ReleaseArtifactRow | undefined): StoredFile | null {
  if (!row) return null;
  const { size } = row.facts as { size: number };
  return { filename: row.filename, sha256: row.sha256, size };
}

async function packagesOf(
  sql: EntityManager,
  releaseId: string,
): Promise<{ backends: BackendPackage[]; frontends: FrontendPackage[] }> {
  const pins = await sql.findBy(ReleasePinRow, { release_id: releaseId });
  const files =
    pins.length === 0 ? [] : await sql.findBy(PackageFileRow, { name: In(pins.map((pin) => pin.package)) });
  const filesOf = (pin: ReleasePinRow): PackageFileRow[] =>
    files.filter(
      (file) => file.side === pin.side && file.name === pin.package && file.version === pin.version,
    );
  return {
    backends: pins.filter((pin) => pin.side === 'python').map((pin) => backendOf(pin, filesOf(pin))),
    frontends: pins
      .filter((pin) => pin.side === 'npm')
      .flatMap((pin) => filesOf(pin).map((file) => frontendOf(pin, file))),
  };
}

function backendOf(pin: ReleasePinRow, files: readonly PackageFileRow[]): BackendPackage {
  return {
    package: pin.package,
    version: pin.version,
    files: files.map((file) => {
      const facts = file.facts as PythonArtifact;
      const { filename, sha256 } = file;
      return { filename, sha256, size: facts.size, kind: facts.kind, requiresPython: facts.requiresPython };
    }),
  };
}

function frontendOf(pin: ReleasePinRow, file: PackageFileRow): FrontendPackage {
  const facts = file.facts as NpmArtifact;
  const { filename, sha256 } = file;
  const { size, integrity, entry, files } = facts;
  return {
    package: pin.package,
    version: pin.version,
    tarball: { filename, sha256, size, integrity, entry, files },
  };
}
