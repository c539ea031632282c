import { Column, Entity, PrimaryColumn } from 'typeorm';
import {
  bytesColumn,
  idColumn,
  jsonColumn,
  optionalTextColumn,
  optionalTimeColumn,
  textColumn,
  timeColumn,
} from '../columns.js';

const sideColumn = { type: 'varchar', length: 6 } as const;
const nameColumn = textColumn as { type: 'text' };
const optionalJsonColumn = { ...jsonColumn, nullable: true };

/** A name on the store's npm or Python side, and who owns it. */
@Entity('package')
export class PackageRow {
  @PrimaryColumn(sideColumn) side!: 'npm' | 'python';
  @PrimaryColumn(nameColumn) name!: string;
  /** Null: it is upstream's, and what the store has of it was pulled from there. */
  @Column({ type: 'varchar', length: 39, nullable: true }) publisher!: string | null;
  @Column(timeColumn) created_at!: number;
}

@Entity('package_version')
export class PackageVersionRow {
  @PrimaryColumn(sideColumn) side!: 'npm' | 'python';
  @PrimaryColumn(nameColumn) name!: string;
  @PrimaryColumn(nameColumn) version!: string;
  /** The same for every spelling of the version; unique too. */
  @Column(textColumn) version_key!: string;
  @Column(timeColumn) created_at!: number;
  /** The username of whoever uploaded it; null where it was pulled. */
  @Column(optionalTextColumn) created_by!: string | null;
  /** What `npm deprecate` says of it. */
  @Column(optionalTextColumn) deprecated!: string | null;
  @Column(optionalTimeColumn) quarantined_at!: number | null;
  @Column(optionalTextColumn) quarantine_reason!: string | null;
}

/**
 * One file of a package version. A file name, once used, never stands for other bytes; a version has at most one
 * tarball or sdist.
 */
@Entity('package_file')
export class PackageFileRow {
  @PrimaryColumn(sideColumn) side!: 'npm' | 'python';
  @PrimaryColumn(nameColumn) name!: string;
  @PrimaryColumn(nameColumn) filename!: string;
  @Column(textColumn) version!: string;
  @Column({ type: 'varchar', length: 64 }) sha256!: string;
  @Column(timeColumn) size!: number;
  @Column({ type: 'varchar', length: 7 }) kind!: 'wheel' | 'sdist' | 'tarball';
  /** What inspection found: an Artifact of the packages room. */
  @Column(jsonColumn) facts!: unknown;
  /**
   * `upload`: by a package client, served at once. `release`: with a release, served once an approved one has it.
   * `upstream`: pulled; not served once the name has an owner.
   */
  @Column({ type: 'varchar', length: 8 }) origin!: 'upload' | 'release' | 'upstream';
  /** Of a tarball, by the store's npm keys: `[{keyid, sig}]`. */
  @Column(optionalJsonColumn) signatures!: unknown;
  @Column(timeColumn) created_at!: number;
}

/** npm's dist-tags. */
@Entity('package_tag')
export class PackageTagRow {
  @PrimaryColumn(sideColumn) side!: 'npm' | 'python';
  @PrimaryColumn(nameColumn) name!: string;
  @PrimaryColumn(nameColumn) tag!: string;
  @Column(textColumn) version!: string;
}

/** Somebody who may upload to a package without being a member of its publisher. */
@Entity('package_maintainer')
export class PackageMaintainerRow {
  @PrimaryColumn(sideColumn) side!: 'npm' | 'python';
  @PrimaryColumn(nameColumn) name!: string;
  @PrimaryColumn(idColumn) account_id!: string;
  @Column(timeColumn) added_at!: number;
}

/** What upstream said of a name when it was last asked; the answer that there is none is one, too. */
@Entity('upstream_page')
export class UpstreamPageRow {
  @PrimaryColumn(sideColumn) side!: 'npm' | 'python';
  @PrimaryColumn(nameColumn) name!: string;
  /** npm: `full` or `short` (abbreviated); Python: `simple`. */
  @PrimaryColumn({ type: 'varchar', length: 8 }) form!: 'full' | 'short' | 'simple';
  /** 200 or 404. */
  @Column({ type: 'integer' }) status!: number;
  @Column(optionalTextColumn) etag!: string | null;
  @Column({ ...bytesColumn, nullable: true }) body!: Buffer | null;
  @Column(timeColumn) fetched_at!: number;
  /** When upstream last said that this is what it has. */
  @Column(timeColumn) checked_at!: number;
}
