import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Install1760000002000 implements MigrationInterface {
  name = 'Install1760000002000';

  async up(runner: QueryRunner): Promise<void> {
    const serialKey =
      runner.dataSource.options.type === 'postgres'
        ? 'serial PRIMARY KEY NOT NULL'
        : 'integer PRIMARY KEY AUTOINCREMENT NOT NULL';
    for (const statement of statements(serialKey)) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['installation_report', 'api_key', 'installation', 'host']) {
      await runner.query(`DROP TABLE ${table}`);
    }
  }
}

const statements = (serialKey: string): string[] => [
  `CREATE TABLE host (
    id varchar(36) PRIMARY KEY NOT NULL,
    name text NOT NULL,
    kind text,
    version text,
    publisher varchar(39),
    created_by varchar(36) NOT NULL,
    created_at bigint NOT NULL,
    removed_at bigint,
    revision bigint NOT NULL,
    CONSTRAINT fk_host_account FOREIGN KEY (created_by) REFERENCES account (id),
    CONSTRAINT fk_host_publisher FOREIGN KEY (publisher) REFERENCES publisher (id)
  )`,
  'CREATE INDEX ix_host_created_by ON host (created_by)',
  'CREATE INDEX ix_host_publisher ON host (publisher)',
  `CREATE TABLE installation (
    id varchar(36) PRIMARY KEY NOT NULL,
    host_id varchar(36) NOT NULL,
    plugin_id text NOT NULL,
    version text NOT NULL,
    wanted_range text,
    wanted_channel text,
    trust varchar(9) NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    removed_at bigint,
    live_key text,
    CONSTRAINT uq_installation_live_key UNIQUE (live_key),
    CONSTRAINT fk_installation_host FOREIGN KEY (host_id) REFERENCES host (id),
    CONSTRAINT fk_installation_release FOREIGN KEY (plugin_id, version)
      REFERENCES plugin_release (plugin_id, version),
    CONSTRAINT ck_installation_trust CHECK (trust IN ('trusted', 'untrusted'))
  )`,
  'CREATE INDEX ix_installation_host ON installation (host_id)',
  `CREATE TABLE api_key (
    id varchar(36) PRIMARY KEY NOT NULL,
    kind varchar(6) NOT NULL,
    sha256 varchar(64) NOT NULL,
    prefix text NOT NULL,
    name text,
    host_id varchar(36) NOT NULL,
    installation_id varchar(36),
    scopes text NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint,
    last_used_at bigint,
    revoked_at bigint,
    CONSTRAINT uq_api_key_sha256 UNIQUE (sha256),
    CONSTRAINT fk_api_key_host FOREIGN KEY (host_id) REFERENCES host (id),
    CONSTRAINT fk_api_key_installation FOREIGN KEY (installation_id) REFERENCES installation (id),
    CONSTRAINT ck_api_key_kind CHECK ((kind = 'host') = (installation_id IS NULL) AND kind IN ('host', 'plugin'))
  )`,
  'CREATE INDEX ix_api_key_host ON api_key (host_id)',
  'CREATE INDEX ix_api_key_installation ON api_key (installation_id)',
  `CREATE TABLE installation_report (
    sequence ${serialKey},
    installation_id varchar(36) NOT NULL,
    plugin_id text NOT NULL,
    kind varchar(8) NOT NULL,
    message text NOT NULL,
    interface text,
    version text NOT NULL,
    at bigint NOT NULL,
    received_at bigint NOT NULL,
    CONSTRAINT fk_installation_report_installation FOREIGN KEY (installation_id) REFERENCES installation (id),
    CONSTRAINT ck_installation_report_kind CHECK (kind IN ('loaded', 'unloaded', 'warning', 'failed'))
  )`,
  'CREATE INDEX ix_installation_report_installation ON installation_report (installation_id)',
  'CREATE INDEX ix_installation_report_plugin ON installation_report (plugin_id)',
];
