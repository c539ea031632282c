import type { Version } from '#kernel';

export type DescriptorKind = 'native' | 'insightconnect' | 'cloudlaunch';

export type Severity = 'error' | 'warning';

/** One thing that is wrong with, or worth knowing of, a descriptor's text. */
export interface Problem {
  /** Stable and kebab-case, e.g. `unknown-key`, `version-not-quoted`. */
  readonly code: string;
  /** JSON pointer (RFC 6901) to the value, `""` for the document itself. */
  readonly pointer: string;
  /** Both count from 1; the place in the text as it was sent. */
  readonly line: number;
  readonly column: number;
  /** A sentence that says what is wrong and what to write. */
  readonly message: string;
  /** What to write instead, where that is known, e.g. `frontend_component`. */
  readonly fix?: string;
  readonly severity: Severity;
}

/** A pip package, or an npm module, that a descriptor names; `version` null when it leaves the version open. */
export interface ComponentReference {
  readonly package: string;
  readonly version: string | null;
  readonly component: string | null;
}

/** An element of a restricted form, checked against the vocabulary of the form library. */
export type FormElement = Readonly<Record<string, unknown>>;

export interface DescriptorInterface {
  readonly backend: ComponentReference | null;
  readonly frontend: ComponentReference | null;
  readonly form: readonly FormElement[] | null;
}

/** Something that a foreign descriptor says the plugin can do; searchable. */
export interface Operation {
  readonly kind: 'action' | 'trigger' | 'task';
  readonly name: string;
  readonly title: string | null;
  readonly description: string | null;
}

/**
 * What a plugin says of itself, whatever the form it was written in: the normalised document. Its keys are the
 * format's own words, hence snake_case. Keys that the text lacks are null, lists and maps never.
 */
export interface Descriptor {
  readonly kind: DescriptorKind;
  /** As written; the plugin's id is its normalised form. */
  readonly name: string;
  readonly title: string | null;
  /** Null only for a label that isn't SemVer (CloudLaunch); the catalogue then gives the next free `0.0.N`. */
  readonly version: Version | null;
  readonly version_label: string | null;
  readonly summary: string | null;
  /** Markdown. */
  readonly description: string | null;
  readonly maintainer: string | null;
  readonly categories: readonly string[];
  readonly tags: readonly string[];
  readonly homepage: string | null;
  readonly repository: string | null;
  /** SPDX expression where the descriptor is native; as written where it is foreign. */
  readonly license: string | null;
  readonly icon: string | null;
  /** Markdown, for this version. */
  readonly changelog: string | null;
  readonly default_config: Readonly<Record<string, unknown>>;
  readonly interfaces: Readonly<Record<string, DescriptorInterface>>;
  readonly runtime: Readonly<Record<string, unknown>>;
  /** What the plugin's key may do: words of the host, each an RFC 6749 scope-token. */
  readonly permissions: readonly string[];
  /** Host name to version range. */
  readonly requires: Readonly<Record<string, string>>;
  readonly replaces: string | null;
  readonly operations: readonly Operation[];
  /** The message of a deprecation that the descriptor itself declares. */
  readonly deprecated: string | null;
  /** Channels that the descriptor asks to be pointed to this release (CloudLaunch: `default`, `dev`). */
  readonly channels: readonly string[];
}

/** What reading a text came to. Without an error among the problems there is at least one descriptor. */
export interface Reading {
  /** Null when the text isn't even a map. */
  readonly kind: DescriptorKind | null;
  readonly valid: boolean;
  /** In the order of the text. */
  readonly problems: readonly Problem[];
  /** One, or for a CloudLaunch entry one for each of its versions, in natural order of their labels. */
  readonly descriptors: readonly Descriptor[];
}
