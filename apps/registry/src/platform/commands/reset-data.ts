import { existsSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { isS3Address } from '#blobs-s3';
import { DatabaseLock, isPostgresAddress, shownLocation } from '#database';
import { CannotStart } from '../cannot-start.js';
import type { Settings } from '../settings/config.js';
import { DataFolder } from '../storage/data-folder.js';
import { lockedFile } from '../storage/locked-file.js';

/** Deletes the data folder and says what was done. Throws when it isn't the store's own, or a store runs on it. */
export function resetData(settings: Settings): string {
  const { dataFolder, database, blobs } = settings;
  const databaseFile = lockedFile(settings);
  if (!existsSync(dataFolder)) return `There is no data folder ${dataFolder}: nothing to delete.`;
  if (!DataFolder.isOurs(dataFolder)) {
    throw new CannotStart(
      `${dataFolder} was not made by the store (it has no mortise.json), so it is left alone: delete it yourself if you mean to.`,
    );
  }
  if (existsSync(`${databaseFile}.lock`)) DatabaseLock.take(databaseFile).release();
  rmSync(dataFolder, { recursive: true, force: true });
  const isLeft = (path: string): boolean => relative(dataFolder, path).startsWith('..') && existsSync(path);
  const keepsDatabase = isPostgresAddress(database) || isLeft(database);
  const keepsBlobs = isS3Address(blobs) || isLeft(blobs);
  const elsewhere = [...(keepsDatabase ? [shownLocation(database)] : []), ...(keepsBlobs ? [blobs] : [])];
  if (elsewhere.length === 0) return `Deleted ${dataFolder}. The next start is a first start.`;
  return [
    `Deleted ${dataFolder}. Left alone, being elsewhere: ${elsewhere.join(', ')}.`,
    ...(keepsDatabase ? [] : ['The next start is a first start.']),
    ...(keepsBlobs && !keepsDatabase
      ? [`It needs another place for its bytes: remove those in ${blobs}, or change MORTISE_BLOBS.`]
      : []),
  ].join(' ');
}
