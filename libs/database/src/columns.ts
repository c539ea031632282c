import { isUtf8 } from 'node:buffer';
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

/**
 * Bytes that are nearly always text, kept as text on both engines: `t` and the text itself where it is UTF-8 without NUL
 * (which PostgreSQL can't keep), else `b` and base64.
 */
export const bytesColumn: ColumnOptions = {
  type: 'text',
  transformer: {
    to: (bytes: Buffer | null) =>
      bytes === null
        ? null
        : isUtf8(bytes) && !bytes.includes(0)
          ? `t${bytes.toString('utf8')}`
          : `b${bytes.toString('base64')}`,
    from: (value: string | null) =>
      value === null ? null : Buffer.from(value.slice(1), value.startsWith('t') ? 'utf8' : 'base64'),
  },
};
