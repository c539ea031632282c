import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Pages of Python projects that were kept before had a `dist-info-metadata`, on which pip 22.2 to 23.0 ends. They stay,
 * for when upstream is away, but upstream is asked for each anew, whether it has changed or not.
 */
export class PagesAnew1760000009000 implements MigrationInterface {
  name = 'PagesAnew1760000009000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE upstream_page SET etag = NULL WHERE side = 'python'`);
  }

  async down(): Promise<void> {
    // What was forgotten is learnt with the next answer.
  }
}
