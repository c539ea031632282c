import type { EntityManager } from 'typeorm';
import type { Publication, Release, Upload } from '#catalog';
import { splitPluginId } from '#kernel';
import { announceChange } from './announce-change.js';
import type { AfterCommit } from './database.js';
import type { Notices } from './notices.js';
import { pointChannel } from './point-channel.js';
import { recordAct } from './record-act.js';
import {
  PackageFileRow,
  PluginRow,
  ReleaseArtifactRow,
  ReleasePinRow,
  ReleaseRow,
} from './rows/catalog-rows.js';
import { writePackageFiles } from './write-package-files.js';

/** Everything that a publication writes, as the work of one transaction. */
export async function writePublication(
  sql: EntityManager,
  afterCommit: AfterCommit,
  notices: Notices,
  publication: Publication,
): Promise<void> {
  const { release, uploads, held, act } = publication;
  const { plugin, version, publishedAt: at } = release;
  await writePlugin(sql, release);
  await writeRelease(sql, publication);
  for (const pin of release.pins) {
    const artifacts = uploads.filter((upload) => upload.pin === pin).map(({ artifact }) => artifact);
    await writePackageFiles(sql, pin, artifacts, { publisher: splitPluginId(plugin).publisher, at });
  }
  const pins = release.pins.map((pin) => ({ release_id: release.id, ...pin }));
  if (pins.length > 0) await sql.insert(ReleasePinRow, pins);
  if (uploads.length > 0)
    await sql.insert(
      ReleaseArtifactRow,
      uploads.map(({ artifact }) => toArtifactRow(release, artifact)),
    );
  for (const upload of held) await copyHeldFile(sql, release, upload);
  for (const channel of release.descriptor.channels) {
    await pointChannel(sql, { plugin, channel, version, at, by: release.publishedBy });
  }
  await recordAct(sql, act);
  await announceChange(sql, afterCommit, notices, {
    type: 'release-published',
    plugin,
    version,
    visible: release.standing.review === 'approved',
    at,
  });
}

async function writePlugin(sql: EntityManager, { plugin, descriptor, publishedAt }: Release): Promise<void> {
  await sql
    .createQueryBuilder()
    .insert()
    .into(PluginRow)
    .values({
      id: plugin,
      ...splitPluginId(plugin),
      display_name: descriptor.name,
      latest_version: null,
      revision: 0,
      downloads: 0,
      created_at: publishedAt,
      updated_at: publishedAt,
    })
    .orUpdate(['display_name'], ['id'])
    .updateEntity(false)
    .execute();
}

async function writeRelease(sql: EntityManager, { release, descriptorBytes }: Publication): Promise<void> {
  const { standing } = release;
  await sql.insert(ReleaseRow, {
    id: release.id,
    plugin_id: release.plugin,
    version: release.version,
    version_label: release.versionLabel,
    descriptor_bytes: descriptorBytes,
    descriptor_sha256: release.descriptorSha256,
    descriptor: release.descriptor,
    problems: release.problems,
    published_at: release.publishedAt,
    published_by: release.publishedBy,
    deprecation_message: standing.deprecated?.message ?? null,
    replaced_by: standing.deprecated?.replacedBy ?? null,
    review: standing.review,
  });
}

const toArtifactRow = (release: Release, artifact: Upload['artifact']) => ({
  release_id: release.id,
  filename: artifact.filename,
  sha256: artifact.sha256,
  size: artifact.size,
  kind: artifact.kind,
  facts: artifact as never,
});

/** What inspection found of a file that was there before stays where it is read from: in the database. */
async function copyHeldFile(sql: EntityManager, release: Release, { artifact, pin }: Upload): Promise<void> {
  if (pin === null) return;
  const row = await sql.findOneOrFail(PackageFileRow, {
    select: { facts: true },
    where: { side: pin.side, name: pin.package, filename: artifact.filename },
  });
  await sql.insert(ReleaseArtifactRow, { ...toArtifactRow(release, artifact), facts: row.facts as never });
}
