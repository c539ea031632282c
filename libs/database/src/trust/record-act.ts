import type { EntityManager } from 'typeorm';
import type { AuditedAct } from '#kernel';
import { insertRows } from '../insert-rows.js';
import { AuditEntryRow } from '../rows/access-rows.js';

/** Writes an act into the audit log, as a part of the transaction that does it. */
export async function recordAct(sql: EntityManager, act: AuditedAct): Promise<void> {
  const entry = {
    at: act.at,
    actor_kind: act.actor.kind,
    actor_id: act.actor.id,
    actor: act.actor.name,
    action: act.action,
    target: act.target,
    reason: act.reason,
    details: act.details,
  };
  await insertRows(sql, AuditEntryRow, [entry]);
}
