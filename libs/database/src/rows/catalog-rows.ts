import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import {
  bytesColumn,
  idColumn,
  jsonColumn,
  optionalTextColumn,
  optionalTimeColumn,
  textColumn,
  timeColumn,
} from '../columns.js';

@Entity('plugin')
export class PluginRow {
  /** `publisher/name`, normalised. */
  @PrimaryColumn(textColumn as { type: 'text' }) id!: string;
  @Column({ type: 'varchar', length: 39 }) publisher!: string;
  /** Normalised; `display_name` is as its newest descriptor writes it. */
  @Column({ type: 'varchar', length: 64 }) name!: string;
  @Column(textColumn) display_name!: string;
  /** Computed with every change: the highest approved and active version, null when there is none. */
  @Column(optionalTextColumn) latest_version!: string | null;
  /** Rises with every change of the plugin or of anything that its documents show. */
  @Column(timeColumn) revision!: number;
  @Column(timeColumn) downloads!: number;
  @Column(timeColumn) created_at!: number;
  @Column(timeColumn) updated_at!: number;
}

@Entity('plugin_release')
export class ReleaseRow {
  @PrimaryColumn(idColumn) id!: string;
  @Column(textColumn) plugin_id!: string;
  @Column(textColumn) version!: string;
  @Column(optionalTextColumn) version_label!: string | null;
  /** As published. */
  @Column(bytesColumn) descriptor_bytes!: Buffer;
  @Column({ type: 'varchar', length: 64 }) descriptor_sha256!: string;
  /** The normalised descriptor. */
  @Column(jsonColumn) descriptor!: unknown;
  /** The warnings that it was read with. */
  @Column(jsonColumn) problems!: unknown;
  @Column(timeColumn) published_at!: number;
  @Column(textColumn) published_by!: string;
  @Column(optionalTimeColumn) yanked_at!: number | null;
  @Column(optionalTextColumn) yank_reason!: string | null;
  @Column(optionalTimeColumn) quarantined_at!: number | null;
  @Column(optionalTextColumn) quarantine_reason!: string | null;
  @Column(optionalTextColumn) deprecation_message!: string | null;
  @Column(optionalTextColumn) replaced_by!: string | null;
  @Column({ type: 'varchar', length: 8 }) review!: 'approved' | 'pending' | 'rejected';
  @Column(optionalTextColumn) review_reason!: string | null;
  @Column({ type: 'varchar', length: 9, nullable: true }) trust_override!: 'trusted' | 'untrusted' | null;
}

/** A version of a package that a release names. */
@Entity('release_pin')
export class ReleasePinRow {
  @PrimaryColumn(idColumn) release_id!: string;
  @PrimaryColumn({ type: 'varchar', length: 6 }) side!: 'npm' | 'python';
  @PrimaryColumn(textColumn as { type: 'text' }) package!: string;
  @Column(textColumn) version!: string;
}

/** The bytes that a release is made of: its own, and all that its pinned packages had when it was published. */
@Entity('release_artifact')
export class ReleaseArtifactRow {
  @PrimaryColumn(idColumn) release_id!: string;
  @PrimaryColumn(textColumn as { type: 'text' }) filename!: string;
  @PrimaryColumn({ type: 'varchar', length: 64 }) sha256!: string;
  @Column(timeColumn) size!: number;
  @Column({ type: 'varchar', length: 7 }) kind!: 'wheel' | 'sdist' | 'tarball' | 'icon' | 'lock';
  /** What inspection found: an Artifact of the packages room. */
  @Column(jsonColumn) facts!: unknown;
}

@Entity('channel')
export class ChannelRow {
  @PrimaryColumn(textColumn as { type: 'text' }) plugin_id!: string;
  @PrimaryColumn({ type: 'varchar', length: 32 }) name!: string;
  @Column(textColumn) version!: string;
  @Column(timeColumn) moved_at!: number;
}

/** Every move of every channel; a removal has no version. */
@Entity('channel_move')
export class ChannelMoveRow {
  @PrimaryGeneratedColumn('increment') sequence!: number;
  @Column(textColumn) plugin_id!: string;
  @Column({ type: 'varchar', length: 32 }) name!: string;
  @Column(optionalTextColumn) version!: string | null;
  @Column(optionalTextColumn) from_version!: string | null;
  @Column(timeColumn) at!: number;
  @Column(textColumn) by!: string;
}

/**
 * The feed of everything that changed, and the outbox of the search index: whoever has applied up to a sequence
 * reads on from there. What only members may see is not `visible`: indexes look at it, the public feed passes it over.
 */
@Entity('change')
export class ChangeRow {
  @PrimaryGeneratedColumn('increment') sequence!: number;
  @Column({ type: 'varchar', length: 32 }) type!: string;
  @Column(textColumn) plugin_id!: string;
  @Column(optionalTextColumn) version!: string | null;
  @Column({ type: 'boolean' }) visible!: boolean;
  @Column(timeColumn) at!: number;
}

/** How often the bytes of a release were fetched, by day (UTC, `2026-01-31`). */
@Entity('release_download')
export class ReleaseDownloadRow {
  @PrimaryColumn(idColumn) release_id!: string;
  @PrimaryColumn({ type: 'varchar', length: 10 }) day!: string;
  @Column(timeColumn) count!: number;
}

/** A moderator's own word against a release or a package version; all that follows from it is computed. */
@Entity('quarantine')
export class QuarantineRow {
  /** `release:<id>` or `package:<side>:<name>@<version>`. */
  @PrimaryColumn(textColumn as { type: 'text' }) subject!: string;
  @Column(textColumn) reason!: string;
  @Column(timeColumn) at!: number;
  @Column(textColumn) by!: string;
}
