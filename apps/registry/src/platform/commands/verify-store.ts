import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { clearLeftovers } from '#blobs-files';
import { VerifyRows } from '#catalog';
import { SqlFileRecords, SqlIndexedPlugins, SqlRowFaults } from '#database';
import type { Database } from '#database';
import { limits, RegistryError } from '#kernel';
import type { Damage } from '#kernel';
import { VerifyFiles } from '#packages';
import { VerifyIndex } from '#search';
import { CannotStart } from '../cannot-start.js';
import type { Settings } from '../settings/config.js';
import { openBlobsToRead } from '../storage/open-blobs.js';
import { openKeptIndex } from '../storage/open-index.js';
import { clusterIdOf } from './cluster-id.js';
import { explainFailure } from './explain-failure.js';
import { openToRead } from './open-to-read.js';
import { VerifyReport } from './verify-report.js';

const damageFound = 1;

export interface VerifyOptions {
  /** Whether all is told at the end, as one JSON document. */
  readonly json: boolean;
  /** Takes lines without their end. */
  readonly say: (text: string) => void;
}

/**
 * Holds everything that the store keeps against everything else, and says what is wrong and how to mend it. Reads only, so
 * that it works beside a running store as well. Resolves with the exit code. Throws CannotStart where it could not look.
 */
export async function verifyStore(settings: Settings, { json, say }: VerifyOptions): Promise<number> {
  const report = new VerifyReport(json, say);
  const database = await openDatabase(settings.database, report);
  if (database) {
    try {
      await verifyAll(settings, database, report);
    } catch (error) {
      // Another code than that of damage: nobody should mend what is only away.
      throw error instanceof RegistryError ? new CannotStart(explainFailure(error).text, 2) : error;
    } finally {
      await database.close();
    }
  }
  return report.end() ? 0 : damageFound;
}

async function verifyAll(settings: Settings, database: Database, report: VerifyReport): Promise<void> {
  await report.take('the database', () => verifyFiles(settings, database, report));
  await report.take('the database', () => verifyRows(database, report));
  await report.take('the search index', () => verifyIndex(settings, database, report));
  await noteLeftovers(settings, report);
}

async function openDatabase(location: string, report: VerifyReport): Promise<Database | undefined> {
  let database: Database | undefined;
  await report.take('the database', async () => {
    database = await openToRead(location);
  });
  return database;
}

async function verifyFiles(settings: Settings, database: Database, report: VerifyReport): Promise<void> {
  const records = new SqlFileRecords(database);
  const due = await records.count();
  const blobs = await openBlobsToRead(settings, due > 0);
  const files = new VerifyFiles(blobs, records);
  const progress = () => `${files.seen.blobs} blobs of about ${due}, ${mebibytes(files.seen.bytes)}`;
  await report.watch(progress, () => takeAll(files.run(), report));
  const { seen } = files;
  report.lookedAt('blobs', seen.blobs);
  report.lookedAt('files', due);
  if (seen.named > 0 && seen.missing === seen.named) {
    report.note(
      'blobs-elsewhere',
      `Of the ${seen.named} blobs that the database names none is at ${settings.blobs}. If the store keeps its bytes elsewhere, set MORTISE_BLOBS (or MORTISE_DATA) as it has it and look again: then none of them is missing.`,
    );
    return;
  }
  if (seen.orphans === 0) return;
  report.note(
    'orphans',
    `Blobs that belong to nothing: ${seen.orphans} (${mebibytes(seen.orphanBytes)}). Uploads that never became a release leave such, and they do no harm.`,
  );
}

async function verifyRows(database: Database, report: VerifyReport): Promise<void> {
  const faults = new SqlRowFaults(database);
  await takeAll(new VerifyRows(faults).run(), report);
  report.lookedAt('releases', await faults.releases());
}

async function verifyIndex(settings: Settings, database: Database, report: VerifyReport): Promise<void> {
  const index = await openKeptIndex(settings, () => clusterIdOf(settings, database));
  if (index === null) {
    report.note(
      'index-absent',
      'There is no search index, or one of another version: the next start makes one from the database.',
    );
    return;
  }
  if (typeof index === 'string') {
    const mend = 'Start the store: it makes the index again from the database.';
    report.damage({ code: 'index-damaged', subject: 'the search index', what: index, mend });
    return;
  }
  try {
    const pauses = { again: () => wait(limits.verifyLookAgainMs), between: () => Promise.resolve() };
    const verification = new VerifyIndex(index, new SqlIndexedPlugins(database), pauses);
    await takeAll(verification.run(), report);
    const { documents, behind } = verification.seen;
    report.lookedAt('indexed plugins', documents);
    if (behind === null) {
      report.note(
        'index-apart',
        'The search index is of another time than the database: the next start makes it again.',
      );
    } else if (behind > 0) {
      report.note(
        'index-behind',
        `The search index has yet to hear of ${behind} changes, and does when the store runs.`,
      );
    }
  } finally {
    await index.close();
  }
}

async function noteLeftovers(settings: Settings, report: VerifyReport): Promise<void> {
  const roots = [join(settings.dataFolder, 'staging'), join(settings.dataFolder, 'web', 'incoming')];
  const blobs = await openBlobsToRead(settings, false);
  const before = Date.now() - limits.leftoverMs;
  let files = await blobs.clearLeftovers(before, 'look');
  for (const root of roots) files += await clearLeftovers(root, before, 'look');
  if (files === 0) return;
  report.note(
    'leftovers',
    `Of uploads that were cut off ${files} pieces lie in ${roots.join(', ')} or where the blobs are: starts of the store and the collection (mortise-registry gc) clear them away.`,
  );
}

async function takeAll(damages: AsyncIterable<Damage>, report: VerifyReport): Promise<void> {
  for await (const damage of damages) report.damage(damage);
}

const mebibytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MiB`;
