import { IsNull } from 'typeorm';
import { KeyStore } from '#install';
import type { PluginKeyFacts } from '#install';
import type { Actor, PluginId } from '#kernel';
import { liveKeys, revokeKeys } from './api-key-rows.js';
import type { Database } from '../database.js';
import { recordAct } from '../trust/record-act.js';
import { ApiKeyRow, InstallationRow } from '../rows/install-rows.js';

export class SqlKeyStore extends KeyStore {
  constructor(private readonly database: Database) {
    super();
  }

  async findPluginKey(sha256: string): Promise<PluginKeyFacts | undefined> {
    return this.database.read(async (sql) => {
      const key = await sql.findOneBy(ApiKeyRow, { sha256, kind: 'plugin', revoked_at: IsNull() });
      if (!key?.installation_id) return undefined;
      const installation = await sql.findOneBy(InstallationRow, {
        id: key.installation_id,
        removed_at: IsNull(),
      });
      if (!installation) return undefined;
      return {
        keyId: key.id,
        hostId: key.host_id,
        installationId: installation.id,
        plugin: installation.plugin_id as PluginId,
        version: installation.version,
        scopes: key.scopes,
        createdAt: key.created_at,
        expiresAt: key.expires_at,
      };
    });
  }

  revoke(hostId: string, sha256: string, actor: Actor, at: number): Promise<boolean> {
    return this.database.write(async (sql, tell) => {
      const which = { host_id: hostId, sha256 };
      const [key] = await liveKeys(sql, which, at);
      const revoked = await revokeKeys(sql, tell, which, at);
      if (revoked === 0) return false;
      const target = `host:${hostId}`;
      await recordAct(sql, {
        actor,
        action: 'revoke-key',
        target,
        reason: null,
        details: { key: key?.facts.id },
        at,
      });
      return true;
    });
  }
}
