import { join } from 'node:path';
import { isPostgresAddress } from '#database';
import type { Settings } from '../settings/config.js';

/**
 * The file whose lock says that a store runs on the data: the database's own. Where that is a server the data folder is
 * one process's all the same: its search index and uploads under way lie there.
 */
export const lockedFile = ({ database, dataFolder }: Settings): string =>
  isPostgresAddress(database) ? join(dataFolder, 'mortise.sqlite') : database;
