import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Catalog1760000001000 implements MigrationInterface {
  name = 'Catalog1760000001000';

  async up(runner: QueryRunner): Promise<void> {
    const serialKey =
      runner.dataSource.options.type === 'postgres'
        ? 'serial PRIMARY KEY NOT NULL'
        : 'integer PRIMARY KEY AUTOINCREMENT NOT NULL';
    for (const statement of statements(serialKey)) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    const tables =
      'change channel_move channel package_file package_version package release_artifact release_pin plugin_release plugin';
    for (const table of tables.split(' ')) await runner.query(`DROP TABLE ${table}`);
  }
}

const statements = (serialKey: string): string[] => [
  `CREATE TABLE plugin (
    id text PRIMARY KEY NOT NULL,
    publisher varchar(39) NOT NULL,
    name varchar(64) NOT NULL,
    display_name text NOT NULL,
    latest_version text,
    revision bigint NOT NULL,
    downloads bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    CONSTRAINT fk_plugin_publisher FOREIGN KEY (publisher) REFERENCES publisher (id)
  )`,
  'CREATE INDEX ix_plugin_publisher ON plugin (publisher)',
  `CREATE TABLE plugin_release (
    id varchar(36) PRIMARY KEY NOT NULL,
    plugin_id text NOT NULL,
    version text NOT NULL,
    version_label text,
    descriptor_bytes text NOT NULL,
    descriptor_sha256 varchar(64) NOT NULL,
    descriptor text NOT NULL,
    problems text NOT NULL,
    published_at bigint NOT NULL,
    published_by text NOT NULL,
    yanked_at bigint,
    yank_reason text,
    quarantined_at bigint,
    quarantine_reason text,
    deprecation_message text,
    replaced_by text,
    review varchar(8) NOT NULL,
    review_reason text,
    trust_override varchar(9),
    CONSTRAINT uq_plugin_release_version UNIQUE (plugin_id, version),
    CONSTRAINT fk_plugin_release_plugin FOREIGN KEY (plugin_id) REFERENCES plugin (id),
    CONSTRAINT ck_plugin_release_review CHECK (review IN ('approved', 'pending', 'rejected')),
    CONSTRAINT ck_plugin_release_trust CHECK (trust_override IN ('trusted', 'untrusted'))
  )`,
  `CREATE TABLE release_pin (
    release_id varchar(36) NOT NULL,
    side varchar(6) NOT NULL,
    package text NOT NULL,
    version text NOT NULL,
    PRIMARY KEY (release_id, side, package),
    CONSTRAINT fk_release_pin_release FOREIGN KEY (release_id) REFERENCES plugin_release (id)
  )`,
  'CREATE INDEX ix_release_pin_package ON release_pin (side, package, version)',
  `CREATE TABLE release_artifact (
    release_id varchar(36) NOT NULL,
    filename text NOT NULL,
    sha256 varchar(64) NOT NULL,
    size bigint NOT NULL,
    kind varchar(7) NOT NULL,
    facts text NOT NULL,
    PRIMARY KEY (release_id, sha256, filename),
    CONSTRAINT fk_release_artifact_release FOREIGN KEY (release_id) REFERENCES plugin_release (id)
  )`,
  'CREATE INDEX ix_release_artifact_sha256 ON release_artifact (sha256)',
  `CREATE TABLE package (
    side varchar(6) NOT NULL,
    name text NOT NULL,
    publisher varchar(39) NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (side, name),
    CONSTRAINT fk_package_publisher FOREIGN KEY (publisher) REFERENCES publisher (id)
  )`,
  `CREATE TABLE package_version (
    side varchar(6) NOT NULL,
    name text NOT NULL,
    version text NOT NULL,
    version_key text NOT NULL,
    created_at bigint NOT NULL,
    quarantined_at bigint,
    quarantine_reason text,
    PRIMARY KEY (side, name, version),
    CONSTRAINT uq_package_version_key UNIQUE (side, name, version_key),
    CONSTRAINT fk_package_version_package FOREIGN KEY (side, name) REFERENCES package (side, name)
  )`,
  `CREATE TABLE package_file (
    side varchar(6) NOT NULL,
    name text NOT NULL,
    filename text NOT NULL,
    version text NOT NULL,
    sha256 varchar(64) NOT NULL,
    size bigint NOT NULL,
    kind varchar(7) NOT NULL,
    facts text NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (side, name, filename),
    CONSTRAINT fk_package_file_version FOREIGN KEY (side, name, version)
      REFERENCES package_version (side, name, version)
  )`,
  'CREATE INDEX ix_package_file_sha256 ON package_file (sha256)',
  'CREATE INDEX ix_package_file_version ON package_file (side, name, version)',
  `CREATE UNIQUE INDEX uq_package_file_single ON package_file (side, name, version)
    WHERE kind IN ('tarball', 'sdist')`,
  `CREATE TABLE channel (
    plugin_id text NOT NULL,
    name varchar(32) NOT NULL,
    version text NOT NULL,
    moved_at bigint NOT NULL,
    PRIMARY KEY (plugin_id, name),
    CONSTRAINT fk_channel_release FOREIGN KEY (plugin_id, version) REFERENCES plugin_release (plugin_id, version)
  )`,
  `CREATE TABLE channel_move (
    sequence ${serialKey},
    plugin_id text NOT NULL,
    name varchar(32) NOT NULL,
    version text,
    from_version text,
    at bigint NOT NULL,
    by text NOT NULL,
    CONSTRAINT fk_channel_move_plugin FOREIGN KEY (plugin_id) REFERENCES plugin (id)
  )`,
  'CREATE INDEX ix_channel_move_plugin ON channel_move (plugin_id, name)',
  `CREATE TABLE change (
    sequence ${serialKey},
    type varchar(32) NOT NULL,
    plugin_id text NOT NULL,
    version text,
    visible boolean NOT NULL,
    at bigint NOT NULL
  )`,
];
