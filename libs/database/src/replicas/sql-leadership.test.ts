import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '#kernel';
import type { Term } from '#kernel';
import { eventually } from '#testing';
import { Database } from '../database.js';
import { ClusterSecretRow } from '../rows/access-rows.js';
import { SqlLeadership } from './sql-leadership.js';
import { describeOnPostgres, engines } from '../../../../test/services/engines.js';
import type { EmptyDatabase } from '../../../../test/services/engines.js';

let place: EmptyDatabase;
let database: Database;

const write = (name: string) =>
  database.write((sql) => sql.insert(ClusterSecretRow, { name, value: name, created_at: 1 }));

const names = () =>
  database.read(async (sql) => (await sql.find(ClusterSecretRow)).map(({ name }) => name).sort());

/** As time does, or another process: the term is over, and its holder has not heard of it. */
const endTerm = () => database.write((sql) => sql.query('UPDATE lease SET held_until = 0'));

describe.each(engines)('leadership on $name', (engine) => {
  beforeEach(async () => {
    place = await engine.make();
    database = await Database.open(place.location);
  });
  afterEach(async () => {
    await database.close();
    await place.remove();
  });

  it('is one process’s at a time, with a token that rises each time it is taken', async () => {
    const leadership = new SqlLeadership(database);
    const tokens: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await leadership.attempt('sweep', async (term) => {
        tokens.push(term.token);
        expect(await leadership.attempt('sweep', async () => 'two at once')).toBeUndefined();
        expect(await leadership.attempt('other', async () => 'led')).toBe('led');
      });
    }
    expect(tokens).toEqual([1, 2, 3]);
  });

  it('undoes what is written by one whose term is over, and tells it so', async () => {
    let seen: Term | undefined;
    const led = new SqlLeadership(database).attempt('sweep', async (term) => {
      seen = term;
      await term.confirm();
      await term.fenced(() => write('within'));
      await endTerm();
      await term.fenced(() => write('late'));
    });
    await expect(led).rejects.toMatchObject({ kind: 'unavailable', code: 'lease-lost' });
    expect(await names()).toEqual(['within']);
    expect(seen?.signal.aborted).toBe(true);
    await expect(seen?.confirm()).rejects.toMatchObject({ code: 'lease-lost' });
    // What is not fenced goes on.
    await write('free');
  });

  it('is renewed for as long as it takes', async () => {
    const led = new SqlLeadership(database).attempt('sweep', async (term) => {
      await pause(limits.leaseMs + 1000);
      await term.confirm();
      await term.fenced(() => write('much later'));
      return term.signal.aborted;
    });
    expect(await led).toBe(false);
    expect(await names()).toEqual(['much later']);
  });

  it('tells those who lead when the process stops, and lets nobody begin', async () => {
    const leadership = new SqlLeadership(database);
    const led = leadership.attempt('sweep', async (term) => {
      leadership.stop();
      return term.signal.aborted;
    });
    expect(await led).toBe(true);
    expect(await leadership.attempt('sweep', async () => 'led')).toBeUndefined();
  });
});

describeOnPostgres('leadership over several processes', () => {
  let other: Database;
  beforeEach(async () => {
    place = await engines[1]!.make();
    database = await Database.open(place.location);
    other = await Database.open(place.location);
  });
  afterEach(async () => {
    await other.close();
    await database.close();
    await place.remove();
  });

  it('goes to one of many who ask at once, and to the next as soon as it is let go', async () => {
    const all = [database, other, database, other].map((one) => new SqlLeadership(one));
    let refused = 0;
    const outcomes = await Promise.all(
      all.map(async (leadership) => {
        const outcome = await leadership.attempt('sweep', async () => {
          await eventually(() => refused === all.length - 1);
          return 'led';
        });
        if (outcome === undefined) refused += 1;
        return outcome;
      }),
    );
    expect(outcomes.filter((outcome) => outcome === 'led')).toHaveLength(1);
    expect(await all[1]!.attempt('sweep', async () => 'next')).toBe('next');
  });

  it('can’t be taken while what was written under it is being committed', async () => {
    const second = new SqlLeadership(other);
    const order: string[] = [];
    await new SqlLeadership(database).attempt('sweep', async (term) => {
      let taken: Promise<unknown> = Promise.resolve();
      await term.fenced(() =>
        database.write(async (sql) => {
          await sql.insert(ClusterSecretRow, { name: 'slow', value: '', created_at: 1 });
          const isOver = other.write((their) => their.query('UPDATE lease SET held_until = 0'), {
            turn: false,
          });
          taken = isOver.then(() => second.attempt('sweep', async () => order.push('taken')));
          await pause(300);
          order.push('written');
        }),
      );
      await taken;
    });
    expect(order).toEqual(['written', 'taken']);
  });
});
