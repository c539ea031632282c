import type { MigrationInterface, QueryRunner } from 'typeorm';

/** On PostgreSQL a `serial` ends at 2^31, and a greater number in a cursor is an error; SQLite's numbers are wide already. */
export class WideSequences1760000005000 implements MigrationInterface {
  name = 'WideSequences1760000005000';

  async up(runner: QueryRunner): Promise<void> {
    await setType(runner, 'bigint');
  }

  async down(runner: QueryRunner): Promise<void> {
    await setType(runner, 'integer');
  }
}

async function setType(runner: QueryRunner, type: 'bigint' | 'integer'): Promise<void> {
  if (runner.dataSource.options.type !== 'postgres') return;
  for (const table of ['audit_entry', 'change', 'channel_move', 'installation_report']) {
    await runner.query(`ALTER TABLE ${table} ALTER COLUMN sequence TYPE ${type}`);
    await runner.query(`ALTER SEQUENCE ${table}_sequence_seq AS ${type}`);
  }
}
