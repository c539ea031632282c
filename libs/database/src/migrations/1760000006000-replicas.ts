import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What replicas tell each other, who leads, and jobs that nobody could do. */
export class Replicas1760000006000 implements MigrationInterface {
  name = 'Replicas1760000006000';

  async up(runner: QueryRunner): Promise<void> {
    const serialKey =
      runner.dataSource.options.type === 'postgres'
        ? 'bigserial PRIMARY KEY NOT NULL'
        : 'integer PRIMARY KEY AUTOINCREMENT NOT NULL';
    await runner.query(`CREATE TABLE notice (
      sequence ${serialKey},
      told_by varchar(36) NOT NULL,
      told text NOT NULL,
      at bigint NOT NULL
    )`);
    // There is always a last one, from which others are counted.
    await runner.query(`INSERT INTO notice (told_by, told, at) VALUES ('', '[]', 0)`);
    await runner.query(`CREATE TABLE lease (
      name varchar(64) PRIMARY KEY NOT NULL,
      owner text NOT NULL,
      token bigint NOT NULL,
      held_until bigint NOT NULL
    )`);
    await runner.query('ALTER TABLE job ADD COLUMN dead_at bigint');
    await runner.query('CREATE INDEX ix_job_dead ON job (dead_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ix_job_dead');
    await runner.query('ALTER TABLE job DROP COLUMN dead_at');
    await runner.query('DROP TABLE lease');
    await runner.query('DROP TABLE notice');
  }
}
