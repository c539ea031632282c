import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '#kernel';
import { eventually } from '#testing';
import { Database } from '../database.js';
import { describeOnPostgres, engines } from '../../../../test/services/engines.js';
import type { EmptyDatabase } from '../../../../test/services/engines.js';

describeOnPostgres('notices between processes', () => {
  let place: EmptyDatabase;
  let teller: Database;
  let hearer: Database;
  let heard: string[];

  beforeEach(async () => {
    place = await engines[1]!.make();
    [teller, hearer] = await Promise.all([Database.open(place.location), Database.open(place.location)]);
    heard = [];
    hearer.notices.subscribe(
      'plugin',
      (key) => heard.push(key),
      () => heard.push('everything'),
    );
  });
  afterEach(async () => {
    await Promise.all([teller.close(), hearer.close()]);
    await place.remove();
  });

  const tell = (...keys: string[]) =>
    teller.write(async (_sql, say) => {
      for (const key of keys) say('plugin', key);
    });

  it('come in the order of the commits, many at once as well as one', async () => {
    const many = Array.from({ length: 2000 }, (_, at) => `a/${at}-${'x'.repeat(40)}`);
    await tell('a/before');
    await tell(...many);
    await tell('a/after');
    await eventually(() => heard.length === many.length + 2);
    expect(heard).toEqual(['a/before', ...many, 'a/after']);
  });

  it('come without the message that there are some, should it be lost', async () => {
    await hearer.read((sql) =>
      sql.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()
           AND (query LIKE 'LISTEN%' OR query LIKE '%FROM notice%')`,
      ),
    );
    await tell('a/meanwhile');
    await eventually(() => heard.includes('a/meanwhile'));
  });

  it('are not heard by who told them', async () => {
    const own: string[] = [];
    teller.notices.subscribe(
      'plugin',
      (key) => own.push(key),
      () => own.push('everything'),
    );
    await tell('a/once');
    await eventually(() => heard.includes('a/once'));
    await pause(limits.databaseAskedEveryMs * 2);
    expect(own).toEqual(['a/once']);
  });

  it('that were removed before they were heard make everything count as changed', async () => {
    await hearer.close();
    hearer = await Database.open(place.location);
    hearer.notices.subscribe(
      'plugin',
      (key) => heard.push(key),
      () => heard.push('everything'),
    );
    await teller.write((sql) =>
      sql
        .query('LOCK TABLE notice IN ACCESS EXCLUSIVE MODE')
        .then(() => sql.query('UPDATE notice SET sequence = sequence + 1000')),
    );
    await eventually(() => heard.includes('everything'));
  });

  it('of which others took the numbers, after a failover that lost some, make everything count as changed', async () => {
    await tell('a/lost');
    await eventually(() => heard.includes('a/lost'));
    await teller.write(async (sql) => {
      await sql.query('LOCK TABLE notice IN ACCESS EXCLUSIVE MODE');
      await sql.query(
        `UPDATE notice SET told_by = 'another', told = '[["plugin","a/other"]]' WHERE sequence = (SELECT max(sequence) FROM notice)`,
      );
    });
    await eventually(() => heard.includes('everything'));
  });

  it('have a process know whether it is current', async () => {
    expect(hearer.isCurrent).toBe(true);
    const lock = teller.write(async (sql) => {
      await sql.query('LOCK TABLE notice IN ACCESS EXCLUSIVE MODE');
      await pause(limits.noticesCurrentMs + 500);
      expect(hearer.isCurrent).toBe(false);
    });
    await pause(limits.noticesCurrentMs + 300);
    await hearer.becomeCurrent();
    expect(hearer.isCurrent).toBe(true);
    await lock;
  });

  it('can’t be told by a write that takes no turn', async () => {
    const write = teller.write(async (_sql, say) => say('plugin', 'a/b'), { turn: false });
    await expect(write).rejects.toThrow('takes no turn');
  });
});
