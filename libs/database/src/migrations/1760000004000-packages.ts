import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Packages that are nobody's here, since they were pulled from upstream; what npm keeps beside versions; what was seen
 * upstream; jobs; downloads. The three package tables are made anew, since SQLite can't let a column be null afterwards.
 */
export class Packages1760000004000 implements MigrationInterface {
  name = 'Packages1760000004000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...makeAnew, ...additions]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    const tables = 'release_download web_login job upstream_page package_maintainer package_tag';
    for (const table of tables.split(' ')) await runner.query(`DROP TABLE ${table}`);
    for (const column of ['packages', 'networks'])
      await runner.query(`ALTER TABLE token DROP COLUMN ${column}`);
    for (const statement of takeBack) await runner.query(statement);
  }
}

const tables = ['package', 'package_version', 'package_file'];
const setAside = tables.map((table) => `CREATE TABLE moved_${table} AS SELECT * FROM ${table}`);
const dropInOrder = [...tables].reverse().map((table) => `DROP TABLE ${table}`);
const dropSetAside = tables.map((table) => `DROP TABLE moved_${table}`);

const indexes = [
  'CREATE INDEX ix_package_file_sha256 ON package_file (sha256)',
  'CREATE INDEX ix_package_file_version ON package_file (side, name, version)',
  `CREATE UNIQUE INDEX uq_package_file_single ON package_file (side, name, version)
    WHERE kind IN ('tarball', 'sdist')`,
];

const makeAnew = [
  ...setAside,
  ...dropInOrder,
  `CREATE TABLE package (
    side varchar(6) NOT NULL,
    name text NOT NULL,
    publisher varchar(39),
    created_at bigint NOT NULL,
    PRIMARY KEY (side, name),
    CONSTRAINT fk_package_publisher FOREIGN KEY (publisher) REFERENCES publisher (id)
  )`,
  'CREATE INDEX ix_package_publisher ON package (publisher)',
  `CREATE TABLE package_version (
    side varchar(6) NOT NULL,
    name text NOT NULL,
    version text NOT NULL,
    version_key text NOT NULL,
    created_at bigint NOT NULL,
    created_by text,
    deprecated text,
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
    origin varchar(8) NOT NULL,
    signatures text,
    created_at bigint NOT NULL,
    PRIMARY KEY (side, name, filename),
    CONSTRAINT ck_package_file_origin CHECK (origin IN ('upload', 'release', 'upstream')),
    CONSTRAINT fk_package_file_version FOREIGN KEY (side, name, version)
      REFERENCES package_version (side, name, version)
  )`,
  'INSERT INTO package SELECT side, name, publisher, created_at FROM moved_package',
  `INSERT INTO package_version
    SELECT side, name, version, version_key, created_at, NULL, NULL, quarantined_at, quarantine_reason
    FROM moved_package_version`,
  `INSERT INTO package_file
    SELECT side, name, filename, version, sha256, size, kind, facts, 'release', NULL, created_at FROM moved_package_file`,
  ...dropSetAside,
  ...indexes,
];

const additions = [
  `CREATE TABLE package_tag (
    side varchar(6) NOT NULL,
    name text NOT NULL,
    tag text NOT NULL,
    version text NOT NULL,
    PRIMARY KEY (side, name, tag),
    CONSTRAINT fk_package_tag_version FOREIGN KEY (side, name, version)
      REFERENCES package_version (side, name, version)
  )`,
  `CREATE TABLE package_maintainer (
    side varchar(6) NOT NULL,
    name text NOT NULL,
    account_id varchar(36) NOT NULL,
    added_at bigint NOT NULL,
    PRIMARY KEY (side, name, account_id),
    CONSTRAINT fk_package_maintainer_package FOREIGN KEY (side, name) REFERENCES package (side, name),
    CONSTRAINT fk_package_maintainer_account FOREIGN KEY (account_id) REFERENCES account (id)
  )`,
  `CREATE TABLE upstream_page (
    side varchar(6) NOT NULL,
    name text NOT NULL,
    form varchar(8) NOT NULL,
    status integer NOT NULL,
    etag text,
    body text,
    fetched_at bigint NOT NULL,
    checked_at bigint NOT NULL,
    PRIMARY KEY (side, name, form)
  )`,
  `CREATE TABLE job (
    id varchar(36) PRIMARY KEY NOT NULL,
    kind varchar(32) NOT NULL,
    state varchar(7) NOT NULL,
    step text NOT NULL,
    progress text,
    payload text NOT NULL,
    result text,
    problem text,
    account_id varchar(36),
    publisher varchar(39),
    attempts integer NOT NULL,
    run_at bigint NOT NULL,
    claimed_by text,
    claimed_until bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    CONSTRAINT ck_job_state CHECK (state IN ('queued', 'running', 'done', 'failed'))
  )`,
  'CREATE INDEX ix_job_state ON job (state, run_at)',
  `CREATE TABLE web_login (
    sha256 varchar(64) PRIMARY KEY NOT NULL,
    account_id varchar(36),
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    CONSTRAINT fk_web_login_account FOREIGN KEY (account_id) REFERENCES account (id)
  )`,
  `CREATE TABLE release_download (
    release_id varchar(36) NOT NULL,
    day varchar(10) NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (release_id, day),
    CONSTRAINT fk_release_download_release FOREIGN KEY (release_id) REFERENCES plugin_release (id)
  )`,
  'ALTER TABLE token ADD COLUMN packages text',
  'ALTER TABLE token ADD COLUMN networks text',
];

/** Packages that are nobody's have no place in the tables as they were before. */
const takeBack = [
  `DELETE FROM package_file WHERE origin = 'upstream'`,
  `DELETE FROM package_version WHERE EXISTS (
    SELECT 1 FROM package p WHERE p.side = package_version.side AND p.name = package_version.name AND p.publisher IS NULL)`,
  'DELETE FROM package WHERE publisher IS NULL',
  ...setAside,
  ...dropInOrder,
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
  'INSERT INTO package SELECT side, name, publisher, created_at FROM moved_package',
  `INSERT INTO package_version
    SELECT side, name, version, version_key, created_at, quarantined_at, quarantine_reason FROM moved_package_version`,
  `INSERT INTO package_file
    SELECT side, name, filename, version, sha256, size, kind, facts, created_at FROM moved_package_file`,
  ...dropSetAside,
  ...indexes,
];
