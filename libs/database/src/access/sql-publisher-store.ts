import {
  lastOwner,
  memberNotFound,
  publisherNotFound,
  publisherTaken,
  PublisherStore,
  tooManyMembers,
} from '#access';
import type { MemberRole, Publisher, PublisherMember, Trust } from '#access';
import { limits } from '#kernel';
import type { AuditedAct } from '#kernel';
import { In, Not } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { announceMaintainers } from './announce-maintainers.js';
import { announcePublisherTrust } from './announce-publisher-trust.js';
import { isUniqueViolation } from '../constraint.js';
import type { Database } from '../database.js';
import { recordAct } from '../trust/record-act.js';
import { AccountRow, PublisherMemberRow, PublisherRow } from '../rows/access-rows.js';

/** Publishers and their members in SQL. */
export class SqlPublisherStore extends PublisherStore {
  constructor(private readonly database: Database) {
    super();
  }

  async add(publisher: Publisher, ownerId: string, act: AuditedAct): Promise<void> {
    const { id, name, title, trust, createdAt } = publisher;
    try {
      await this.database.write(async (sql, tell) => {
        await sql.insert(PublisherRow, { id, name, title, trust, created_at: createdAt });
        await sql.insert(PublisherMemberRow, memberRow(id, ownerId, 'owner', createdAt));
        await recordAct(sql, act);
        tell('publisher', id);
      });
    } catch (error) {
      throw isUniqueViolation(error) ? publisherTaken(id) : error;
    }
  }

  async find(id: string): Promise<Publisher | undefined> {
    const row = await this.database.read((sql) => sql.findOneBy(PublisherRow, { id }));
    if (!row) return undefined;
    return { id, name: row.name, title: row.title, trust: row.trust, createdAt: row.created_at };
  }

  async members(id: string): Promise<readonly PublisherMember[]> {
    return this.database.read(async (sql) => {
      const members = await sql.findBy(PublisherMemberRow, { publisher: id });
      const accounts = await sql.find(AccountRow, {
        select: { id: true, username: true },
        where: { id: In(members.map((member) => member.account_id)) },
        order: { username_key: 'ASC' },
      });
      const memberOf = new Map(members.map((member) => [member.account_id, member]));
      return accounts.flatMap((account) => {
        const member = memberOf.get(account.id);
        return member ? [{ username: account.username, role: member.role, addedAt: member.added_at }] : [];
      });
    });
  }

  async setMember(id: string, accountId: string, role: MemberRole, act: AuditedAct): Promise<void> {
    await this.change(id, act, async (sql) => {
      if (role !== 'owner') await requireAnotherOwner(sql, id, accountId);
      const key = { publisher: id, account_id: accountId };
      const { affected } = await sql.update(PublisherMemberRow, key, { role });
      if (affected) return;
      if ((await sql.countBy(PublisherMemberRow, { publisher: id })) >= limits.membersPerPublisher)
        throw tooManyMembers(id);
      await sql.insert(PublisherMemberRow, memberRow(id, accountId, role, act.at));
    });
  }

  async removeMember(id: string, accountId: string, act: AuditedAct): Promise<void> {
    await this.change(id, act, async (sql) => {
      const key = { publisher: id, account_id: accountId };
      if (!(await sql.existsBy(PublisherMemberRow, key))) throw memberNotFound(id);
      await requireAnotherOwner(sql, id, accountId);
      await sql.delete(PublisherMemberRow, key);
    });
  }

  async setTrust(id: string, trust: Trust, act: AuditedAct): Promise<void> {
    await this.database.write(async (sql, tell) => {
      const { affected } = await sql.update(PublisherRow, { id }, { trust });
      if (!affected) throw publisherNotFound(id);
      await recordAct(sql, act);
      await announcePublisherTrust(sql, tell, id, act.at);
      tell('publisher', id);
    });
  }

  private async change(
    id: string,
    act: AuditedAct,
    work: (sql: EntityManager) => Promise<void>,
  ): Promise<void> {
    await this.database.write(async (sql, tell) => {
      // Writing to the publisher first makes all who change its members wait for each other.
      const { affected } = await sql.update(PublisherRow, { id }, { id });
      if (!affected) throw publisherNotFound(id);
      await work(sql);
      await recordAct(sql, act);
      await announceMaintainers(sql, tell, id);
      tell('publisher', id);
    });
  }
}

function memberRow(publisher: string, accountId: string, role: MemberRole, addedAt: number) {
  return { publisher, account_id: accountId, role, added_at: addedAt };
}

async function requireAnotherOwner(sql: EntityManager, publisher: string, accountId: string): Promise<void> {
  const another = { publisher, role: 'owner' as const, account_id: Not(accountId) };
  if (!(await sql.existsBy(PublisherMemberRow, another))) throw lastOwner(publisher);
}
