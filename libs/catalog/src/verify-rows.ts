import type { Damage } from '#kernel';
import type { RowFault, RowFaults } from './row-faults.js';

const restore = 'Put the database back from a backup that was made before it was damaged.';

const sentences: Readonly<Record<RowFault['kind'], (fault: RowFault) => Omit<Damage, 'code' | 'subject'>>> = {
  'database-damaged': ({ other }) => ({ what: `SQLite finds damage in it: ${other}.`, mend: restore }),
  'row-without-parent': ({ other }) => ({
    what: `It belongs to ${other}, and there is none.`,
    mend: restore,
  }),
  'pin-without-version': ({ other }) => ({
    what: `It is made of ${other}, which the store has no version of.`,
    mend: 'Publish that package version again with the same bytes, or put the database back from a backup.',
  }),
  'pin-without-file': ({ other }) => ({
    what: `It is made of ${other}, and none of that version’s files is among its own.`,
    mend: restore,
  }),
  'artifact-without-file': ({ other }) => ({
    what: `It has the file ${other}, which belongs to no package version.`,
    mend: restore,
  }),
  'descriptor-changed': ({ other }) => ({
    what: `Its descriptor is not what was published: it should have the SHA-256 ${other}.`,
    mend: restore,
  }),
  'latest-wrong': ({ other }) => ({
    what: `Its latest version should be ${other}.`,
    mend: 'Publish, yank or restore any version of it: that computes the latest one anew.',
  }),
};

/** Holds the rows of every release against each other. */
export class VerifyRows {
  constructor(private readonly faults: RowFaults) {}

  async *run(): AsyncGenerator<Damage> {
    for await (const fault of this.faults.find()) {
      const { kind, subject } = fault;
      yield { code: kind, subject, ...sentences[kind](fault) };
    }
  }
}
