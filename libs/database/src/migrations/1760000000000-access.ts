import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Access1760000000000 implements MigrationInterface {
  name = 'Access1760000000000';

  async up(runner: QueryRunner): Promise<void> {
    const serial = runner.dataSource.options.type === 'postgres' ? 'serial' : 'integer';
    const autoIncrement = serial === 'serial' ? '' : 'AUTOINCREMENT';
    await runner.query(`CREATE TABLE account (
      id varchar(36) PRIMARY KEY NOT NULL,
      username text NOT NULL,
      username_key text NOT NULL,
      email text,
      password_hash text NOT NULL,
      roles text NOT NULL,
      created_at bigint NOT NULL,
      CONSTRAINT uq_account_username UNIQUE (username_key)
    )`);
    await runner.query(`CREATE TABLE session (
      id varchar(36) PRIMARY KEY NOT NULL,
      account_id varchar(36) NOT NULL,
      created_at bigint NOT NULL,
      expires_at bigint NOT NULL,
      revoked_at bigint,
      CONSTRAINT fk_session_account FOREIGN KEY (account_id) REFERENCES account (id)
    )`);
    await runner.query('CREATE INDEX ix_session_account ON session (account_id)');
    await runner.query(`CREATE TABLE token (
      id varchar(36) PRIMARY KEY NOT NULL,
      account_id varchar(36) NOT NULL,
      name text NOT NULL,
      prefix text NOT NULL,
      sha256 varchar(64) NOT NULL,
      scopes text NOT NULL,
      publisher text,
      plugins text NOT NULL,
      created_at bigint NOT NULL,
      expires_at bigint NOT NULL,
      last_used_at bigint,
      revoked_at bigint,
      CONSTRAINT uq_token_sha256 UNIQUE (sha256),
      CONSTRAINT fk_token_account FOREIGN KEY (account_id) REFERENCES account (id)
    )`);
    await runner.query('CREATE INDEX ix_token_account ON token (account_id)');
    await runner.query(`CREATE TABLE publisher (
      id varchar(39) PRIMARY KEY NOT NULL,
      name text NOT NULL,
      title text,
      trust varchar(9) NOT NULL,
      created_at bigint NOT NULL,
      CONSTRAINT ck_publisher_trust CHECK (trust IN ('trusted', 'untrusted'))
    )`);
    await runner.query(`CREATE TABLE publisher_member (
      publisher varchar(39) NOT NULL,
      account_id varchar(36) NOT NULL,
      role varchar(10) NOT NULL,
      added_at bigint NOT NULL,
      PRIMARY KEY (publisher, account_id),
      CONSTRAINT fk_publisher_member_publisher FOREIGN KEY (publisher) REFERENCES publisher (id),
      CONSTRAINT fk_publisher_member_account FOREIGN KEY (account_id) REFERENCES account (id),
      CONSTRAINT ck_publisher_member_role CHECK (role IN ('owner', 'maintainer'))
    )`);
    await runner.query('CREATE INDEX ix_publisher_member_account ON publisher_member (account_id)');
    await runner.query(`CREATE TABLE cluster_secret (
      name varchar(64) PRIMARY KEY NOT NULL,
      value text NOT NULL,
      created_at bigint NOT NULL
    )`);
    await runner.query(`CREATE TABLE audit_entry (
      sequence ${serial} PRIMARY KEY ${autoIncrement} NOT NULL,
      at bigint NOT NULL,
      actor_kind varchar(16) NOT NULL,
      actor_id text,
      actor text NOT NULL,
      action text NOT NULL,
      target text NOT NULL,
      reason text,
      details text NOT NULL
    )`);
    for (const column of ['actor', 'action', 'target']) {
      await runner.query(`CREATE INDEX ix_audit_entry_${column} ON audit_entry (${column}, sequence)`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      'audit_entry',
      'cluster_secret',
      'publisher_member',
      'publisher',
      'token',
      'session',
      'account',
    ]) {
      await runner.query(`DROP TABLE ${table}`);
    }
  }
}
