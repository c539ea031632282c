import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn, textColumn, timeColumn } from '../columns.js';

/** A blob that nothing needed when it was looked at: see docs/adr/0015-how-blobs-are-removed.md. Nearly none has a row. */
@Entity('blob_removal')
export class BlobRemovalRow {
  @PrimaryColumn({ type: 'varchar', length: 64 }) sha256!: string;
  @Column({ type: 'varchar', length: 8 }) state!: 'marked' | 'removing' | 'removed';
  @Column(timeColumn) since!: number;
}

/** The bytes that a job was queued with; they go when it goes. */
@Entity('job_blob')
export class JobBlobRow {
  @PrimaryColumn(idColumn) job_id!: string;
  @PrimaryColumn({ type: 'varchar', length: 64 }) sha256!: string;
}

/** The METADATA of a wheel (PEP 658) that was pulled by itself. */
@Entity('upstream_metadata')
export class UpstreamMetadataRow {
  @PrimaryColumn({ type: 'varchar', length: 64 }) sha256!: string;
  /** Of the Python package that it was asked for first. */
  @Column(textColumn) name!: string;
  @Column(timeColumn) size!: number;
  @Column(timeColumn) kept_at!: number;
}
