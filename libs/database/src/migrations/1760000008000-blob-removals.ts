import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is about to be removed from where blobs are kept, and what else than packages and releases needs them there. */
export class BlobRemovals1760000008000 implements MigrationInterface {
  name = 'BlobRemovals1760000008000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['upstream_metadata', 'job_blob', 'blob_removal']) {
      await runner.query(`DROP TABLE ${table}`);
    }
  }
}

const up = [
  `CREATE TABLE blob_removal (
    sha256 varchar(64) PRIMARY KEY NOT NULL,
    state varchar(8) NOT NULL,
    since bigint NOT NULL,
    CONSTRAINT ck_blob_removal_state CHECK (state IN ('marked', 'removing', 'removed'))
  )`,
  'CREATE INDEX ix_blob_removal_state ON blob_removal (state, since)',
  `CREATE TABLE job_blob (
    job_id varchar(36) NOT NULL,
    sha256 varchar(64) NOT NULL,
    PRIMARY KEY (job_id, sha256),
    CONSTRAINT fk_job_blob_job FOREIGN KEY (job_id) REFERENCES job (id) ON DELETE CASCADE
  )`,
  'CREATE INDEX ix_job_blob_sha256 ON job_blob (sha256)',
  `CREATE TABLE upstream_metadata (
    sha256 varchar(64) PRIMARY KEY NOT NULL,
    name text NOT NULL,
    size bigint NOT NULL,
    kept_at bigint NOT NULL
  )`,
];
