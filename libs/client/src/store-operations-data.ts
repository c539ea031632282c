// Generated from the contract by `npm run contract`; not for hand editing.
import type { BodyToSend, NoInput, OperationRoute } from './operation-route.js';
export interface AccountBody {
  readonly id: string;
  readonly username: string;
  readonly email: string | null;
  readonly roles: readonly ('moderator' | 'administrator')[];
  readonly created_at: string;
}
export interface ActorBody {
  readonly kind: 'account' | 'host' | 'system';
  readonly id: string | null;
  readonly name: string;
}
export interface AddHostKeyBody {
  readonly name?: string;
  /** Without it the key has no end. */
  readonly expires_at?: string;
  /** How many seconds the keys before it live on. */
  readonly overlap_s?: number;
  /** All three unless fewer are asked for. */
  readonly scopes?: readonly ('install' | 'introspect' | 'report')[];
}
export interface AuditEntryBody {
  /** Rises with every entry. */
  readonly sequence: number;
  readonly at: string;
  readonly actor: ActorBody;
  readonly action: string;
  readonly target: string;
  readonly reason: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}
export interface AuditPageBody {
  readonly items: readonly AuditEntryBody[];
  readonly next: string | null;
}
export interface ChangeBody {
  /** Rises with every change. */
  readonly sequence: number;
  /** A fact in kebab-case. */
  readonly type: string;
  readonly plugin: string;
  /** Null where it is about the whole plugin. */
  readonly version: string | null;
  readonly at: string;
}
export interface ChangeHostBody {
  readonly name?: string;
  readonly kind?: string;
  readonly version?: string;
}
export interface ChangeListBody {
  /** Oldest first. */
  readonly items: readonly ChangeBody[];
  /** What to send as `after` for the next page; null at the end, where one goes on later from the last sequence seen. */
  readonly next: string | null;
}
export interface ChannelBody {
  readonly name: string;
  /** Null where it was removed, or points nowhere. */
  readonly version: string | null;
  /** Of the version: a channel that points to what was withdrawn is answered with 409. */
  readonly state: 'active' | 'yanked' | 'quarantined' | null;
  readonly state_reason: string | null;
  /** Whether the store computes it: only `latest` is. */
  readonly computed: boolean;
  /** Newest first, the last hundred. */
  readonly history: readonly ChannelMoveBody[];
}
export interface ChannelListBody {
  /** `latest`, then those that were set, by name. */
  readonly items: readonly ChannelBody[];
  /** Always null: all are told. */
  readonly next: string | null;
}
export interface ChannelMoveBody {
  /** Null where the channel was removed. */
  readonly version: string | null;
  /** Where it pointed before. */
  readonly from: string | null;
  readonly at: string;
  /** A username. */
  readonly by: string;
}
export interface CreateHostBody {
  /** Of the host, chosen at random by whoever makes it: so it is found again, whether or not the answer was heard. */
  readonly id?: string;
  readonly name: string;
  /** What the host is: the name under which descriptors require it. */
  readonly kind?: string;
  /** Held against the ranges that descriptors require. */
  readonly version?: string;
  /** A publisher of yours, whose members may then manage the host too. */
  readonly publisher?: string;
}
export interface DailyDownloadsBody {
  /** In UTC. */
  readonly day: string;
  readonly version: string;
  /** Files of code that were fetched whole. */
  readonly count: number;
}
export interface DeprecateReleaseBody {
  readonly message: string;
  /** The plugin to use instead: publisher/name, in any spelling. */
  readonly replaced_by?: string | null;
}
export interface DeprecationBody {
  readonly message: string;
  readonly replaced_by: string | null;
}
export interface DescriptorProblemBody {
  /** Stable, kebab-case. */
  readonly code: string;
  /** JSON pointer (RFC 6901); empty for the whole text. */
  readonly pointer: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** What to write instead. */
  readonly fix?: string;
  readonly severity: 'error' | 'warning';
}
export interface DownloadListBody {
  /** The first day looked at. */
  readonly from: string;
  /** The last day looked at. */
  readonly to: string;
  /** The newest day first; what has none is left out. */
  readonly items: readonly DailyDownloadsBody[];
  /** The cursor of the next page. */
  readonly next: string | null;
}
export interface FacetValueBody {
  readonly value: string;
  readonly count: number;
}
export interface FacetsBody {
  readonly category: readonly FacetValueBody[];
  readonly tag: readonly FacetValueBody[];
  readonly publisher: readonly FacetValueBody[];
  readonly kind: readonly FacetValueBody[];
  readonly interface: readonly FacetValueBody[];
  readonly has: readonly FacetValueBody[];
  readonly trust: readonly FacetValueBody[];
  readonly host: readonly FacetValueBody[];
}
export interface HealthBody {
  readonly status: 'live' | 'ready';
}
export interface HostBody {
  readonly id: string;
  readonly name: string;
  readonly kind: string | null;
  readonly version: string | null;
  readonly publisher: string | null;
  readonly created_at: string;
}
export interface HostPage {
  readonly items: readonly HostBody[];
  readonly next: string | null;
}
export interface ImportBody {
  /** One for each release, or for a file that has none. */
  readonly items: readonly ImportOutcomeBody[];
  /** Always null: the list is whole. */
  readonly next: string | null;
}
export interface ImportOutcomeBody {
  /** The name of the file that was sent, or its path in the tar. */
  readonly entry: string;
  readonly outcome: 'published' | 'unchanged' | 'refused';
  /** Null when it was refused. */
  readonly release: ReleaseBody | null;
  /** Why it was refused, or the warnings. */
  readonly problems: readonly DescriptorProblemBody[];
}
export interface InstallPluginBody {
  /** One exact version. */
  readonly version?: string;
  /** The highest that fits and suits the host, as npm reads ranges. */
  readonly range?: string;
  readonly channel?: string;
  /** A host may trust less than the store, never more. */
  readonly trust?: 'trusted' | 'untrusted';
  /** Install a yanked version all the same. */
  readonly allow_yanked?: boolean;
  /** Install it all the same where it requires another host, or another version of it. */
  readonly ignore_requires?: boolean;
  readonly plugin: string;
  /** Of the installation, chosen at random by the host: so it finds what it asked for, whether or not it heard the answer. */
  readonly id?: string;
}
export interface InstallationBody {
  readonly id: string;
  readonly plugin: string;
  readonly version: string;
  /** The range that updates follow. */
  readonly range: string | null;
  /** The channel that updates follow. */
  readonly channel: string | null;
  /** How far the host trusts it, at most. */
  readonly trust: 'trusted' | 'untrusted';
  readonly manifest_url: string;
  readonly created_at: string;
  readonly updated_at: string;
}
export interface InstallationPage {
  readonly items: readonly InstallationBody[];
  readonly next: string | null;
}
export interface IntrospectionBody {
  readonly active: boolean;
  readonly token_type?: string;
  /** What the key may do, in the host’s words. */
  readonly scope?: string;
  /** The host. */
  readonly client_id?: string;
  /** The installation. */
  readonly sub?: string;
  /** The key. */
  readonly jti?: string;
  /** Seconds since the epoch. */
  readonly iat?: number;
  /** Absent where the key has no end. */
  readonly exp?: number;
  /** The store. */
  readonly iss?: string;
  readonly plugin?: string;
  readonly version?: string;
}
export interface JobBody {
  readonly id: string;
  readonly state: 'queued' | 'running' | 'done' | 'failed';
  /** What is being done, for people. */
  readonly step: string;
  readonly progress: JobProgressBody | null;
  /** Once it is done. */
  readonly release: ReleaseBody | null;
  /** Once it has failed: why. */
  readonly problem: ProblemBody | null;
  readonly created_at: string;
  readonly updated_at: string;
}
export interface JobEntryBody {
  readonly id: string;
  /** What it does. */
  readonly kind: string;
  readonly state: 'queued' | 'running' | 'done' | 'failed';
  /** What is being done, for people. */
  readonly step: string;
  readonly progress: JobProgressBody | null;
  /** How often it was begun. */
  readonly attempts: number;
  readonly publisher: string | null;
  /** Once it has failed: why. */
  readonly problem: ProblemBody | null;
  /** When it was given up; null unless it was. */
  readonly dead_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}
export interface JobListBody {
  readonly items: readonly JobEntryBody[];
  /** The cursor of the next page. */
  readonly next: string | null;
}
export interface JobProgressBody {
  readonly done: number;
  readonly of: number;
}
export interface KeyBody {
  readonly id: string;
  readonly name: string | null;
  /** How the key begins. */
  readonly prefix: string;
  readonly scopes: readonly string[];
  readonly created_at: string;
  readonly expires_at: string | null;
  /** Kept to the minute or so. */
  readonly last_used_at: string | null;
}
export interface KeyChainBody {
  /** The oldest first. */
  readonly items: readonly VouchedKeyBody[];
  readonly next: string | null;
}
export interface KeyPage {
  readonly items: readonly KeyBody[];
  readonly next: string | null;
}
export interface KeySetBody {
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}
export interface ManifestArtifactBody {
  readonly filename: string;
  readonly url: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256, 64 hexadecimal digits. */
  readonly sha256: string;
  readonly kind: 'wheel' | 'sdist';
}
export interface ManifestBackendBody {
  readonly package: string;
  readonly version: string;
  readonly component: string | null;
  readonly requires_python: string | null;
  /** Wheels before the sdist. */
  readonly artifacts: readonly ManifestArtifactBody[];
}
export interface ManifestBody {
  readonly schema_version: number;
  readonly plugin: string;
  readonly name: string;
  readonly version: string;
  readonly version_label: string | null;
  readonly published_at: string;
  /** Quarantined releases have no manifest. */
  readonly state: 'active' | 'yanked';
  readonly state_reason: string | null;
  readonly review: 'approved' | 'pending' | 'rejected';
  readonly trust: 'trusted' | 'untrusted';
  /** The weakest isolation that the host should run it in. */
  readonly isolation: 'process' | 'container';
  readonly deprecated: ManifestDeprecationBody | null;
  readonly descriptor: ManifestDescriptorBody;
  /** By name. */
  readonly interfaces: Readonly<Record<string, ManifestInterfaceBody>>;
  readonly default_config: Readonly<Record<string, unknown>>;
  readonly permissions: readonly string[];
  readonly runtime: Readonly<Record<string, unknown>>;
  readonly requires: Readonly<Record<string, string>>;
  readonly lock: ManifestFileBody | null;
  readonly icon: ManifestFileBody | null;
  readonly replaces: string | null;
}
export interface ManifestDeprecationBody {
  readonly message: string;
  readonly replaced_by: string | null;
}
export interface ManifestDescriptorBody {
  readonly url: string;
  readonly size: number;
  readonly sha256: string;
}
export interface ManifestFileBody {
  readonly filename: string;
  readonly url: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256, 64 hexadecimal digits. */
  readonly sha256: string;
}
export interface ManifestFrontendBody {
  readonly package: string;
  readonly version: string;
  readonly component: string | null;
  readonly entry: string | null;
  readonly base_url: string;
  readonly tarball: ManifestTarballBody;
  readonly files: readonly ManifestFrontendFileBody[];
}
export interface ManifestFrontendFileBody {
  readonly path: string;
  readonly size: number;
  /** W3C SRI. */
  readonly integrity: string;
}
export interface ManifestInterfaceBody {
  readonly backend: ManifestBackendBody | null;
  readonly frontend: ManifestFrontendBody | null;
  readonly form: readonly Readonly<Record<string, unknown>>[] | null;
}
export interface ManifestKeyBody {
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  readonly announced_at: string;
  /** From then on it signs. */
  readonly active_at: string;
}
export interface ManifestTarballBody {
  readonly filename: string;
  readonly url: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256, 64 hexadecimal digits. */
  readonly sha256: string;
  /** As npm has it (W3C SRI). */
  readonly integrity: string;
}
export interface MemberBody {
  readonly username: string;
  readonly role: 'owner' | 'maintainer';
  readonly added_at: string;
}
export interface MemberPageBody {
  readonly items: readonly MemberBody[];
  readonly next: string | null;
}
export interface MemberRoleBody {
  readonly role: 'owner' | 'maintainer';
}
export interface MembershipBody {
  /** The publisher’s id. */
  readonly publisher: string;
  readonly role: 'owner' | 'maintainer';
}
export interface MintedTokenBody {
  readonly id: string;
  readonly name: string;
  /** The token’s first characters. */
  readonly prefix: string;
  readonly scopes: readonly ('read' | 'publish' | 'manage' | 'moderate' | 'admin')[];
  readonly publisher: string | null;
  readonly plugins: readonly string[];
  readonly packages: readonly string[] | null;
  readonly networks: readonly string[] | null;
  readonly created_at: string;
  readonly expires_at: string;
  /** To within some seconds. */
  readonly last_used_at: string | null;
  /** The token itself. It is shown here and never again. */
  readonly token: string;
}
export interface MoveChannelBody {
  /** An exact version. */
  readonly version: string;
}
export interface MoveInstallationBody {
  /** One exact version. */
  readonly version?: string;
  /** The highest that fits and suits the host, as npm reads ranges. */
  readonly range?: string;
  readonly channel?: string;
  /** A host may trust less than the store, never more. */
  readonly trust?: 'trusted' | 'untrusted';
  /** Install a yanked version all the same. */
  readonly allow_yanked?: boolean;
  /** Install it all the same where it requires another host, or another version of it. */
  readonly ignore_requires?: boolean;
}
export interface NewHostBody {
  readonly id: string;
  readonly name: string;
  readonly kind: string | null;
  readonly version: string | null;
  readonly publisher: string | null;
  readonly created_at: string;
  /** The host’s first key. It is shown this once. */
  readonly key: string;
  readonly prefix: string;
}
export interface NewInstallationBody {
  readonly id: string;
  readonly plugin: string;
  readonly version: string;
  /** The range that updates follow. */
  readonly range: string | null;
  /** The channel that updates follow. */
  readonly channel: string | null;
  /** How far the host trusts it, at most. */
  readonly trust: 'trusted' | 'untrusted';
  readonly manifest_url: string;
  readonly created_at: string;
  readonly updated_at: string;
  /** The plugin’s own key. It is shown this once, and not for what is there already. */
  readonly key?: string;
  /** Of that key, where it is shown. */
  readonly key_id?: string;
}
export interface NewKeyBody {
  readonly id: string;
  readonly name: string | null;
  /** How the key begins. */
  readonly prefix: string;
  readonly scopes: readonly string[];
  readonly created_at: string;
  readonly expires_at: string | null;
  /** Kept to the minute or so. */
  readonly last_used_at: string | null;
  /** The key itself. It is shown this once. */
  readonly key: string;
}
export interface NewPublisherBody {
  /** Its id is the normalised name: lower case, runs of `-`, `_`, `.` and space become one `-`. */
  readonly name: string;
  readonly title?: string | null;
  /** Only administrators say `trusted`. */
  readonly trust?: 'trusted' | 'untrusted' | null;
}
export interface NpmKeyBody {
  readonly keyid: string;
  readonly announced_at: string;
  /** From then on it signs. */
  readonly active_at: string;
}
export interface OperationBody {
  readonly kind: 'action' | 'trigger' | 'task';
  readonly name: string;
  readonly title: string | null;
  readonly description: string | null;
}
export interface OwnAccountBody {
  readonly id: string;
  readonly username: string;
  readonly email: string | null;
  readonly roles: readonly ('moderator' | 'administrator')[];
  readonly created_at: string;
  readonly publishers: readonly MembershipBody[];
}
export interface PackageBody {
  readonly side: 'npm' | 'python';
  /** Normalised on the Python side. */
  readonly name: string;
  /** Whose it is; null where it is upstream’s, and what the store has of it was pulled from there. */
  readonly publisher: string | null;
}
export interface PackageOwnerBody {
  /** Whose the name becomes, in any spelling. */
  readonly publisher: string;
  readonly reason?: string;
}
export interface PasswordChangeBody {
  readonly old_password: string;
  readonly new_password: string;
}
export interface PluginBody {
  readonly id: string;
  readonly publisher: string;
  /** As its descriptor writes it. */
  readonly name: string;
  readonly title: string | null;
  readonly summary: string | null;
  /** What is shown: the latest version, else the highest there is. */
  readonly version: string;
  readonly categories: readonly string[];
  readonly tags: readonly string[];
  readonly trust: 'trusted' | 'untrusted';
  readonly kind: 'native' | 'insightconnect' | 'cloudlaunch';
  /** Names of interfaces. */
  readonly interfaces: readonly string[];
  readonly downloads: number;
  readonly deprecated: DeprecationBody | null;
  /** Whether all its versions were withdrawn. */
  readonly withdrawn: boolean;
  readonly created_at: string;
  /** When its newest release was published. */
  readonly updated_at: string;
  /** Channel to version. */
  readonly channels: Readonly<Record<string, string>>;
  readonly version_count: number;
  /** Null where no version is active. */
  readonly latest: ReleaseDetailBody | null;
}
export interface PluginHitBody {
  readonly id: string;
  readonly publisher: string;
  /** As its descriptor writes it. */
  readonly name: string;
  readonly title: string | null;
  readonly summary: string | null;
  readonly version: string | null;
  readonly categories: readonly string[];
  readonly tags: readonly string[];
  readonly trust: 'trusted' | 'untrusted';
  readonly kind: 'native' | 'insightconnect' | 'cloudlaunch';
  /** Names of interfaces. */
  readonly interfaces: readonly string[];
  readonly downloads: number;
  readonly updated_at: string;
  /** Whether all its versions are yanked. */
  readonly withdrawn: boolean;
  /** Of the version shown. What is deprecated is ranked behind what matches as well. */
  readonly deprecated: PluginHitDeprecationBody | null;
  /** Field to an HTML-escaped fragment of it, with `<mark>` around what matched. */
  readonly highlights: Readonly<Record<string, string>>;
}
export interface PluginHitDeprecationBody {
  readonly message: string;
  readonly replaced_by: string | null;
}
export interface ProblemBody {
  readonly type: string;
  /** The name of the status. */
  readonly title: string;
  readonly status: number;
  /** Stable, for programs to act upon. */
  readonly code: string;
  /** A sentence for people that says what to do. */
  readonly detail: string;
  /** Under this id the log of the store has the request. */
  readonly request_id: string;
}
export interface PublisherBody {
  /** The normalised name. */
  readonly id: string;
  /** As it was written. */
  readonly name: string;
  readonly title: string | null;
  /** What its releases start with. */
  readonly trust: 'trusted' | 'untrusted';
  readonly created_at: string;
}
export interface PublisherTrustBody {
  readonly trust: 'trusted' | 'untrusted';
  readonly reason: string;
}
export interface QuarantineBody {
  readonly reason: string;
}
export interface QuarantineFollowersBody {
  /** The package versions that are quarantined with it: the publisher’s own, never others’. */
  readonly packages: readonly QuarantinedPackageBody[];
  /** The other releases that pin one of these, and so are quarantined too. */
  readonly releases: readonly QuarantinedReleaseBody[];
}
export interface QuarantinedPackageBody {
  readonly side: 'npm' | 'python';
  readonly package: string;
  readonly version: string;
}
export interface QuarantinedReleaseBody {
  readonly plugin: string;
  readonly version: string;
}
export interface RegistrationBody {
  /** Letters, digits and single hyphens between them; unique without regard to case. */
  readonly username: string;
  /** Any characters. */
  readonly password: string;
  readonly email?: string | null;
}
export interface ReleaseArtifactBody {
  readonly kind: 'wheel' | 'sdist' | 'tarball' | 'icon' | 'lock';
  readonly filename: string;
  readonly url: string;
  /** In bytes. */
  readonly size: number;
  readonly sha256: string;
}
export interface ReleaseBody {
  /** The plugin’s id. */
  readonly id: string;
  readonly publisher: string;
  /** As its descriptor writes it. */
  readonly name: string;
  /** SemVer 2.0. */
  readonly version: string;
  /** What the version is called, where that isn’t SemVer. */
  readonly version_label: string | null;
  readonly title: string | null;
  readonly summary: string | null;
  /** Markdown. */
  readonly description: string | null;
  readonly maintainer: string | null;
  readonly categories: readonly string[];
  readonly tags: readonly string[];
  readonly homepage: string | null;
  readonly repository: string | null;
  /** SPDX, where it is native. */
  readonly license: string | null;
  /** Markdown, for this version. */
  readonly changelog: string | null;
  readonly kind: 'native' | 'insightconnect' | 'cloudlaunch';
  readonly state: 'active' | 'yanked' | 'quarantined';
  readonly state_reason: string | null;
  readonly review: 'approved' | 'pending' | 'rejected';
  readonly trust: 'trusted' | 'untrusted';
  readonly deprecated: DeprecationBody | null;
  readonly published_at: string;
  /** A username. */
  readonly published_by: string;
  readonly interfaces: Readonly<Record<string, ReleaseInterfaceBody>>;
  /** What a foreign descriptor says it can do. */
  readonly operations: readonly OperationBody[];
  readonly default_config: Readonly<Record<string, unknown>>;
  /** What the plugin’s key may do: words of the host. */
  readonly permissions: readonly string[];
  readonly runtime: Readonly<Record<string, unknown>>;
  /** Host to version range. */
  readonly requires: Readonly<Record<string, string>>;
  readonly replaces: string | null;
  readonly artifacts: readonly ReleaseArtifactBody[];
  readonly descriptor: ReleaseDescriptorBody;
  readonly manifest_url: string;
  /** The warnings that its descriptor was read with. */
  readonly problems: readonly DescriptorProblemBody[];
}
export interface ReleaseDescriptorBody {
  /** Where its bytes are served as they were published. */
  readonly url: string;
  /** In bytes. */
  readonly size: number;
  readonly sha256: string;
}
export interface ReleaseDetailBody {
  /** The plugin’s id. */
  readonly id: string;
  readonly publisher: string;
  /** As its descriptor writes it. */
  readonly name: string;
  /** SemVer 2.0. */
  readonly version: string;
  /** What the version is called, where that isn’t SemVer. */
  readonly version_label: string | null;
  readonly title: string | null;
  readonly summary: string | null;
  /** Markdown. */
  readonly description: string | null;
  readonly maintainer: string | null;
  readonly categories: readonly string[];
  readonly tags: readonly string[];
  readonly homepage: string | null;
  readonly repository: string | null;
  /** SPDX, where it is native. */
  readonly license: string | null;
  /** Markdown, for this version. */
  readonly changelog: string | null;
  readonly kind: 'native' | 'insightconnect' | 'cloudlaunch';
  readonly state: 'active' | 'yanked' | 'quarantined';
  readonly state_reason: string | null;
  readonly review: 'approved' | 'pending' | 'rejected';
  readonly trust: 'trusted' | 'untrusted';
  readonly deprecated: DeprecationBody | null;
  readonly published_at: string;
  /** A username. */
  readonly published_by: string;
  readonly interfaces: Readonly<Record<string, ReleaseInterfaceBody>>;
  /** What a foreign descriptor says it can do. */
  readonly operations: readonly OperationBody[];
  readonly default_config: Readonly<Record<string, unknown>>;
  /** What the plugin’s key may do: words of the host. */
  readonly permissions: readonly string[];
  readonly runtime: Readonly<Record<string, unknown>>;
  /** Host to version range. */
  readonly requires: Readonly<Record<string, string>>;
  readonly replaces: string | null;
  readonly artifacts: readonly ReleaseArtifactBody[];
  readonly descriptor: ReleaseDescriptorBody;
  readonly manifest_url: string;
  /** The warnings that its descriptor was read with. */
  readonly problems: readonly DescriptorProblemBody[];
  /** What the moderator said who reviewed it. */
  readonly review_reason: string | null;
  /** The channels that point to it. */
  readonly channels: readonly string[];
  /** Whether it is what `latest` means. */
  readonly latest: boolean;
  /** How often its code was fetched. */
  readonly downloads: number;
}
export interface ReleaseInterfaceBody {
  readonly backend: ReleasePackageBody | null;
  readonly frontend: ReleasePackageBody | null;
  readonly form: readonly Readonly<Record<string, unknown>>[] | null;
}
export interface ReleasePackageBody {
  /** Normalised on the Python side. */
  readonly package: string;
  readonly version: string | null;
  readonly component: string | null;
}
export interface ReleaseTrustBody {
  readonly trust: 'trusted' | 'untrusted';
  readonly reason: string;
}
export interface ReportBody {
  readonly kind: 'loaded' | 'unloaded' | 'warning' | 'failed';
  readonly message: string;
  readonly interface?: string | null;
  readonly version: string;
  /** When it happened, by the host’s clock. */
  readonly at: string;
}
export interface ReportPage {
  readonly items: readonly StoredReportBody[];
  readonly next: string | null;
}
export interface ReviewReleaseBody {
  readonly review: 'approved' | 'rejected';
  readonly reason: string;
}
export interface RolesBody {
  /** All of them; an empty list takes every role away. `administrator` includes `moderator`. */
  readonly roles: readonly ('moderator' | 'administrator')[];
}
export interface RotatePluginKeyBody {
  readonly name?: string;
  /** Without it the key has no end. */
  readonly expires_at?: string;
  /** How many seconds the keys before it live on. */
  readonly overlap_s?: number;
  /** Of the key, chosen at random by the host. */
  readonly id?: string;
  /** The id of the one key that it replaces; null: none. Without it, all. */
  readonly replaces?: string | null;
}
export interface SearchBody {
  readonly items: readonly PluginHitBody[];
  /** The cursor of the next page. */
  readonly next: string | null;
  /** How many there are in all. */
  readonly total: number;
  /** How many would be found by each value; a facet ignores its own filter. */
  readonly facets: FacetsBody;
}
export interface SessionBody {
  /** A JWT, to be sent as `Authorization: Bearer …`. */
  readonly access_token: string;
  readonly token_type: 'Bearer';
  /** Seconds until the session ends by itself. */
  readonly expires_in: number;
}
export interface SignInBody {
  readonly username: string;
  readonly password: string;
}
export interface StoredReportBody {
  readonly kind: 'loaded' | 'unloaded' | 'warning' | 'failed';
  readonly message: string;
  readonly interface?: string | null;
  readonly version: string;
  /** When it happened, by the host’s clock. */
  readonly at: string;
  readonly received_at: string;
}
export interface SuggestionBody {
  readonly id: string;
  readonly name: string;
  readonly title: string | null;
  readonly summary: string | null;
}
export interface SuggestionListBody {
  readonly items: readonly SuggestionBody[];
  /** Always null: there is one page. */
  readonly next: string | null;
}
export interface TokenBody {
  readonly id: string;
  readonly name: string;
  /** The token’s first characters. */
  readonly prefix: string;
  readonly scopes: readonly ('read' | 'publish' | 'manage' | 'moderate' | 'admin')[];
  readonly publisher: string | null;
  readonly plugins: readonly string[];
  readonly packages: readonly string[] | null;
  readonly networks: readonly string[] | null;
  readonly created_at: string;
  readonly expires_at: string;
  /** To within some seconds. */
  readonly last_used_at: string | null;
}
export interface TokenForm {
  readonly token: string;
  /** Taken and ignored: a key says itself what it is. */
  readonly token_type_hint?: string;
}
export interface TokenPageBody {
  readonly items: readonly TokenBody[];
  readonly next: string | null;
}
export interface TokenRequestBody {
  /** What it is for, to be told apart by. */
  readonly name: string;
  /** What it may be used for. None implies another, except that `admin` includes `moderate`. */
  readonly scopes: readonly ('read' | 'publish' | 'manage' | 'moderate' | 'admin')[];
  /** The only publisher that it reaches. */
  readonly publisher?: string | null;
  /** The only plugins that it reaches: `publisher/name`, where `*` stands for any characters. */
  readonly plugins?: readonly string[];
  /** The only packages that it writes to, and nothing else is open to it but reading: `npm:` or `python:` and a name, where `*` stands for any characters. */
  readonly packages?: readonly string[] | null;
  /** The only networks (CIDR) that it may be used from. */
  readonly networks?: readonly string[] | null;
  /** When it ends; in 90 days by itself. */
  readonly expires_at?: string | null;
}
export interface UpdateBody {
  readonly installation: string;
  readonly plugin: string;
  /** What is installed. */
  readonly version: string;
  readonly kind: 'newer-release' | 'yanked' | 'quarantined' | 'deprecated';
  /** The version to go to, if there is one. */
  readonly to: string | null;
  readonly reason: string;
}
export interface UpdatesBody {
  readonly items: readonly UpdateBody[];
  readonly next: string | null;
  /** Empty until there are advisories. */
  readonly advisories: readonly Readonly<Record<string, unknown>>[];
}
export interface ValidationBody {
  /** Whether it would publish as it stands, its packages aside. */
  readonly valid: boolean;
  readonly kind: 'native' | 'insightconnect' | 'cloudlaunch' | null;
  /** In the order of the text. */
  readonly problems: readonly DescriptorProblemBody[];
  /** Normalised; null when there are errors. Of several versions, the highest. */
  readonly descriptor: Readonly<Record<string, unknown>> | null;
  /** One for each release that it describes; only CloudLaunch’s entries have several. */
  readonly descriptors: readonly Readonly<Record<string, unknown>>[];
}
export interface VersionBody {
  /** SemVer 2.0. */
  readonly version: string;
  /** What the version is called, where that isn’t SemVer. */
  readonly version_label: string | null;
  readonly published_at: string;
  /** A username. */
  readonly published_by: string;
  readonly state: 'active' | 'yanked' | 'quarantined';
  readonly state_reason: string | null;
  readonly trust: 'trusted' | 'untrusted';
  readonly review: 'approved' | 'pending' | 'rejected';
  readonly deprecated: DeprecationBody | null;
  /** The channels that point to it. */
  readonly channels: readonly string[];
  /** Whether it is what `latest` means. */
  readonly latest: boolean;
  /** How often its code was fetched. */
  readonly downloads: number;
}
export interface VersionListBody {
  /** By SemVer precedence, the highest first. */
  readonly items: readonly VersionBody[];
  /** The cursor of the next page. */
  readonly next: string | null;
}
export interface VouchedKeyBody {
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  readonly announced_at: string;
  /** From then on it signs. */
  readonly active_at: string;
  /** RFC 8037. */
  readonly jwk: Readonly<Record<string, unknown>>;
  /** A compact JWS by the key before it (`typ: mortise-key+jws`) over `{"jwk": {kty, crv, x}, "iat", "nbf"}`; null for the first. */
  readonly voucher: string | null;
}
export interface WebLoginBody {
  /** Until when it can be approved. */
  readonly expires_at: string;
}
export interface YankReleaseBody {
  readonly reason: string;
}
/** Every call of the store, by the operation's name in the contract. */
export interface StoreOperations {
  /** The keys that manifests are signed with (RFC 7517) */
  readonly keysKeySet: { readonly input: NoInput; readonly answer: KeySetBody };
  /** Make an account */
  readonly accountRegister: {
    readonly input: { readonly body: RegistrationBody };
    readonly answer: AccountBody;
  };
  /** See one’s own account */
  readonly accountMe: { readonly input: NoInput; readonly answer: OwnAccountBody };
  /** Change one’s own password */
  readonly accountSetPassword: {
    readonly input: { readonly body: PasswordChangeBody };
    readonly answer: undefined;
  };
  /** Say which roles an account has */
  readonly accountSetRoles: {
    readonly input: {
      /** The username of an account. */
      readonly username: string;
      readonly body: RolesBody;
    };
    readonly answer: AccountBody;
  };
  /** The bytes of an artifact */
  readonly getArtifact: {
    readonly input: {
      /** The SHA-256 of the bytes, in hexadecimal. */
      readonly sha256: string;
      /** The file name that the artifact was published with. */
      readonly filename: string;
    };
    readonly answer: Uint8Array;
  };
  /** Read the audit log */
  readonly auditList: {
    readonly input: {
      /** How many items at most. */
      readonly limit?: number;
      /** Where to go on: `next` of the page before. */
      readonly cursor?: string;
      /** Who, by the name that they had then. */
      readonly actor?: string;
      /** Did what. */
      readonly action?: string;
      /** To what. */
      readonly target?: string;
      /** Not before. */
      readonly since?: string;
      /** Before. */
      readonly until?: string;
    };
    readonly answer: AuditPageBody;
  };
  /** Everything that changed, in order */
  readonly listChanges: {
    readonly input: { readonly limit?: number; readonly after?: number };
    readonly answer: ChangeListBody;
  };
  /** Check a descriptor without publishing it */
  readonly validateDescriptor: {
    readonly input: { readonly body: BodyToSend };
    readonly answer: ValidationBody;
  };
  /** List the hosts that you manage */
  readonly hostsList: {
    readonly input: {
      /** How many items at most. */
      readonly limit?: number;
      /** Where to go on: `next` of the page before. */
      readonly cursor?: string;
    };
    readonly answer: HostPage;
  };
  /** Make a host */
  readonly hostsCreate: { readonly input: { readonly body: CreateHostBody }; readonly answer: NewHostBody };
  /** See the host that a key belongs to */
  readonly hostsMe: { readonly input: NoInput; readonly answer: HostBody };
  /** What this host should know of its plugins */
  readonly updatesList: { readonly input: NoInput; readonly answer: UpdatesBody };
  /** See a host */
  readonly hostsFind: { readonly input: { readonly host: string }; readonly answer: HostBody };
  /** Remove a host */
  readonly hostsRemove: { readonly input: { readonly host: string }; readonly answer: undefined };
  /** Change a host */
  readonly hostsChange: {
    readonly input: { readonly host: string; readonly body: ChangeHostBody };
    readonly answer: HostBody;
  };
  /** List a host’s live keys */
  readonly hostsKeys: { readonly input: { readonly host: string }; readonly answer: KeyPage };
  /** Add a host key */
  readonly hostsAddKey: {
    readonly input: { readonly host: string; readonly body: AddHostKeyBody };
    readonly answer: NewKeyBody;
  };
  /** Revoke a host key */
  readonly hostsRevokeKey: {
    readonly input: { readonly host: string; readonly key: string };
    readonly answer: undefined;
  };
  /** List what is installed on this host */
  readonly installationsList: { readonly input: NoInput; readonly answer: InstallationPage };
  /** Install a plugin on this host */
  readonly installationsInstall: {
    readonly input: { readonly body: InstallPluginBody };
    readonly answer: NewInstallationBody;
  };
  /** See an installation */
  readonly installationsFind: {
    readonly input: { readonly installation: string };
    readonly answer: InstallationBody;
  };
  /** Remove an installation */
  readonly installationsRemove: {
    readonly input: { readonly installation: string };
    readonly answer: undefined;
  };
  /** Move an installation to another release */
  readonly installationsMove: {
    readonly input: { readonly installation: string; readonly body: MoveInstallationBody };
    readonly answer: InstallationBody;
  };
  /** List a plugin’s live keys */
  readonly installationsKeys: { readonly input: { readonly installation: string }; readonly answer: KeyPage };
  /** Rotate a plugin’s key */
  readonly installationsRotateKey: {
    readonly input: { readonly installation: string; readonly body: RotatePluginKeyBody };
    readonly answer: NewKeyBody;
  };
  /** Revoke a plugin’s key */
  readonly installationsRevokeKey: {
    readonly input: { readonly installation: string; readonly key: string };
    readonly answer: undefined;
  };
  /** List what was reported of an installation */
  readonly reportsList: {
    readonly input: {
      readonly installation: string;
      /** How many items at most. */
      readonly limit?: number;
      /** Where to go on: `next` of the page before. */
      readonly cursor?: string;
    };
    readonly answer: ReportPage;
  };
  /** Report what became of a plugin */
  readonly reportsAdd: {
    readonly input: { readonly installation: string; readonly body: ReportBody };
    readonly answer: StoredReportBody;
  };
  /** What the store has to do, and what it gave up */
  readonly listJobs: {
    readonly input: {
      /** How many items at most. */
      readonly limit?: number;
      /** Where to go on: `next` of the page before. */
      readonly cursor?: string;
      readonly state?: 'queued' | 'running' | 'done' | 'failed';
      /** `true`: only those that were given up; `false`: only the others. */
      readonly dead?: 'true' | 'false';
    };
    readonly answer: JobListBody;
  };
  /** How far a job is */
  readonly getJob: { readonly input: { readonly id: string }; readonly answer: JobBody };
  /** Take a job off the list of those that were given up */
  readonly dismissJob: { readonly input: { readonly id: string }; readonly answer: undefined };
  /** Begin a job again that was given up */
  readonly requeueJob: { readonly input: { readonly id: string }; readonly answer: JobEntryBody };
  /** Every key for manifests that the store had, each vouched for by the one before */
  readonly keysChain: { readonly input: NoInput; readonly answer: KeyChainBody };
  /** Rotate the key that signs manifests */
  readonly keysRotate: { readonly input: NoInput; readonly answer: ManifestKeyBody };
  /** Rotate the key that npm versions are signed with */
  readonly rotateNpmKey: { readonly input: NoInput; readonly answer: NpmKeyBody };
  /** Whose a package is */
  readonly getPackage: {
    readonly input: {
      readonly side: 'npm' | 'python';
      /** Encoded: `@cloudve%2Fkube`. */
      readonly name: string;
    };
    readonly answer: PackageBody;
  };
  /** Give a package’s name to a publisher */
  readonly grantPackageName: {
    readonly input: {
      readonly side: 'npm' | 'python';
      /** Encoded: `@cloudve%2Fkube`. */
      readonly name: string;
      readonly body: PackageOwnerBody;
    };
    readonly answer: undefined;
  };
  /** Stop a package version now, at every door */
  readonly quarantinePackageVersion: {
    readonly input: {
      /** A version; `latest` or a channel where the route says so. */
      readonly version: unknown;
      /** Encoded: `@cloudve%2Fkube`. */
      readonly name: unknown;
      readonly side: 'npm' | 'python';
      readonly body: QuarantineBody;
    };
    readonly answer: QuarantineFollowersBody;
  };
  /** Take the quarantine of a package version back */
  readonly liftPackageQuarantine: {
    readonly input: {
      /** Why, for the audit log. */
      readonly reason?: string;
      /** A version; `latest` or a channel where the route says so. */
      readonly version: unknown;
      /** Encoded: `@cloudve%2Fkube`. */
      readonly name: unknown;
      readonly side: 'npm' | 'python';
    };
    readonly answer: undefined;
  };
  /** Find plugins */
  readonly searchPlugins: {
    readonly input: {
      readonly cursor?: string;
      readonly limit?: number;
      readonly sort?: 'relevance' | 'name' | 'updated' | 'downloads';
      /** A host that it runs on: name or name@version. */
      readonly host?: readonly string[];
      /** trusted or untrusted. */
      readonly trust?: readonly string[];
      /** What it has: frontend, backend, form, operations, lock. */
      readonly has?: readonly string[];
      /** The name of an interface. */
      readonly interface?: readonly string[];
      /** The form of its descriptor: native, insightconnect, cloudlaunch. */
      readonly kind?: readonly string[];
      /** A publisher, in any spelling. */
      readonly publisher?: readonly string[];
      /** A tag. */
      readonly tag?: readonly string[];
      /** A category. */
      readonly category?: readonly string[];
      readonly q?: string;
    };
    readonly answer: SearchBody;
  };
  /** Complete what is being typed */
  readonly suggestPlugins: {
    readonly input: { readonly limit?: number; readonly q?: string };
    readonly answer: SuggestionListBody;
  };
  /** A plugin with its latest release */
  readonly getPlugin: {
    readonly input: {
      /** In any spelling. */
      readonly plugin: unknown;
      /** In any spelling. */
      readonly publisher: unknown;
    };
    readonly answer: PluginBody;
  };
  /** The channels of a plugin, with their history */
  readonly listChannels: {
    readonly input: {
      /** In any spelling. */
      readonly plugin: unknown;
      /** In any spelling. */
      readonly publisher: unknown;
    };
    readonly answer: ChannelListBody;
  };
  /** Point a channel to a version */
  readonly moveChannel: {
    readonly input: {
      /** A channel. */
      readonly channel: string;
      /** In any spelling. */
      readonly plugin: unknown;
      /** In any spelling. */
      readonly publisher: unknown;
      readonly body: MoveChannelBody;
    };
    readonly answer: undefined;
  };
  /** Take a channel away; its history stays */
  readonly removeChannel: {
    readonly input: {
      /** A channel. */
      readonly channel: string;
      /** In any spelling. */
      readonly plugin: unknown;
      /** In any spelling. */
      readonly publisher: unknown;
    };
    readonly answer: undefined;
  };
  /** How often the versions of a plugin were fetched, by day */
  readonly listDownloads: {
    readonly input: {
      /** The publisher, in any spelling of its id. */
      readonly publisher: string;
      /** The plugin’s name, in any spelling of its id. */
      readonly plugin: string;
      readonly cursor?: string;
      readonly limit?: number;
      /** The last day; by default today. */
      readonly to?: string;
      /** The first day, in UTC; at most a year before the last. By default thirty days are shown. */
      readonly from?: string;
    };
    readonly answer: DownloadListBody;
  };
  /** List what hosts reported of a plugin */
  readonly reportsOfPlugin: {
    readonly input: {
      /** The publisher, in any spelling of its id. */
      readonly publisher: string;
      /** The plugin’s name, in any spelling of its id. */
      readonly plugin: string;
      /** How many items at most. */
      readonly limit?: number;
      /** Where to go on: `next` of the page before. */
      readonly cursor?: string;
    };
    readonly answer: ReportPage;
  };
  /** The versions of a plugin, the highest first */
  readonly listVersions: {
    readonly input: {
      readonly cursor?: string;
      readonly limit?: number;
      readonly range?: string;
      /** In any spelling. */
      readonly plugin: unknown;
      /** In any spelling. */
      readonly publisher: unknown;
    };
    readonly answer: VersionListBody;
  };
  /** One version of a plugin */
  readonly getRelease: {
    readonly input: {
      /** A version, `latest`, or a channel; the answer names the version. */
      readonly version: unknown;
      /** In any spelling. */
      readonly plugin: unknown;
      /** In any spelling. */
      readonly publisher: unknown;
    };
    readonly answer: ReleaseDetailBody;
  };
  /** Say what to use instead of a version */
  readonly deprecateRelease: {
    readonly input: {
      /** An exact version. */
      readonly version: string;
      /** In any spelling. */
      readonly plugin: unknown;
      /** In any spelling. */
      readonly publisher: unknown;
      readonly body: DeprecateReleaseBody;
    };
    readonly answer: undefined;
  };
  /** Take a deprecation back */
  readonly undeprecateRelease: {
    readonly input: {
      /** An exact version. */
      readonly version: string;
      /** In any spelling. */
      readonly plugin: unknown;
      /** In any spelling. */
      readonly publisher: unknown;
    };
    readonly answer: undefined;
  };
  /** The descriptor of a version, byte for byte as it was published */
  readonly getDescriptor: {
    readonly input: {
      /** A version, `latest`, or a channel; the answer names the version. */
      readonly version: unknown;
      /** In any spelling. */
      readonly plugin: unknown;
      /** In any spelling. */
      readonly publisher: unknown;
    };
    readonly answer: Uint8Array;
  };
  /** Get the install manifest */
  readonly manifestManifest: {
    readonly input: {
      /** How far the host trusts the plugin: less than the store, never more. */
      readonly trust?: 'trusted' | 'untrusted';
      /** A version, `latest`, or a channel. */
      readonly version: unknown;
      /** In any spelling. */
      readonly plugin: unknown;
      /** In any spelling. */
      readonly publisher: unknown;
    };
    readonly answer: ManifestBody;
  };
  /** Get the signed install manifest */
  readonly manifestSigned: {
    readonly input: {
      /** How far the host trusts the plugin: less than the store, never more. */
      readonly trust?: 'trusted' | 'untrusted';
      /** A version, `latest`, or a channel. */
      readonly version: unknown;
      /** In any spelling. */
      readonly plugin: unknown;
      /** In any spelling. */
      readonly publisher: unknown;
    };
    readonly answer: Uint8Array;
  };
  /** Get the lock of what the back end needs */
  readonly manifestLock: {
    readonly input: {
      /** A version, `latest`, or a channel. */
      readonly version: unknown;
      /** In any spelling. */
      readonly plugin: unknown;
      /** In any spelling. */
      readonly publisher: unknown;
    };
    readonly answer: Uint8Array;
  };
  /** Stop a release now, at every door */
  readonly quarantineRelease: {
    readonly input: {
      /** An exact version. */
      readonly version: unknown;
      /** In any spelling. */
      readonly plugin: unknown;
      /** In any spelling. */
      readonly publisher: unknown;
      readonly body: QuarantineBody;
    };
    readonly answer: QuarantineFollowersBody;
  };
  /** Take the quarantine of a release back */
  readonly liftReleaseQuarantine: {
    readonly input: {
      /** Why, for the audit log. */
      readonly reason?: string;
      /** An exact version. */
      readonly version: unknown;
      /** In any spelling. */
      readonly plugin: unknown;
      /** In any spelling. */
      readonly publisher: unknown;
    };
    readonly answer: undefined;
  };
  /** Approve or reject a release */
  readonly reviewRelease: {
    readonly input: {
      /** An exact version. */
      readonly version: unknown;
      /** In any spelling. */
      readonly plugin: unknown;
      /** In any spelling. */
      readonly publisher: unknown;
      readonly body: ReviewReleaseBody;
    };
    readonly answer: undefined;
  };
  /** Trust a release, or not, whatever its publisher is */
  readonly setReleaseTrust: {
    readonly input: {
      /** An exact version. */
      readonly version: unknown;
      /** In any spelling. */
      readonly plugin: unknown;
      /** In any spelling. */
      readonly publisher: unknown;
      readonly body: ReleaseTrustBody;
    };
    readonly answer: undefined;
  };
  /** Return a release to its publisher’s trust */
  readonly resetReleaseTrust: {
    readonly input: {
      /** Why, for the audit log. */
      readonly reason?: string;
      /** An exact version. */
      readonly version: unknown;
      /** In any spelling. */
      readonly plugin: unknown;
      /** In any spelling. */
      readonly publisher: unknown;
    };
    readonly answer: undefined;
  };
  /** Allow no new installs of a version */
  readonly yankRelease: {
    readonly input: {
      /** An exact version. */
      readonly version: string;
      /** In any spelling. */
      readonly plugin: unknown;
      /** In any spelling. */
      readonly publisher: unknown;
      readonly body: YankReleaseBody;
    };
    readonly answer: undefined;
  };
  /** Allow installs of a version again */
  readonly unyankRelease: {
    readonly input: {
      /** An exact version. */
      readonly version: string;
      /** In any spelling. */
      readonly plugin: unknown;
      /** In any spelling. */
      readonly publisher: unknown;
    };
    readonly answer: undefined;
  };
  /** Make a publisher */
  readonly publisherCreate: {
    readonly input: { readonly body: NewPublisherBody };
    readonly answer: PublisherBody;
  };
  /** See a publisher */
  readonly publisherFind: {
    readonly input: {
      /** The publisher, in any spelling of its id. */
      readonly publisher: string;
    };
    readonly answer: PublisherBody;
  };
  /** Publish many descriptors, or one that has several versions */
  readonly importDescriptors: {
    readonly input: {
      /** The publisher, in any spelling of its id. */
      readonly publisher: string;
      readonly body: BodyToSend;
    };
    readonly answer: ImportBody;
  };
  /** List a publisher’s members */
  readonly publisherMembers: {
    readonly input: {
      /** The publisher, in any spelling of its id. */
      readonly publisher: string;
    };
    readonly answer: MemberPageBody;
  };
  /** Take somebody into a publisher */
  readonly publisherPutMember: {
    readonly input: {
      /** The publisher, in any spelling of its id. */
      readonly publisher: string;
      /** The username of an account. */
      readonly username: string;
      readonly body: MemberRoleBody;
    };
    readonly answer: undefined;
  };
  /** End a membership */
  readonly publisherDeleteMember: {
    readonly input: {
      /** The publisher, in any spelling of its id. */
      readonly publisher: string;
      /** The username of an account. */
      readonly username: string;
    };
    readonly answer: undefined;
  };
  /** Publish a release: a descriptor, and the code that it links */
  readonly publishRelease: {
    readonly input: {
      /** The publisher, in any spelling of its id. */
      readonly publisher: string;
      /** Go through all of it and write nothing. */
      readonly dry_run?: 'true' | 'false';
      /** Publish what an npm package offers that the store has and the publisher owns, by the plugin.yaml at its root; without a body. */
      readonly from?: string;
      readonly body: BodyToSend;
    };
    readonly answer: ReleaseBody | JobBody;
  };
  /** Say whether a publisher is trusted */
  readonly publisherPutTrust: {
    readonly input: {
      /** The publisher, in any spelling of its id. */
      readonly publisher: string;
      readonly body: PublisherTrustBody;
    };
    readonly answer: undefined;
  };
  /** Sign in */
  readonly sessionBegin: { readonly input: { readonly body: SignInBody }; readonly answer: SessionBody };
  /** Sign out */
  readonly sessionEnd: { readonly input: NoInput; readonly answer: undefined };
  /** List one’s tokens */
  readonly tokenList: {
    readonly input: {
      /** How many items at most. */
      readonly limit?: number;
      /** Where to go on: `next` of the page before. */
      readonly cursor?: string;
    };
    readonly answer: TokenPageBody;
  };
  /** Make a token */
  readonly tokenMint: {
    readonly input: { readonly body: TokenRequestBody };
    readonly answer: MintedTokenBody;
  };
  /** Revoke a token */
  readonly tokenRevoke: { readonly input: { readonly id: string }; readonly answer: undefined };
  /** Whether a client still waits for a sign-in to be approved */
  readonly webLoginFind: { readonly input: { readonly id: string }; readonly answer: WebLoginBody };
  /** Let a package client sign in as oneself */
  readonly webLoginApprove: { readonly input: { readonly id: string }; readonly answer: undefined };
  /** Whether the process answers at all */
  readonly healthLive: { readonly input: NoInput; readonly answer: HealthBody };
  /** Whether the store takes requests */
  readonly healthReady: { readonly input: NoInput; readonly answer: HealthBody };
  /** Check a plugin’s key (RFC 7662) */
  readonly oauthIntrospect: {
    readonly input: { readonly body: TokenForm };
    readonly answer: IntrospectionBody;
  };
  /** Revoke a key (RFC 7009) */
  readonly oauthRevoke: { readonly input: { readonly body: TokenForm }; readonly answer: undefined };
}
/** Where each call goes, and what it sends and answers. */
export const storeOperations: { readonly [Name in keyof StoreOperations]: OperationRoute } = {
  keysKeySet: { method: 'GET', path: '/.well-known/jwks.json', query: [], sends: 'none', answers: 'json' },
  accountRegister: {
    method: 'POST',
    path: '/api/v1/accounts',
    query: [],
    sends: 'application/json',
    answers: 'json',
  },
  accountMe: { method: 'GET', path: '/api/v1/accounts/me', query: [], sends: 'none', answers: 'json' },
  accountSetPassword: {
    method: 'PUT',
    path: '/api/v1/accounts/me/password',
    query: [],
    sends: 'application/json',
    answers: 'none',
  },
  accountSetRoles: {
    method: 'PUT',
    path: '/api/v1/accounts/{username}/roles',
    query: [],
    sends: 'application/json',
    answers: 'json',
  },
  getArtifact: {
    method: 'GET',
    path: '/api/v1/artifacts/{sha256}/{filename}',
    query: [],
    sends: 'none',
    answers: 'bytes',
  },
  auditList: {
    method: 'GET',
    path: '/api/v1/audit',
    query: ['limit', 'cursor', 'actor', 'action', 'target', 'since', 'until'],
    sends: 'none',
    answers: 'json',
  },
  listChanges: {
    method: 'GET',
    path: '/api/v1/changes',
    query: ['limit', 'after'],
    sends: 'none',
    answers: 'json',
  },
  validateDescriptor: {
    method: 'POST',
    path: '/api/v1/descriptors/validate',
    query: [],
    sends: 'stream',
    answers: 'json',
  },
  hostsList: {
    method: 'GET',
    path: '/api/v1/hosts',
    query: ['limit', 'cursor'],
    sends: 'none',
    answers: 'json',
  },
  hostsCreate: {
    method: 'POST',
    path: '/api/v1/hosts',
    query: [],
    sends: 'application/json',
    answers: 'json',
  },
  hostsMe: { method: 'GET', path: '/api/v1/hosts/me', query: [], sends: 'none', answers: 'json' },
  updatesList: { method: 'GET', path: '/api/v1/hosts/me/updates', query: [], sends: 'none', answers: 'json' },
  hostsFind: { method: 'GET', path: '/api/v1/hosts/{host}', query: [], sends: 'none', answers: 'json' },
  hostsRemove: { method: 'DELETE', path: '/api/v1/hosts/{host}', query: [], sends: 'none', answers: 'none' },
  hostsChange: {
    method: 'PATCH',
    path: '/api/v1/hosts/{host}',
    query: [],
    sends: 'application/json',
    answers: 'json',
  },
  hostsKeys: { method: 'GET', path: '/api/v1/hosts/{host}/keys', query: [], sends: 'none', answers: 'json' },
  hostsAddKey: {
    method: 'POST',
    path: '/api/v1/hosts/{host}/keys',
    query: [],
    sends: 'application/json',
    answers: 'json',
  },
  hostsRevokeKey: {
    method: 'DELETE',
    path: '/api/v1/hosts/{host}/keys/{key}',
    query: [],
    sends: 'none',
    answers: 'none',
  },
  installationsList: {
    method: 'GET',
    path: '/api/v1/installations',
    query: [],
    sends: 'none',
    answers: 'json',
  },
  installationsInstall: {
    method: 'POST',
    path: '/api/v1/installations',
    query: [],
    sends: 'application/json',
    answers: 'json',
  },
  installationsFind: {
    method: 'GET',
    path: '/api/v1/installations/{installation}',
    query: [],
    sends: 'none',
    answers: 'json',
  },
  installationsRemove: {
    method: 'DELETE',
    path: '/api/v1/installations/{installation}',
    query: [],
    sends: 'none',
    answers: 'none',
  },
  installationsMove: {
    method: 'PATCH',
    path: '/api/v1/installations/{installation}',
    query: [],
    sends: 'application/json',
    answers: 'json',
  },
  installationsKeys: {
    method: 'GET',
    path: '/api/v1/installations/{installation}/keys',
    query: [],
    sends: 'none',
    answers: 'json',
  },
  installationsRotateKey: {
    method: 'POST',
    path: '/api/v1/installations/{installation}/keys',
    query: [],
    sends: 'application/json',
    answers: 'json',
  },
  installationsRevokeKey: {
    method: 'DELETE',
    path: '/api/v1/installations/{installation}/keys/{key}',
    query: [],
    sends: 'none',
    answers: 'none',
  },
  reportsList: {
    method: 'GET',
    path: '/api/v1/installations/{installation}/reports',
    query: ['limit', 'cursor'],
    sends: 'none',
    answers: 'json',
  },
  reportsAdd: {
    method: 'POST',
    path: '/api/v1/installations/{installation}/reports',
    query: [],
    sends: 'application/json',
    answers: 'json',
  },
  listJobs: {
    method: 'GET',
    path: '/api/v1/jobs',
    query: ['limit', 'cursor', 'state', 'dead'],
    sends: 'none',
    answers: 'json',
  },
  getJob: { method: 'GET', path: '/api/v1/jobs/{id}', query: [], sends: 'none', answers: 'json' },
  dismissJob: { method: 'DELETE', path: '/api/v1/jobs/{id}', query: [], sends: 'none', answers: 'none' },
  requeueJob: {
    method: 'POST',
    path: '/api/v1/jobs/{id}/attempts',
    query: [],
    sends: 'none',
    answers: 'json',
  },
  keysChain: { method: 'GET', path: '/api/v1/manifest-keys', query: [], sends: 'none', answers: 'json' },
  keysRotate: { method: 'POST', path: '/api/v1/manifest-keys', query: [], sends: 'none', answers: 'json' },
  rotateNpmKey: { method: 'POST', path: '/api/v1/npm-keys', query: [], sends: 'none', answers: 'json' },
  getPackage: {
    method: 'GET',
    path: '/api/v1/packages/{side}/{name}',
    query: [],
    sends: 'none',
    answers: 'json',
  },
  grantPackageName: {
    method: 'PUT',
    path: '/api/v1/packages/{side}/{name}/owner',
    query: [],
    sends: 'application/json',
    answers: 'none',
  },
  quarantinePackageVersion: {
    method: 'PUT',
    path: '/api/v1/packages/{side}/{name}/versions/{version}/quarantine',
    query: [],
    sends: 'application/json',
    answers: 'json',
  },
  liftPackageQuarantine: {
    method: 'DELETE',
    path: '/api/v1/packages/{side}/{name}/versions/{version}/quarantine',
    query: ['reason'],
    sends: 'none',
    answers: 'none',
  },
  searchPlugins: {
    method: 'GET',
    path: '/api/v1/plugins',
    query: [
      'cursor',
      'limit',
      'sort',
      'host',
      'trust',
      'has',
      'interface',
      'kind',
      'publisher',
      'tag',
      'category',
      'q',
    ],
    sends: 'none',
    answers: 'json',
  },
  suggestPlugins: {
    method: 'GET',
    path: '/api/v1/plugins/suggest',
    query: ['limit', 'q'],
    sends: 'none',
    answers: 'json',
  },
  getPlugin: {
    method: 'GET',
    path: '/api/v1/plugins/{publisher}/{plugin}',
    query: [],
    sends: 'none',
    answers: 'json',
  },
  listChannels: {
    method: 'GET',
    path: '/api/v1/plugins/{publisher}/{plugin}/channels',
    query: [],
    sends: 'none',
    answers: 'json',
  },
  moveChannel: {
    method: 'PUT',
    path: '/api/v1/plugins/{publisher}/{plugin}/channels/{channel}',
    query: [],
    sends: 'application/json',
    answers: 'none',
  },
  removeChannel: {
    method: 'DELETE',
    path: '/api/v1/plugins/{publisher}/{plugin}/channels/{channel}',
    query: [],
    sends: 'none',
    answers: 'none',
  },
  listDownloads: {
    method: 'GET',
    path: '/api/v1/plugins/{publisher}/{plugin}/downloads',
    query: ['cursor', 'limit', 'to', 'from'],
    sends: 'none',
    answers: 'json',
  },
  reportsOfPlugin: {
    method: 'GET',
    path: '/api/v1/plugins/{publisher}/{plugin}/reports',
    query: ['limit', 'cursor'],
    sends: 'none',
    answers: 'json',
  },
  listVersions: {
    method: 'GET',
    path: '/api/v1/plugins/{publisher}/{plugin}/versions',
    query: ['cursor', 'limit', 'range'],
    sends: 'none',
    answers: 'json',
  },
  getRelease: {
    method: 'GET',
    path: '/api/v1/plugins/{publisher}/{plugin}/versions/{version}',
    query: [],
    sends: 'none',
    answers: 'json',
  },
  deprecateRelease: {
    method: 'PUT',
    path: '/api/v1/plugins/{publisher}/{plugin}/versions/{version}/deprecation',
    query: [],
    sends: 'application/json',
    answers: 'none',
  },
  undeprecateRelease: {
    method: 'DELETE',
    path: '/api/v1/plugins/{publisher}/{plugin}/versions/{version}/deprecation',
    query: [],
    sends: 'none',
    answers: 'none',
  },
  getDescriptor: {
    method: 'GET',
    path: '/api/v1/plugins/{publisher}/{plugin}/versions/{version}/descriptor',
    query: [],
    sends: 'none',
    answers: 'bytes',
  },
  manifestManifest: {
    method: 'GET',
    path: '/api/v1/plugins/{publisher}/{plugin}/versions/{version}/manifest',
    query: ['trust'],
    sends: 'none',
    answers: 'json',
  },
  manifestSigned: {
    method: 'GET',
    path: '/api/v1/plugins/{publisher}/{plugin}/versions/{version}/manifest.jws',
    query: ['trust'],
    sends: 'none',
    answers: 'bytes',
  },
  manifestLock: {
    method: 'GET',
    path: '/api/v1/plugins/{publisher}/{plugin}/versions/{version}/pylock.toml',
    query: [],
    sends: 'none',
    answers: 'bytes',
  },
  quarantineRelease: {
    method: 'PUT',
    path: '/api/v1/plugins/{publisher}/{plugin}/versions/{version}/quarantine',
    query: [],
    sends: 'application/json',
    answers: 'json',
  },
  liftReleaseQuarantine: {
    method: 'DELETE',
    path: '/api/v1/plugins/{publisher}/{plugin}/versions/{version}/quarantine',
    query: ['reason'],
    sends: 'none',
    answers: 'none',
  },
  reviewRelease: {
    method: 'PUT',
    path: '/api/v1/plugins/{publisher}/{plugin}/versions/{version}/review',
    query: [],
    sends: 'application/json',
    answers: 'none',
  },
  setReleaseTrust: {
    method: 'PUT',
    path: '/api/v1/plugins/{publisher}/{plugin}/versions/{version}/trust',
    query: [],
    sends: 'application/json',
    answers: 'none',
  },
  resetReleaseTrust: {
    method: 'DELETE',
    path: '/api/v1/plugins/{publisher}/{plugin}/versions/{version}/trust',
    query: ['reason'],
    sends: 'none',
    answers: 'none',
  },
  yankRelease: {
    method: 'POST',
    path: '/api/v1/plugins/{publisher}/{plugin}/versions/{version}/yank',
    query: [],
    sends: 'application/json',
    answers: 'none',
  },
  unyankRelease: {
    method: 'DELETE',
    path: '/api/v1/plugins/{publisher}/{plugin}/versions/{version}/yank',
    query: [],
    sends: 'none',
    answers: 'none',
  },
  publisherCreate: {
    method: 'POST',
    path: '/api/v1/publishers',
    query: [],
    sends: 'application/json',
    answers: 'json',
  },
  publisherFind: {
    method: 'GET',
    path: '/api/v1/publishers/{publisher}',
    query: [],
    sends: 'none',
    answers: 'json',
  },
  importDescriptors: {
    method: 'POST',
    path: '/api/v1/publishers/{publisher}/imports',
    query: [],
    sends: 'stream',
    answers: 'json',
  },
  publisherMembers: {
    method: 'GET',
    path: '/api/v1/publishers/{publisher}/members',
    query: [],
    sends: 'none',
    answers: 'json',
  },
  publisherPutMember: {
    method: 'PUT',
    path: '/api/v1/publishers/{publisher}/members/{username}',
    query: [],
    sends: 'application/json',
    answers: 'none',
  },
  publisherDeleteMember: {
    method: 'DELETE',
    path: '/api/v1/publishers/{publisher}/members/{username}',
    query: [],
    sends: 'none',
    answers: 'none',
  },
  publishRelease: {
    method: 'POST',
    path: '/api/v1/publishers/{publisher}/releases',
    query: ['dry_run', 'from'],
    sends: 'stream',
    answers: 'json',
  },
  publisherPutTrust: {
    method: 'PUT',
    path: '/api/v1/publishers/{publisher}/trust',
    query: [],
    sends: 'application/json',
    answers: 'none',
  },
  sessionBegin: {
    method: 'POST',
    path: '/api/v1/sessions',
    query: [],
    sends: 'application/json',
    answers: 'json',
  },
  sessionEnd: { method: 'DELETE', path: '/api/v1/sessions', query: [], sends: 'none', answers: 'none' },
  tokenList: {
    method: 'GET',
    path: '/api/v1/tokens',
    query: ['limit', 'cursor'],
    sends: 'none',
    answers: 'json',
  },
  tokenMint: {
    method: 'POST',
    path: '/api/v1/tokens',
    query: [],
    sends: 'application/json',
    answers: 'json',
  },
  tokenRevoke: { method: 'DELETE', path: '/api/v1/tokens/{id}', query: [], sends: 'none', answers: 'none' },
  webLoginFind: { method: 'GET', path: '/api/v1/web-logins/{id}', query: [], sends: 'none', answers: 'json' },
  webLoginApprove: {
    method: 'PUT',
    path: '/api/v1/web-logins/{id}/approval',
    query: [],
    sends: 'none',
    answers: 'none',
  },
  healthLive: { method: 'GET', path: '/health/live', query: [], sends: 'none', answers: 'json' },
  healthReady: { method: 'GET', path: '/health/ready', query: [], sends: 'none', answers: 'json' },
  oauthIntrospect: {
    method: 'POST',
    path: '/oauth/introspect',
    query: [],
    sends: 'application/x-www-form-urlencoded',
    answers: 'json',
  },
  oauthRevoke: {
    method: 'POST',
    path: '/oauth/revoke',
    query: [],
    sends: 'application/x-www-form-urlencoded',
    answers: 'none',
  },
};
