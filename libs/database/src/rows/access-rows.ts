import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import {
  idColumn,
  jsonColumn,
  optionalTextColumn,
  optionalTimeColumn,
  textColumn,
  timeColumn,
} from '../columns.js';

@Entity('account')
export class AccountRow {
  @PrimaryColumn(idColumn) id!: string;
  /** As written; `username_key` is its lower-case form and unique. */
  @Column(textColumn) username!: string;
  @Column({ ...textColumn, unique: true }) username_key!: string;
  @Column(optionalTextColumn) email!: string | null;
  @Column(textColumn) password_hash!: string;
  @Column(jsonColumn) roles!: ('moderator' | 'administrator')[];
  @Column(timeColumn) created_at!: number;
}

@Entity('session')
export class SessionRow {
  @PrimaryColumn(idColumn) id!: string;
  @Column(idColumn) account_id!: string;
  @Column(timeColumn) created_at!: number;
  @Column(timeColumn) expires_at!: number;
  @Column(optionalTimeColumn) revoked_at!: number | null;
}

@Entity('token')
export class TokenRow {
  @PrimaryColumn(idColumn) id!: string;
  @Column(idColumn) account_id!: string;
  @Column(textColumn) name!: string;
  @Column(textColumn) prefix!: string;
  @Column({ type: 'varchar', length: 64, unique: true }) sha256!: string;
  @Column(jsonColumn) scopes!: string[];
  @Column(optionalTextColumn) publisher!: string | null;
  @Column(jsonColumn) plugins!: string[];
  /** Patterns of npm and Python package names that it is limited to; null: all. */
  @Column({ ...jsonColumn, nullable: true }) packages!: string[] | null;
  /** Networks (CIDR) that it may be used from; null: all. */
  @Column({ ...jsonColumn, nullable: true }) networks!: string[] | null;
  @Column(timeColumn) created_at!: number;
  @Column(timeColumn) expires_at!: number;
  @Column(optionalTimeColumn) last_used_at!: number | null;
  @Column(optionalTimeColumn) revoked_at!: number | null;
}

@Entity('publisher')
export class PublisherRow {
  /** The normalised name. */
  @PrimaryColumn({ type: 'varchar', length: 39 }) id!: string;
  /** As it was written. */
  @Column(textColumn) name!: string;
  @Column(optionalTextColumn) title!: string | null;
  @Column({ type: 'varchar', length: 9 }) trust!: 'trusted' | 'untrusted';
  @Column(timeColumn) created_at!: number;
}

@Entity('publisher_member')
export class PublisherMemberRow {
  @PrimaryColumn({ type: 'varchar', length: 39 }) publisher!: string;
  @PrimaryColumn(idColumn) account_id!: string;
  @Column({ type: 'varchar', length: 10 }) role!: 'owner' | 'maintainer';
  @Column(timeColumn) added_at!: number;
}

/** A sign-in that a client without a browser waits for: who approved it, once somebody has. */
@Entity('web_login')
export class WebLoginRow {
  /** Of the secret in the addresses that the client was given. */
  @PrimaryColumn({ type: 'varchar', length: 64 }) sha256!: string;
  @Column({ ...idColumn, nullable: true }) account_id!: string | null;
  @Column(timeColumn) created_at!: number;
  @Column(timeColumn) expires_at!: number;
}

/** What replicas must agree on, made once under its name. */
@Entity('cluster_secret')
export class ClusterSecretRow {
  @PrimaryColumn({ type: 'varchar', length: 64 }) name!: string;
  @Column(textColumn) value!: string;
  @Column(timeColumn) created_at!: number;
}

/** Append-only: who did what to what, when, and why. */
@Entity('audit_entry')
export class AuditEntryRow {
  @PrimaryGeneratedColumn('increment') sequence!: number;
  @Column(timeColumn) at!: number;
  @Column({ type: 'varchar', length: 16 }) actor_kind!: string;
  @Column(optionalTextColumn) actor_id!: string | null;
  @Column(textColumn) actor!: string;
  @Column(textColumn) action!: string;
  @Column(textColumn) target!: string;
  @Column(optionalTextColumn) reason!: string | null;
  @Column(jsonColumn) details!: Record<string, unknown>;
}
