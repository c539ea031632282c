import type { EntityManager } from 'typeorm';
import type { AuditedAct } from '#kernel';
import { ModerationStore } from '#trust';
import type {
  PackageVersionName,
  Quarantine,
  QuarantineFollowers,
  ReleaseName,
  ReviewDecision,
} from '#trust';
import { packageVersionKey } from '#catalog';
import { announceChange } from '../catalog/announce-change.js';
import type { Change } from '../catalog/announce-change.js';
import type { Tell, Database } from '../database.js';
import { findRows } from '../find-rows.js';
import { followQuarantine } from './follow-quarantine.js';
import type { FollowedRelease } from './follow-quarantine.js';
import { insertRows } from '../insert-rows.js';
import { ownPinsOf, requirePackageVersion } from './pinned-packages.js';
import { pointChannelsOf } from '../catalog/point-channel.js';
import { recordAct } from './record-act.js';
import { requireRelease } from '../catalog/require-release.js';
import { QuarantineRow, ReleaseRow } from '../rows/catalog-rows.js';
import { PackageRow, PackageVersionRow } from '../rows/package-rows.js';

/** Keeps moderators' decisions, one transaction each. */
export class SqlModerationStore extends ModerationStore {
  constructor(private readonly database: Database) {
    super();
  }

  override async setTrust(
    release: ReleaseName,
    trust: 'trusted' | 'untrusted' | null,
    act: AuditedAct,
  ): Promise<void> {
    await this.database.write(async (sql, tell) => {
      const row = await requireRelease(sql, release.plugin, release.version);
      await sql.update(ReleaseRow, { id: row.id }, { trust_override: trust });
      await recordAct(sql, act);
      await this.announce(sql, tell, act, { ...release, type: 'release-trust-changed' });
    });
  }

  override async setReview(
    release: ReleaseName,
    { review, reason }: ReviewDecision,
    act: AuditedAct,
  ): Promise<void> {
    await this.database.write(async (sql, tell) => {
      const row = await requireRelease(sql, release.plugin, release.version);
      await sql.update(ReleaseRow, { id: row.id }, { review, review_reason: reason });
      if (review === 'approved' && row.review !== 'approved') await pointChannelsOf(sql, row, act.at);
      await recordAct(sql, act);
      await this.announce(sql, tell, act, { ...release, type: `release-${review}` });
      // The feed says no word of a release that isn't approved; who knew it already hears that something changed.
      if (row.review === 'approved' && review !== 'approved') {
        await this.announce(sql, tell, act, { ...release, version: null, type: 'plugin-changed' });
      }
    });
  }

  override async quarantineRelease(
    release: ReleaseName,
    decision: Quarantine | null,
    act: AuditedAct,
  ): Promise<QuarantineFollowers> {
    return this.database.write(async (sql, tell) => {
      const row = await requireRelease(sql, release.plugin, release.version);
      await decide(sql, `release:${row.id}`, decision, act);
      const packages = await ownPinsOf(sql, row);
      const releases = await followQuarantine(sql, packages, [row.id]);
      const followers = {
        packages,
        releases: releases.filter(({ id }) => id !== row.id).map(toName),
      };
      await this.finish(sql, tell, act, { followers, releases });
      return followers;
    });
  }

  override async quarantinePackage(
    name: PackageVersionName,
    decision: Quarantine | null,
    act: AuditedAct,
    isUpstreams = false,
  ): Promise<QuarantineFollowers> {
    return this.database.write(async (sql, tell) => {
      if (isUpstreams) await keepInMind(sql, name, act.at);
      const kept = await requirePackageVersion(sql, name);
      await decide(sql, `package:${kept.side}:${kept.package}@${kept.version}`, decision, act);
      const releases = await followQuarantine(sql, [kept], []);
      const followers = { packages: [kept], releases: releases.map(toName) };
      await this.finish(sql, tell, act, { followers, releases });
      return followers;
    });
  }

  private async finish(
    sql: EntityManager,
    tell: Tell,
    act: AuditedAct,
    { followers, releases }: { followers: QuarantineFollowers; releases: readonly FollowedRelease[] },
  ): Promise<void> {
    await recordAct(sql, { ...act, details: { ...act.details, ...followers } });
    for (const { plugin, version, change } of releases) {
      if (change !== null) await this.announce(sql, tell, act, { plugin, version, type: change });
    }
    for (const { side, package: name } of followers.packages) tell('package', `${side}:${name}`);
  }

  /** The feed passes over what is about a release that isn't approved. */
  private announce(
    sql: EntityManager,
    tell: Tell,
    { at }: AuditedAct,
    change: Pick<Change, 'type' | 'plugin' | 'version'>,
  ): Promise<void> {
    const { type, plugin, version } = change;
    return announceChange(sql, tell, {
      type,
      plugin,
      version,
      visible: true,
      at,
    });
  }
}

/** Makes rows for a version that upstream has and the store hasn't; a name with an owner has nothing of upstream. */
async function keepInMind(
  sql: EntityManager,
  { side, package: name, version }: PackageVersionName,
  at: number,
): Promise<void> {
  const row = { side, name, publisher: null, created_at: at };
  await insertRows(sql, PackageRow, [row], 'ON CONFLICT DO NOTHING');
  const [owner] = await findRows(sql, PackageRow, ['publisher'], { side, name });
  if (owner?.publisher !== null) return;
  const version_key = packageVersionKey(side, version);
  const kept = { side, name, version, version_key, created_at: at, created_by: null };
  await insertRows(sql, PackageVersionRow, [kept], 'ON CONFLICT DO NOTHING');
}

const toName = ({ plugin, version }: FollowedRelease): ReleaseName => ({ plugin, version });

/** Keeps, or takes away, a moderator's own word on a release or a package version. */
async function decide(
  sql: EntityManager,
  subject: string,
  decision: Quarantine | null,
  act: AuditedAct,
): Promise<void> {
  await sql.delete(QuarantineRow, { subject });
  if (decision) await sql.insert(QuarantineRow, { subject, ...decision, by: act.actor.name });
}
