import { IsNull, LessThan } from 'typeorm';
import type { EntityManager, FindOptionsWhere } from 'typeorm';
import {
  alreadyInstalled,
  hostNotFound,
  idTaken,
  InstallationStore,
  installationNotFound,
  tooMany,
} from '#install';
import type {
  Installation,
  InstallationMove,
  InstallationReport,
  KeyFacts,
  KeyReplacement,
  NewKey,
} from '#install';
import { decodePageCursor, limits, toPage } from '#kernel';
import type { Actor, Page, PageRequest, PluginId, Version } from '#kernel';
import { addKeyRow, liveKeys, revokeKeys } from './api-key-rows.js';
import { isUniqueViolation } from '../constraint.js';
import type { Database } from '../database.js';
import { recordAct } from '../trust/record-act.js';
import { ApiKeyRow, HostRow, InstallationReportRow, InstallationRow } from '../rows/install-rows.js';

export class SqlInstallationStore extends InstallationStore {
  constructor(private readonly database: Database) {
    super();
  }

  async add(installation: Installation, key: NewKey, actor: Actor): Promise<Installation | undefined> {
    const { hostId, plugin, version } = installation;
    try {
      await this.database.write(async (sql) => {
        if (!(await sql.existsBy(HostRow, { id: hostId, removed_at: IsNull() }))) throw hostNotFound();
        const live = await sql.countBy(InstallationRow, { host_id: hostId, removed_at: IsNull() });
        if (live >= limits.installationsPerHost)
          throw tooMany('installations on a host', limits.installationsPerHost);
        await sql.insert(InstallationRow, { ...rowOf(installation), id: installation.id, removed_at: null });
        await addKeyRow(sql, key, hostId, installation.id);
        await raiseRevision(sql, hostId);
        await record(sql, 'install-plugin', installation, actor, installation.createdAt);
      });
      return undefined;
    } catch (error) {
      const winner = isUniqueViolation(error) ? await this.findRelease(hostId, plugin, version) : undefined;
      if (winner) return winner;
      throw isUniqueViolation(error) ? idTaken(installation.id) : error;
    }
  }

  async find(hostId: string, id: string): Promise<Installation | undefined> {
    const where = { id, host_id: hostId, removed_at: IsNull() };
    const row = await this.database.read((sql) => sql.findOneBy(InstallationRow, where));
    return row ? installationOf(row) : undefined;
  }

  async findRelease(hostId: string, plugin: PluginId, version: Version): Promise<Installation | undefined> {
    const where = { live_key: liveKeyOf(hostId, plugin, version) };
    const row = await this.database.read((sql) => sql.findOneBy(InstallationRow, where));
    return row ? installationOf(row) : undefined;
  }

  async list(hostId: string): Promise<readonly Installation[]> {
    const rows = await this.database.read((sql) =>
      sql.find(InstallationRow, {
        where: { host_id: hostId, removed_at: IsNull() },
        order: { created_at: 'ASC', id: 'ASC' },
      }),
    );
    return rows.map(installationOf);
  }

  async revision(hostId: string): Promise<number> {
    const row = await this.database.read((sql) =>
      sql.findOne(HostRow, { select: { id: true, revision: true }, where: { id: hostId } }),
    );
    return row?.revision ?? 0;
  }

  async move({ from, to, scopes, actor }: InstallationMove): Promise<boolean> {
    try {
      return await this.database.write(async (sql, tell) => {
        const which = { id: to.id, removed_at: IsNull() };
        const { affected } = await sql.update(InstallationRow, { ...which, ...asSeen(from) }, rowOf(to));
        if (affected === 0) {
          if (await sql.existsBy(InstallationRow, which)) return false;
          throw installationNotFound();
        }
        await sql.update(ApiKeyRow, { installation_id: to.id }, { scopes: [...scopes] });
        await raiseRevision(sql, to.hostId);
        await record(sql, 'move-installation', to, actor, to.updatedAt);
        const keys = await liveKeys(sql, { installation_id: to.id });
        for (const key of keys) tell('credential', key.sha256);
        return true;
      });
    } catch (error) {
      if (isUniqueViolation(error)) throw alreadyInstalled(to.plugin, to.version);
      throw error;
    }
  }

  remove(hostId: string, id: string, actor: Actor, at: number): Promise<boolean> {
    return this.database.write(async (sql, tell) => {
      const row = await sql.findOneBy(InstallationRow, { id, host_id: hostId, removed_at: IsNull() });
      if (!row) return false;
      await sql.update(InstallationRow, { id }, { removed_at: at, live_key: null });
      await revokeKeys(sql, tell, { installation_id: id }, at);
      await raiseRevision(sql, hostId);
      await record(sql, 'remove-installation', installationOf(row), actor, at);
      return true;
    });
  }

  async addKey(
    installation: Installation,
    wish: Omit<NewKey, 'scopes'>,
    actor: Actor,
    { which, at }: KeyReplacement,
  ): Promise<NewKey> {
    const adding = this.database.write(async (sql, tell) => {
      const isLive = await sql.existsBy(InstallationRow, { id: installation.id, removed_at: IsNull() });
      if (!isLive) throw installationNotFound();
      const siblings = { installation_id: installation.id };
      const replaced = which === 'all' ? siblings : { ...siblings, ...which };
      if (which) await revokeKeys(sql, tell, replaced, wish.createdAt, at);
      // A move gives every key its scopes, revoked ones too, so that the newest always tells them.
      const newest = await sql.findOne(ApiKeyRow, { where: siblings, order: { created_at: 'DESC' } });
      const key: NewKey = { ...wish, scopes: newest?.scopes ?? [] };
      await addKeyRow(sql, key, installation.hostId, installation.id);
      await record(sql, 'add-plugin-key', installation, actor, wish.createdAt, { key: key.id });
      return key;
    });
    return adding.catch((error: unknown) => {
      throw isUniqueViolation(error) ? idTaken(wish.id) : error;
    });
  }

  async keys(installationId: string, now: number): Promise<readonly KeyFacts[]> {
    const rows = await this.database.read((sql) => liveKeys(sql, { installation_id: installationId }, now));
    return rows.map((row) => row.facts);
  }

  revokeKey(installation: Installation, keyId: string, actor: Actor, at: number): Promise<boolean> {
    return this.database.write(async (sql, tell) => {
      const which = { installation_id: installation.id, id: keyId };
      const revoked = await revokeKeys(sql, tell, which, at);
      if (revoked > 0) await record(sql, 'revoke-plugin-key', installation, actor, at, { key: keyId });
      return revoked > 0;
    });
  }

  addReport(installation: Installation, report: InstallationReport): Promise<void> {
    return this.database.write(async (sql) => {
      const row = {
        installation_id: installation.id,
        plugin_id: installation.plugin,
        kind: report.kind,
        message: report.message,
        version: report.version,
        at: report.at,
      };
      // Whoever didn't hear the answer sends it again.
      if (await sql.existsBy(InstallationReportRow, { ...row, interface: report.interface ?? IsNull() }))
        return;
      await sql.insert(InstallationReportRow, {
        ...row,
        interface: report.interface,
        received_at: report.receivedAt,
      });
      const oldestKept = await sql.find(InstallationReportRow, {
        select: { sequence: true },
        where: { installation_id: installation.id },
        order: { sequence: 'DESC' },
        skip: limits.reportsPerInstallation - 1,
        take: 1,
      });
      const from = oldestKept[0]?.sequence;
      if (from === undefined) return;
      await sql.delete(InstallationReportRow, { installation_id: installation.id, sequence: LessThan(from) });
    });
  }

  reports(installationId: string, page: PageRequest): Promise<Page<InstallationReport>> {
    return this.reportsOf({ installation_id: installationId }, page);
  }

  pluginReports(plugin: PluginId, page: PageRequest): Promise<Page<InstallationReport>> {
    return this.reportsOf({ plugin_id: plugin }, page);
  }

  private async reportsOf(
    which: FindOptionsWhere<InstallationReportRow>,
    { limit, cursor }: PageRequest,
  ): Promise<Page<InstallationReport>> {
    const [before] = cursor === null ? [] : decodePageCursor(cursor, ['number']);
    const rows = await this.database.read((sql) =>
      sql.find(InstallationReportRow, {
        where: { ...which, ...(before === undefined ? {} : { sequence: LessThan(Number(before)) }) },
        order: { sequence: 'DESC' },
        take: limit + 1,
      }),
    );
    const { items, next } = toPage(rows, limit, (last) => [last.sequence]);
    return { items: items.map(reportOf), next };
  }
}

const liveKeyOf = (hostId: string, plugin: PluginId, version: Version): string =>
  `${hostId} ${plugin} ${version}`;

/** What a change of an installation changes. */
const asSeen = ({ version, range, channel, trust, updatedAt }: Installation) => ({
  version,
  wanted_range: range ?? IsNull(),
  wanted_channel: channel ?? IsNull(),
  trust,
  updated_at: updatedAt,
});

const rowOf = (installation: Installation) => ({
  host_id: installation.hostId,
  plugin_id: installation.plugin,
  version: installation.version,
  wanted_range: installation.range,
  wanted_channel: installation.channel,
  trust: installation.trust,
  created_at: installation.createdAt,
  updated_at: installation.updatedAt,
  live_key: liveKeyOf(installation.hostId, installation.plugin, installation.version),
});

const installationOf = (row: InstallationRow): Installation => ({
  id: row.id,
  hostId: row.host_id,
  plugin: row.plugin_id as PluginId,
  version: row.version,
  range: row.wanted_range,
  channel: row.wanted_channel,
  trust: row.trust,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const reportOf = (row: InstallationReportRow): InstallationReport => ({
  kind: row.kind,
  message: row.message,
  interface: row.interface,
  version: row.version,
  at: row.at,
  receivedAt: row.received_at,
});

async function raiseRevision(sql: EntityManager, hostId: string): Promise<void> {
  await sql.increment(HostRow, { id: hostId }, 'revision', 1);
}

const record = (
  sql: EntityManager,
  action: string,
  installation: Installation,
  actor: Actor,
  at: number,
  details: Record<string, unknown> = {},
): Promise<void> =>
  recordAct(sql, {
    actor,
    action,
    target: `installation:${installation.id}`,
    reason: null,
    details: { plugin: installation.plugin, version: installation.version, ...details },
    at,
  });
