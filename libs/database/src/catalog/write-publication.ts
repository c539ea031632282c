import type { EntityManager } from 'typeorm';
import type { Publication, Release, Upload } from '#catalog';
import { splitPluginId } from '#kernel';
import { announceChange } from './announce-change.js';
import type { Tell } from '../database.js';
import { insertRows } from '../insert-rows.js';
import { needBlobs } from '../packages/needed-blobs.js';
import { pointChannel } from './point-channel.js';
import { recordAct } from '../trust/record-act.js';
import { PluginRow, ReleaseArtifactRow, ReleasePinRow, ReleaseRow } from '../rows/catalog-rows.js';
import { PackageFileRow } from '../rows/package-rows.js';
import { findRows } from '../find-rows.js';
import { writePackageFiles } from '../packages/write-package-files.js';

/** Everything that a publication writes, as the work of one transaction. */
export async function writePublication(
  sql: EntityManager,
  tell: Tell,
  publication: Publication,
): Promise<void> {
  const { release, uploads, held, act } = publication;
  const { plugin, version, publishedAt: at } = release;
  await needBlobs(
    sql,
    [...uploads, ...held].map(({ artifact }) => artifact.sha256),
  );
  await writePlugin(sql, release);
  await writeRelease(sql, publication);
  for (const pin of release.pins) {
    const artifacts = uploads.filter((upload) => upload.pin === pin).map(({ artifact }) => artifact);
    await writePackageFiles(sql, pin, artifacts, {
      publisher: splitPluginId(plugin).publisher,
      at,
      by: release.publishedBy,
      origin: 'release',
    });
  }
  const pins = release.pins.map((pin) => ({ release_id: release.id, ...pin }));
  await insertRows(sql, ReleasePinRow, pins);
  const artifacts = uploads.map(({ artifact }) => toArtifactRow(release, artifact));
  await insertRows(sql, ReleaseArtifactRow, artifacts);
  for (const upload of held) await copyHeldFile(sql, release, upload);
  const isApproved = release.standing.review === 'approved';
  // What nobody may see yet takes no channel away from those who follow it: its approval points them.
  for (const channel of isApproved ? release.descriptor.channels : []) {
    await pointChannel(sql, { plugin, channel, version, at, by: release.publishedBy });
  }
  await recordAct(sql, act);
  await announceChange(sql, tell, {
    type: 'release-published',
    plugin,
    version,
    visible: isApproved,
    at,
  });
}

async function writePlugin(sql: EntityManager, { plugin, descriptor, publishedAt }: Release): Promise<void> {
  const row = {
    id: plugin,
    ...splitPluginId(plugin),
    display_name: descriptor.name,
    latest_version: null,
    revision: 0,
    downloads: 0,
    created_at: publishedAt,
    updated_at: publishedAt,
  };
  await insertRows(
    sql,
    PluginRow,
    [row],
    'ON CONFLICT (id) DO UPDATE SET display_name = excluded.display_name',
  );
}

async function writeRelease(sql: EntityManager, publication: Publication): Promise<void> {
  const { release, descriptorBytes } = publication;
  const { standing } = release;
  const row = {
    id: release.id,
    plugin_id: release.plugin,
    version: release.version,
    version_label: release.versionLabel,
    descriptor_bytes: Buffer.from(descriptorBytes),
    descriptor_sha256: release.descriptorSha256,
    descriptor: release.descriptor,
    problems: release.problems,
    published_at: release.publishedAt,
    published_by: release.publishedBy,
    deprecation_message: standing.deprecated?.message ?? null,
    replaced_by: standing.deprecated?.replacedBy ?? null,
    review: standing.review,
  };
  await insertRows(sql, ReleaseRow, [row]);
}

const toArtifactRow = (release: Release, artifact: Upload['artifact']) => ({
  release_id: release.id,
  filename: artifact.filename,
  sha256: artifact.sha256,
  size: artifact.size,
  kind: artifact.kind,
  facts: artifact,
});

/** What inspection found of a file that was there before stays where it is read from: in the database. */
async function copyHeldFile(sql: EntityManager, release: Release, { artifact, pin }: Upload): Promise<void> {
  if (pin === null) return;
  const [row] = await findRows(sql, PackageFileRow, ['facts'], {
    side: pin.side,
    name: pin.package,
    filename: artifact.filename,
  });
  await insertRows(sql, ReleaseArtifactRow, [{ ...toArtifactRow(release, artifact), facts: row?.facts }]);
}
