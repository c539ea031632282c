import semver from 'semver';
import type { Artifact } from '../artifact.js';
import { parseDistTag } from './dist-tag.js';
import { sentDigestWrong } from '../errors.js';
import { npmDocumentMalformed } from './npm-errors.js';
import type { NpmDocument } from './read-npm-document.js';
import type { StagedFile } from '../staging.js';

/** What `npm publish` sends of one version, checked as far as that goes without looking into the tarball. */
export interface NpmPublication {
  readonly version: string;
  /** As npm names tarballs in their addresses: without the scope. */
  readonly filename: string;
  readonly file: StagedFile;
  readonly tags: readonly string[];
  /** Whether a Sigstore bundle came with it. */
  readonly hasProvenance: boolean;
  /** Old npms and yarn ask for restricted access by themselves wherever a name has a scope: it can't be refused. */
  readonly wantsRestricted: boolean;
  /** Throws `sent-digest-wrong` where the tarball is not the one that the client had. */
  readonly confirm: (artifact: Artifact) => void;
}

/** Throws `npm-document-malformed` or `invalid-dist-tag`. */
export function parseNpmPublication(document: NpmDocument, name: string): NpmPublication {
  const { members, tarballs } = document;
  const [tarball] = tarballs;
  const attachments = recordOf(members['_attachments'], 'its "_attachments"');
  const others = Object.keys(attachments).filter((key) => key !== tarball?.attachment);
  const strange = others.find((key) => !key.endsWith('.sigstore'));
  if (!tarball || strange !== undefined)
    throw npmDocumentMalformed('its "_attachments" have to be one *.tgz, and a *.sigstore at most');
  const [version, manifest] = versionOf(members, name);
  const sent = { ...sentOf(manifest), length: lengthOf(attachments[tarball.attachment]) };
  return {
    version,
    filename: `${name.slice(name.indexOf('/') + 1)}-${version}.tgz`,
    file: tarball.file,
    tags: tagsOf(members, version),
    hasProvenance: others.length > 0,
    wantsRestricted: members['access'] === 'restricted',
    confirm: (artifact) => confirm(artifact, sent),
  };
}

type Members = Readonly<Record<string, unknown>>;

/** The one version, and what is sent as its package.json. */
function versionOf(members: Members, name: string): [string, Members] {
  const versions = Object.entries(recordOf(members['versions'], 'its "versions"'));
  const [first] = versions;
  if (first === undefined || versions.length > 1)
    throw npmDocumentMalformed('its "versions" have to be one: each version is published by itself');
  const manifest = recordOf(first[1], 'its version');
  const names = [members['name'] ?? name, manifest['name'] ?? name];
  if (names.some((one) => one !== name)) throw npmDocumentMalformed('its "name" is not the address’s');
  const version = semver.parse(first[0])?.version;
  const own = manifest['version'] ?? first[0];
  if (version === undefined || typeof own !== 'string' || semver.parse(own)?.version !== version)
    throw npmDocumentMalformed('its "version" has to be SemVer, e.g. "1.2.0", and the same throughout');
  return [version, manifest];
}

/** A client that names no tag means `latest`, as npm does. */
function tagsOf(members: Members, version: string): string[] {
  const tags = Object.entries(recordOf(members['dist-tags'] ?? {}, 'its "dist-tags"'));
  for (const [tag, target] of tags) {
    if (typeof target !== 'string' || semver.parse(target)?.version !== version)
      throw npmDocumentMalformed(`its dist-tag "${tag.slice(0, 64)}" points to another version`);
  }
  return tags.length === 0 ? ['latest'] : tags.map(([tag]) => parseDistTag(tag));
}

interface Sent {
  readonly integrity: string | undefined;
  readonly shasum: string | undefined;
  readonly length: number | undefined;
}

function sentOf(manifest: Members): Omit<Sent, 'length'> {
  const { integrity, shasum } = recordOf(manifest['dist'] ?? {}, 'its "dist"');
  return {
    integrity: typeof integrity === 'string' ? integrity : undefined,
    shasum: typeof shasum === 'string' ? shasum : undefined,
  };
}

const lengthOf = (attachment: unknown): number | undefined => {
  const { length } = recordOf(attachment, 'its attachment');
  return typeof length === 'number' ? length : undefined;
};

function confirm(artifact: Artifact, sent: Sent): void {
  if (artifact.kind !== 'tarball') return;
  if (sent.length !== undefined && sent.length !== artifact.size) throw sentDigestWrong('length');
  if (sent.shasum !== undefined && sent.shasum.toLowerCase() !== artifact.shasum)
    throw sentDigestWrong('shasum');
  const own = new Map([
    ['sha512', artifact.integrity],
    ['sha256', `sha256-${Buffer.from(artifact.sha256, 'hex').toString('base64')}`],
    ['sha1', `sha1-${Buffer.from(artifact.shasum, 'hex').toString('base64')}`],
  ]);
  // A list of digests, each with options behind a question mark (W3C SRI).
  for (const written of sent.integrity?.split(/\s+/) ?? []) {
    const digest = written.split('?', 1)[0] ?? '';
    const expected = own.get(digest.slice(0, digest.indexOf('-')));
    if (expected !== undefined && digest !== expected) throw sentDigestWrong('integrity');
  }
}

function recordOf(value: unknown, what: string): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members;
  throw npmDocumentMalformed(`${what} is missing, or no object`);
}
