import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import { idColumn, jsonColumn, textColumn, timeColumn } from '../columns.js';

/** What one commit told the other replicas; kept for some minutes. */
@Entity('notice')
export class NoticeRow {
  @PrimaryGeneratedColumn('increment', { type: 'bigint' }) sequence!: number;
  /** The process that wrote it, and needs not hear it. */
  @Column(idColumn) told_by!: string;
  @Column(jsonColumn) told!: unknown;
  /** By the database's clock. */
  @Column(timeColumn) at!: number;
}

/** Who does what only one process may do. The row stays when nobody does. */
@Entity('lease')
export class LeaseRow {
  @PrimaryColumn({ type: 'varchar', length: 64 }) name!: string;
  @Column(textColumn) owner!: string;
  /** Rises whenever the lease is taken. */
  @Column(timeColumn) token!: number;
  /** By the database's clock. */
  @Column(timeColumn) held_until!: number;
}
