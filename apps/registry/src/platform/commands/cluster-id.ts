import { SecretSeal, SqlClusterSecrets } from '#database';
import type { Database } from '#database';
import type { Settings } from '../settings/config.js';
import { CannotStart } from '../cannot-start.js';
import { SystemClock } from '../system-clock.js';

/**
 * What names the store among others, as the first start chose it; read beside a running store. Throws `secret-key-missing` or
 * `secret-key-wrong` where the secrets are sealed and don't open.
 */
export async function clusterIdOf(settings: Settings, database: Database): Promise<string> {
  const seal = new SecretSeal(settings.secretKey);
  const secrets = await SqlClusterSecrets.look(database, new SystemClock(), seal);
  const found = await secrets.find('cluster-id');
  if (found === undefined)
    throw new CannotStart('No store has started on this database yet: start it first.', 2);
  return found;
}
