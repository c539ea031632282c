import { Database, DatabaseLock, isPostgresAddress, SqlBlobRemovals } from '#database';
import { RemoveBlobs } from '#packages';
import type { RemovedBlobs } from '#packages';
import type { Settings } from '../settings/config.js';
import { lockedFile } from '../storage/locked-file.js';
import { openBlobs } from '../storage/open-blobs.js';
import { SystemClock } from '../system-clock.js';
import { clusterIdOf } from './cluster-id.js';
import { openToRead } from './open-to-read.js';

export interface RemovalOptions {
  readonly dryRun: boolean;
  /** Whether the answer is one JSON document. */
  readonly json: boolean;
  readonly say: (text: string) => void;
}

/**
 * Removes what nothing needs, or says what would be removed: that works beside a running store in any case, the removal itself
 * where the database is a server. Throws CannotStart, and what RemoveBlobs throws.
 */
export async function removeBlobs(settings: Settings, options: RemovalOptions): Promise<void> {
  const { database: location } = settings;
  const isServer = isPostgresAddress(location);
  const lock = isServer || options.dryRun ? undefined : DatabaseLock.take(lockedFile(settings));
  try {
    const database = await (options.dryRun ? openToRead(location) : Database.open(location));
    try {
      const seen = await run(settings, database, options);
      options.say(options.json ? JSON.stringify(asJson(seen)) : inWords(seen, options.dryRun, settings));
    } finally {
      await database.close();
    }
  } finally {
    lock?.release();
  }
}

async function run(
  settings: Settings,
  database: Database,
  { dryRun }: RemovalOptions,
): Promise<RemovedBlobs> {
  const cluster = await clusterIdOf(settings, database);
  const blobs = await openBlobs(settings);
  const removal = new RemoveBlobs(blobs, new SqlBlobRemovals(database), cluster, new SystemClock());
  return removal.run({ graceMs: settings.blobGraceMs, dryRun });
}

const asJson = ({ blobs, unneeded, unneededBytes, marked, removed, leftovers }: RemovedBlobs) => ({
  blobs,
  unneeded,
  unneeded_bytes: unneededBytes,
  marked,
  removed,
  leftovers,
});

function inWords(seen: RemovedBlobs, dryRun: boolean, { blobGraceMs }: Settings): string {
  const { blobs, unneeded, unneededBytes, marked, removed, leftovers } = seen;
  const [did, willMark, cleared] = dryRun
    ? ['Would be removed', 'would be marked', 'would be cleared away']
    : ['Removed', 'are marked', 'were cleared away'];
  const hours = blobGraceMs / 3_600_000;
  return [
    `Of ${blobs} blobs nothing needs ${unneeded} (${(unneededBytes / 1_048_576).toFixed(1)} MiB).`,
    `${did}: ${removed}. Of the rest ${marked} ${willMark} from now on, and go when nothing needs them ${hours} hours later.`,
    `Of uploads that were cut off ${leftovers} pieces ${cleared}.`,
  ].join('\n');
}
