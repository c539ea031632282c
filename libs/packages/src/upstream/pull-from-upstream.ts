import { limits } from '#kernel';
import type { Clock } from '#kernel';
import type { BlobStore } from '../blob-store.js';
import type { CurrentPages } from './current-pages.js';
import { hasNothingFromUpstream } from './upstream-errors.js';
import { leaveOutVersions } from './leave-out-versions.js';
import { isNpmName } from '../npm/npm-name.js';
import type { PackageIndex, ServedFile } from '../package-index.js';
import type { PackageSide } from '../package-side.js';
import { PullThrough } from './pull-through.js';
import type { NpmKey, PulledDocument } from './pull-through.js';
import type { PulledFiles } from './pulled-files.js';
import type { PulledPackages } from './pulled-packages.js';
import { pythonFileAddress } from '../python/python-file-address.js';
import { isPythonName, normalizePythonName } from '../python/python-name.js';
import { readNpmKeys } from '../npm/read-npm-keys.js';
import type { PageForm, Upstream } from './upstream.js';
import type { UpstreamNames } from './upstream-names.js';
import { putAddresses, unpackDocument, unpackIndex } from './upstream-page.js';
import type { UpstreamFile } from './upstream-page.js';

/** Pull-through as it is meant: kept pages and files, whether upstream answers or not. */
export class PullFromUpstream extends PullThrough {
  private keys: { readonly keys: readonly NpmKey[]; readonly askAgainAt: number } = {
    keys: [],
    askAgainAt: 0,
  };

  constructor(
    private readonly upstream: Upstream,
    private readonly pages: CurrentPages,
    private readonly files: PulledFiles,
    private readonly pulled: PulledPackages,
    private readonly index: PackageIndex,
    private readonly names: UpstreamNames,
    private readonly blobs: BlobStore,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async document(
    side: PackageSide,
    name: string,
    form: PageForm,
    base: string,
    via = '',
  ): Promise<PulledDocument | undefined> {
    if (!(await this.isUpstreams(side, name))) return undefined;
    const current = await this.pages.get({ side, name, form }, via);
    if (!current?.page) return undefined;
    const left = {
      quarantined: await this.pulled.quarantined(side, name),
      only: (await this.upstream.isOn(side)) ? null : await this.pulledVersions(side, name),
    };
    const index = left.quarantined.size > 0 || left.only ? unpackIndex(current.page) : { files: [] };
    const page = { ...index, document: unpackDocument(current.page) };
    const document = leaveOutVersions(side, name, page, left);
    // Somebody may have become its owner while upstream was asked.
    if (!(await this.isUpstreams(side, name))) return undefined;
    const { checkedAt, freshUntil, stale } = current;
    const body = Buffer.from(putAddresses(document, addressesOf(side, name, base)));
    return { body, checkedAt, freshUntil, stale };
  }

  override async file(
    side: PackageSide,
    name: string,
    filename: string,
    via = '',
  ): Promise<ServedFile | undefined> {
    if (!(await this.isUpstreams(side, name))) return undefined;
    const kept = await this.index.file(side, name, filename);
    if (kept) return kept;
    const offered = await this.offered(side, name, filename, via);
    if (!offered || !(await this.upstream.isOn(side))) return undefined;
    const pulled = await this.files.pull(side, name, offered, via);
    return pulled && (await this.index.file(side, name, pulled.filename));
  }

  override async metadata(name: string, filename: string, via = ''): Promise<Buffer | undefined> {
    if (!(await this.isUpstreams('python', name))) return undefined;
    const offered = await this.offered('python', name, filename, via);
    const sha256 = offered?.metadataSha256;
    if (!offered || !sha256) return undefined;
    const quarantined = await this.pulled.quarantined('python', name);
    if (quarantined.has(offered.version)) return undefined;
    const size = await this.blobs.size(sha256);
    const isKept = size !== undefined;
    // A page may name any bytes that are kept here: what is too large for a METADATA is none.
    if (isKept && size > limits.packageMetadataBytes) return undefined;
    if (!isKept && !(await this.upstream.isOn('python'))) return undefined;
    if (!isKept && !(await this.files.pullMetadata(name, offered, sha256, via))) return undefined;
    const chunks: Buffer[] = [];
    for await (const chunk of await this.blobs.open(sha256)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }

  override async npmKeys(): Promise<readonly NpmKey[]> {
    if (this.keys.askAgainAt > this.clock.now() || !(await this.upstream.isOn('npm'))) return this.keys.keys;
    try {
      const body = await this.upstream.npmKeys();
      const keys = body === undefined ? [] : readNpmKeys(body);
      this.keys = { keys, askAgainAt: this.clock.now() + limits.upstreamKeysFreshMs };
    } catch (error) {
      if (!hasNothingFromUpstream(error)) throw error;
      this.keys = { keys: this.keys.keys, askAgainAt: this.clock.now() + limits.upstreamAwayMs };
    }
    return this.keys.keys;
  }

  /** Whether upstream may be asked about the name at all: somebody's here is never. */
  private async isUpstreams(side: PackageSide, name: string): Promise<boolean> {
    const isName =
      side === 'npm' ? isNpmName(name) : isPythonName(name) && normalizePythonName(name) === name;
    if (!isName || !this.names.allows(side, name)) return false;
    return typeof (await this.index.owner(side, name)) !== 'string';
  }

  /**
   * What upstream's page says of the file. Any page that is kept will do; one that doesn't have it may be older than the
   * file, so that upstream is asked once more unless it was a moment ago.
   */
  private async offered(
    side: PackageSide,
    name: string,
    filename: string,
    via: string,
  ): Promise<UpstreamFile | undefined> {
    const forms: PageForm[] = side === 'npm' ? ['short', 'full'] : ['simple'];
    for (const form of forms) {
      const kept = await this.pages.kept({ side, name, form });
      const file = kept?.page ? fileIn(kept.page, filename) : undefined;
      if (file) return file;
    }
    const [form = 'simple'] = forms;
    const notBefore = this.clock.now() - limits.upstreamAbsentFreshMs;
    const current = await this.pages.get({ side, name, form }, via, notBefore);
    return current?.page ? fileIn(current.page, filename) : undefined;
  }

  private async pulledVersions(side: PackageSide, name: string): Promise<ReadonlySet<string>> {
    const found = await this.index.find(side, name);
    return new Set(found?.versions.map(({ version }) => version) ?? []);
  }
}

function fileIn(page: Buffer, filename: string): UpstreamFile | undefined {
  return unpackIndex(page).files.find((file) => file.filename === filename);
}

function addressesOf(side: PackageSide, name: string, base: string): (filename: string) => string {
  return side === 'npm'
    ? (filename) => `${base}/npm/${name}/-/${filename}`
    : (filename) => pythonFileAddress(base, name, filename);
}
