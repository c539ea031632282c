/** The first half of every advisory lock of the store's, so that they meet no other program's in the same database. */
const store = 19_797;

/** Keys of advisory locks, as SQL has them: for arguments of `pg_advisory_…`. */
export const postgresLocks = {
  /** Held while migrations run, by a session. */
  migrating: `${store}, 1`,
  /** Held by the write whose turn it is, until its transaction ends. */
  writing: `${store}, 2`,
} as const;
