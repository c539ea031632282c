import { In, IsNull, MoreThan } from 'typeorm';
import type { EntityManager, FindOptionsWhere } from 'typeorm';
import { hostNotFound, HostStore, idTaken } from '#install';
import type { Host, HostManager, KeyFacts, NewKey } from '#install';
import { decodePageCursor, toPage } from '#kernel';
import type { Actor, Page, PageRequest } from '#kernel';
import { addKeyRow, liveKeys, revokeKeys } from './api-key-rows.js';
import { isUniqueViolation } from '../constraint.js';
import type { Database } from '../database.js';
import { recordAct } from '../trust/record-act.js';
import { PublisherMemberRow } from '../rows/access-rows.js';
import { HostRow, InstallationRow } from '../rows/install-rows.js';

export class SqlHostStore extends HostStore {
  constructor(private readonly database: Database) {
    super();
  }

  async add(host: Host, key: NewKey, actor: Actor): Promise<void> {
    try {
      await this.database.write(async (sql) => {
        await sql.insert(HostRow, {
          id: host.id,
          name: host.name,
          kind: host.kind,
          version: host.version,
          publisher: host.publisher,
          created_by: host.createdBy,
          created_at: host.createdAt,
          removed_at: null,
          revision: 0,
        });
        await addKeyRow(sql, key, host.id, null);
        await record(sql, 'create-host', host.id, actor, host.createdAt, { name: host.name, key: key.id });
      });
    } catch (error) {
      throw isUniqueViolation(error) ? idTaken(host.id) : error;
    }
  }

  async findManaged(id: string, manager: HostManager): Promise<Host | undefined> {
    return this.database.read(async (sql) => {
      const where = await managedBy(sql, manager);
      const row = await sql.findOne(HostRow, { where: where.map((one) => ({ ...one, id })) });
      return row ? hostOf(row) : undefined;
    });
  }

  async find(id: string): Promise<Host | undefined> {
    const row = await this.database.read((sql) => sql.findOneBy(HostRow, { id, removed_at: IsNull() }));
    return row ? hostOf(row) : undefined;
  }

  isMember(publisher: string, accountId: string): Promise<boolean> {
    return this.database.read((sql) =>
      sql.existsBy(PublisherMemberRow, { publisher, account_id: accountId }),
    );
  }

  async listManaged(manager: HostManager, { limit, cursor }: PageRequest): Promise<Page<Host>> {
    const [after] = cursor === null ? [] : decodePageCursor(cursor, ['string']);
    return this.database.read(async (sql) => {
      const where = await managedBy(sql, manager);
      const rows = await sql.find(HostRow, {
        where: after === undefined ? where : where.map((one) => ({ ...one, id: MoreThan(String(after)) })),
        order: { id: 'ASC' },
        take: limit + 1,
      });
      return toPage(rows.map(hostOf), limit, (last) => [last.id]);
    });
  }

  update(host: Host, actor: Actor, at: number): Promise<void> {
    return this.database.write(async (sql, tell) => {
      const live = { id: host.id, removed_at: IsNull() };
      const { affected } = await sql.update(HostRow, live, {
        name: host.name,
        kind: host.kind,
        version: host.version,
      });
      if (affected === 0) throw hostNotFound();
      await record(sql, 'update-host', host.id, actor, at, {
        name: host.name,
        kind: host.kind,
        version: host.version,
      });
      const keys = await liveKeys(sql, { host_id: host.id });
      for (const key of keys) tell('credential', key.sha256);
    });
  }

  remove(id: string, actor: Actor, at: number): Promise<void> {
    return this.database.write(async (sql, tell) => {
      const { affected } = await sql.update(HostRow, { id, removed_at: IsNull() }, { removed_at: at });
      if (affected === 0) throw hostNotFound();
      await sql.update(
        InstallationRow,
        { host_id: id, removed_at: IsNull() },
        { removed_at: at, live_key: null },
      );
      await revokeKeys(sql, tell, { host_id: id }, at);
      await record(sql, 'remove-host', id, actor, at, {});
    });
  }

  addKey(hostId: string, key: NewKey, actor: Actor, retireOthersAt: number | null): Promise<void> {
    return this.database.write(async (sql, tell) => {
      if (!(await sql.existsBy(HostRow, { id: hostId, removed_at: IsNull() }))) throw hostNotFound();
      if (retireOthersAt !== null) {
        const others = { host_id: hostId, kind: 'host' as const };
        await revokeKeys(sql, tell, others, key.createdAt, retireOthersAt);
      }
      await addKeyRow(sql, key, hostId, null);
      await record(sql, 'add-host-key', hostId, actor, key.createdAt, { key: key.id, name: key.name });
    });
  }

  async keys(hostId: string, now: number): Promise<readonly KeyFacts[]> {
    const rows = await this.database.read((sql) => liveKeys(sql, { host_id: hostId, kind: 'host' }, now));
    return rows.map((row) => row.facts);
  }

  revokeKey(hostId: string, keyId: string, actor: Actor, at: number): Promise<boolean> {
    return this.database.write(async (sql, tell) => {
      const which = { host_id: hostId, kind: 'host' as const, id: keyId };
      const revoked = await revokeKeys(sql, tell, which, at);
      if (revoked > 0) await record(sql, 'revoke-host-key', hostId, actor, at, { key: keyId });
      return revoked > 0;
    });
  }
}

/** A host's maker, and the members of its publisher. */
async function managedBy(sql: EntityManager, manager: HostManager): Promise<FindOptionsWhere<HostRow>[]> {
  const memberships = await sql.findBy(PublisherMemberRow, { account_id: manager.accountId });
  const publishers = memberships.map((row) => row.publisher);
  return [
    { created_by: manager.accountId, removed_at: IsNull() },
    { publisher: In(publishers), removed_at: IsNull() },
  ];
}

const hostOf = (row: HostRow): Host => ({
  id: row.id,
  name: row.name,
  kind: row.kind,
  version: row.version,
  publisher: row.publisher,
  createdBy: row.created_by,
  createdAt: row.created_at,
});

const record = (
  sql: EntityManager,
  action: string,
  id: string,
  actor: Actor,
  at: number,
  details: Record<string, unknown>,
): Promise<void> => recordAct(sql, { actor, action, target: `host:${id}`, reason: null, details, at });
