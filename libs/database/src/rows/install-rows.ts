import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import {
  idColumn,
  jsonColumn,
  optionalTextColumn,
  optionalTimeColumn,
  textColumn,
  timeColumn,
} from '../columns.js';

@Entity('host')
export class HostRow {
  @PrimaryColumn(idColumn) id!: string;
  @Column(textColumn) name!: string;
  @Column(optionalTextColumn) kind!: string | null;
  @Column(optionalTextColumn) version!: string | null;
  @Column({ type: 'varchar', length: 39, nullable: true }) publisher!: string | null;
  @Column(idColumn) created_by!: string;
  @Column(timeColumn) created_at!: number;
  @Column(optionalTimeColumn) removed_at!: number | null;
  /** Rises with every change of what is installed. */
  @Column(timeColumn) revision!: number;
}

@Entity('installation')
export class InstallationRow {
  @PrimaryColumn(idColumn) id!: string;
  @Column(idColumn) host_id!: string;
  @Column(textColumn) plugin_id!: string;
  @Column(textColumn) version!: string;
  @Column(optionalTextColumn) wanted_range!: string | null;
  @Column(optionalTextColumn) wanted_channel!: string | null;
  @Column({ type: 'varchar', length: 9 }) trust!: 'trusted' | 'untrusted';
  @Column(timeColumn) created_at!: number;
  @Column(timeColumn) updated_at!: number;
  @Column(optionalTimeColumn) removed_at!: number | null;
  /** `host plugin version` while it lives, and null after: a host has each release once. */
  @Column({ type: 'text', nullable: true, unique: true }) live_key!: string | null;
}

/** A host's key, or with an installation that plugin's. */
@Entity('api_key')
export class ApiKeyRow {
  @PrimaryColumn(idColumn) id!: string;
  @Column({ type: 'varchar', length: 6 }) kind!: 'host' | 'plugin';
  @Column({ type: 'varchar', length: 64, unique: true }) sha256!: string;
  @Column(textColumn) prefix!: string;
  @Column(optionalTextColumn) name!: string | null;
  @Column(idColumn) host_id!: string;
  @Column({ type: 'varchar', length: 36, nullable: true }) installation_id!: string | null;
  @Column(jsonColumn) scopes!: string[];
  @Column(timeColumn) created_at!: number;
  @Column(optionalTimeColumn) expires_at!: number | null;
  @Column(optionalTimeColumn) last_used_at!: number | null;
  @Column(optionalTimeColumn) revoked_at!: number | null;
}

@Entity('installation_report')
export class InstallationReportRow {
  @PrimaryGeneratedColumn('increment') sequence!: number;
  @Column(idColumn) installation_id!: string;
  @Column(textColumn) plugin_id!: string;
  @Column({ type: 'varchar', length: 8 }) kind!: 'loaded' | 'unloaded' | 'warning' | 'failed';
  @Column(textColumn) message!: string;
  @Column(optionalTextColumn) interface!: string | null;
  @Column(textColumn) version!: string;
  @Column(timeColumn) at!: number;
  @Column(timeColumn) received_at!: number;
}
