import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Quarantine1760000003000 implements MigrationInterface {
  name = 'Quarantine1760000003000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE quarantine (
      subject text PRIMARY KEY NOT NULL,
      reason text NOT NULL,
      at bigint NOT NULL,
      by text NOT NULL
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE quarantine');
  }
}
