import { RegistryError } from '#kernel';
import type { Clock } from '#kernel';
import {
  isNpmName,
  packageNotFound,
  npmPackument,
  npmTags,
  npmVersionDocument,
  npmVersionNotFound,
} from '#packages';
import type { IndexedPackage, PackageIndex, PackumentForm, PullThrough, SignPackage } from '#packages';
import type { MadeDocument } from '../../platform/answers/document-cache.js';
import { jsonDocument } from '../../platform/answers/json-document.js';
import type { Log } from '../../platform/server/log.js';
import type { StoreSettings } from '../../platform/settings/store-settings.js';

const shortType = 'application/vnd.npm.install-v1+json; charset=utf-8';
const fullType = 'application/json; charset=utf-8';
/** How long a document that shows less than it should is answered with: signatures could not be kept, upstream is away. */
const makeshiftMs = 5_000;
const vary = { vary: 'accept' };

/**
 * Makes npm's documents: of the store's own packages from the index, of all others from upstream. A name that the store
 * owns is never looked for anywhere else.
 */
export class NpmDocuments {
  constructor(
    private readonly index: PackageIndex,
    private readonly pullThrough: PullThrough,
    private readonly signPackage: SignPackage,
    private readonly settings: StoreSettings,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Throws `package-not-found`, and what PullThrough throws. */
  async packument(name: string, form: PackumentForm, via?: string): Promise<MadeDocument> {
    const pulled = await this.pulled(name, form === 'short' ? 'short' : 'full', via);
    if (pulled) return pulled;
    const { found, makeAnewAt } = await this.own(name);
    const document = jsonDocument(npmPackument(found, form, this.settings.publicUrl));
    const contentType = form === 'short' ? shortType : fullType;
    return { ...document, contentType, headers: vary, ...makeAnewAt };
  }

  /** `wanted` is a version or a dist-tag. Throws `package-version-not-found` too. */
  async version(name: string, wanted: string, via?: string): Promise<MadeDocument> {
    const pulled = await this.pulled(name, 'full', via);
    if (pulled) return this.pulledVersion(pulled, name, wanted);
    const { found, makeAnewAt } = await this.own(name);
    const document = npmVersionDocument(found, wanted, this.settings.publicUrl);
    if (document === undefined) throw refusalOf(found, wanted);
    return { ...jsonDocument(document), ...makeAnewAt };
  }

  async tags(name: string, via?: string): Promise<MadeDocument> {
    const pulled = await this.pulled(name, 'short', via);
    if (!pulled) return jsonDocument(npmTags((await this.own(name)).found));
    return { ...pulled, ...jsonDocument(membersOf(pulled)['dist-tags'] ?? {}) };
  }

  private async own(name: string): Promise<{ found: IndexedPackage; makeAnewAt: { makeAnewAt?: number } }> {
    const found = isNpmName(name) ? await this.index.find('npm', name) : undefined;
    // Of a name that nobody owns, upstream's document is all that there is.
    if (!found || found.publisher === null) throw packageNotFound(name);
    try {
      return { found: await this.signPackage.run(found), makeAnewAt: {} };
    } catch (error) {
      // A disk that is full must not keep anybody from installing.
      this.log.error(
        { error, package: name },
        'signatures could not be kept; the versions are served without',
      );
      return { found, makeAnewAt: { makeAnewAt: this.clock.now() + makeshiftMs } };
    }
  }

  /** Undefined where the store owns the name, and where upstream has nothing of it. */
  private async pulled(
    name: string,
    form: 'full' | 'short',
    via: string | undefined,
  ): Promise<MadeDocument | undefined> {
    if (!isNpmName(name) || typeof (await this.index.owner('npm', name)) === 'string') return undefined;
    const document = await this.pullThrough.document('npm', name, form, this.settings.publicUrl, via);
    if (!document) return undefined;
    const { body, checkedAt, freshUntil, stale } = document;
    const now = this.clock.now();
    const age = String(Math.max(0, Math.floor((now - checkedAt) / 1000)));
    const told = stale ? { ...vary, age, 'cache-status': 'mortise; hit; detail=stale' } : vary;
    const makeAnewAt = stale ? now + makeshiftMs : freshUntil;
    return { body, contentType: form === 'short' ? shortType : fullType, headers: told, makeAnewAt };
  }

  private pulledVersion(pulled: MadeDocument, name: string, wanted: string): MadeDocument {
    const { versions = {}, 'dist-tags': tags = {}, policyRestrictions: withdrawn } = membersOf(pulled);
    const number = Object.hasOwn(tags, wanted) ? (tags[wanted] ?? wanted) : wanted;
    if (withdrawn && isMember(withdrawn.versions, number))
      throw versionQuarantined(name, number, String(withdrawn.message));
    if (!Object.hasOwn(versions, number)) throw npmVersionNotFound(name, wanted);
    return { ...pulled, ...jsonDocument(versions[number] ?? {}) };
  }
}

interface Packument {
  readonly versions?: Readonly<Record<string, object>>;
  readonly 'dist-tags'?: Readonly<Record<string, string>>;
  /** What this store withdrew; else as upstream has it, which may be anything. */
  readonly policyRestrictions?: { readonly message?: unknown; readonly versions?: unknown } | null;
}

const isMember = (record: unknown, key: string): boolean =>
  typeof record === 'object' && record !== null && Object.hasOwn(record, key);

const membersOf = ({ body }: MadeDocument): Packument => JSON.parse(body.toString()) as Packument;

/** Why a version of the store's own can't be had, which was asked for by its number or by a tag. */
function refusalOf(found: IndexedPackage, wanted: string): RegistryError {
  const number = Object.hasOwn(found.tags, wanted) ? found.tags[wanted] : wanted;
  const version = found.versions.find((one) => one.version === number);
  if (!version?.quarantined) return npmVersionNotFound(found.name, wanted);
  return versionQuarantined(found.name, version.version, version.quarantined.reason);
}

const versionQuarantined = (name: string, version: string, reason: string): RegistryError =>
  new RegistryError(
    'forbidden',
    'quarantined',
    `${name} ${version} is quarantined and not handed out (${reason}): use another version.`,
    { details: { reason } },
  );
