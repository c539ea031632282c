import type { ColumnOptions } from 'typeorm';

/** Milliseconds since the epoch, as a bigint: PostgreSQL's driver hands these back as text. */
export const timeColumn: ColumnOptions = {
  type: 'bigint',
  transformer: {
    to: (value: number | null) => value,
    from: (value: string | number | null) => (value === null ? null : Number(value)),
  },
};

export const optionalTimeColumn: ColumnOptions = { ...timeColumn, nullable: true };

export const idColumn = { type: 'varchar', length: 36 } as const;

export const textColumn: ColumnOptions = { type: 'text' };

export const optionalTextColumn: ColumnOptions = { type: 'text', nullable: true };

/** A value kept as JSON text: the same on both engines. */
export const jsonColumn: ColumnOptions = { type: 'simple-json' };
