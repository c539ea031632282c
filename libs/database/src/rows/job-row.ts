import { Column, Entity, PrimaryColumn } from 'typeorm';
import {
  idColumn,
  jsonColumn,
  optionalTextColumn,
  optionalTimeColumn,
  textColumn,
  timeColumn,
} from '../columns.js';

const optionalJsonColumn = { ...jsonColumn, nullable: true };

/** Work that outlives the request that asked for it, and the process that began it. */
@Entity('job')
export class JobRow {
  @PrimaryColumn(idColumn) id!: string;
  @Column({ type: 'varchar', length: 32 }) kind!: string;
  @Column({ type: 'varchar', length: 7 }) state!: 'queued' | 'running' | 'done' | 'failed';
  /** What is being done, in words for a person. */
  @Column(textColumn) step!: string;
  @Column(optionalJsonColumn) progress!: unknown;
  /** Empty once the job has ended. */
  @Column(jsonColumn) payload!: unknown;
  @Column(optionalJsonColumn) result!: unknown;
  /** The refusal that it ended with, as a problem document has it. */
  @Column(optionalJsonColumn) problem!: unknown;
  /** Who asked for it, and for which publisher. */
  @Column({ ...idColumn, nullable: true }) account_id!: string | null;
  @Column({ type: 'varchar', length: 39, nullable: true }) publisher!: string | null;
  @Column({ type: 'integer' }) attempts!: number;
  @Column(timeColumn) run_at!: number;
  /** The process that has it, and until when it may be taken to be alive. */
  @Column(optionalTextColumn) claimed_by!: string | null;
  @Column(optionalTimeColumn) claimed_until!: number | null;
  /** When it was given up, for a person to look at; null unless it was. */
  @Column(optionalTimeColumn) dead_at!: number | null;
  @Column(timeColumn) created_at!: number;
  @Column(timeColumn) updated_at!: number;
}
