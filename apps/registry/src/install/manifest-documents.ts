import {
  candidatesFor,
  lockNotFound,
  makeLock,
  makeManifest,
  parseSelector,
  pluginNotFound,
  quarantined,
  signatureLifeMs,
  versionNotFound,
} from '#install';
import type { InstallableRelease, Manifest, ManifestKeys, InstallableReleases, Trust } from '#install';
import type { Clock, PluginId } from '#kernel';
import type { MadeDocument } from '../platform/answers/document-cache.js';
import { artifactAddress, frontendAddress, releaseAddress } from '../platform/settings/store-addresses.js';
import type { StoreSettings } from '../platform/settings/store-settings.js';

/** A signature that is handed out has at least six of its seven days left. */
const signAnewAfterMs = 86_400_000;

export type ManifestForm = 'json' | 'yaml' | 'jws';

export interface ManifestWish {
  /** A version, `latest` or a channel, as the path has it. */
  readonly version: string;
  readonly form: ManifestForm;
  readonly trust: Trust;
}

/** Makes the bytes of manifests, in each of their forms. */
export class ManifestDocuments {
  constructor(
    private readonly releases: InstallableReleases,
    private readonly keys: ManifestKeys,
    private readonly settings: StoreSettings,
    private readonly clock: Clock,
  ) {}

  /** `seesAll`: whether pending and rejected releases are there for the caller. */
  async make(plugin: PluginId, wish: ManifestWish, seesAll: boolean): Promise<MadeDocument> {
    const manifest = await this.manifest(plugin, wish, seesAll);
    if (wish.form === 'jws') return this.sign(manifest);
    const vary = { vary: 'accept' };
    if (wish.form === 'json')
      return { body: bytesOf(manifest), contentType: 'application/json; charset=utf-8', headers: vary };
    const { stringify } = await import('yaml');
    const text = stringify(manifest, { aliasDuplicateObjects: false });
    return { body: Buffer.from(text), contentType: 'application/yaml; charset=utf-8', headers: vary };
  }

  /** The release's lock, as its manifest points to it. */
  async makeLock(plugin: PluginId, version: string, seesAll: boolean): Promise<MadeDocument> {
    const release = await this.find(plugin, version, seesAll);
    if (release.state === 'quarantined') throw quarantined(plugin, release.version, release.stateReason);
    if (!release.lock) throw lockNotFound(plugin, release.version);
    return { body: makeLock(release.lock, this.settings.publicUrl), contentType: 'application/toml' };
  }

  private async find(plugin: PluginId, selector: string, seesAll: boolean): Promise<InstallableRelease> {
    const choices = await this.releases.choices(plugin);
    const releases = choices?.releases.filter((release) => seesAll || release.review === 'approved') ?? [];
    if (!choices || releases.length === 0) throw pluginNotFound(plugin);
    const candidates = candidatesFor({ ...choices, releases }, parseSelector(selector));
    const [version] = candidates;
    const release = await this.releases.find(plugin, version);
    if (!release) throw versionNotFound(plugin, version, candidates);
    return release;
  }

  private async manifest(plugin: PluginId, wish: ManifestWish, seesAll: boolean): Promise<Manifest> {
    const release = await this.find(plugin, wish.version, seesAll);
    const base = this.settings.publicUrl;
    return makeManifest(release, {
      trust: wish.trust,
      addresses: {
        base,
        release: (id, one) => releaseAddress(base, id, one),
        artifact: (sha256, filename) => artifactAddress(base, sha256, filename),
        frontend: (id, one, npmPackage) => frontendAddress(base, id, one, npmPackage),
      },
    });
  }

  private async sign(manifest: Manifest): Promise<MadeDocument> {
    const { CompactSign } = await import('jose');
    const { kid, privateKey, until } = await this.keys.current();
    const now = this.clock.now();
    const seconds = Math.floor(now / 1_000);
    const jws = await new CompactSign(bytesOf(manifest))
      .setProtectedHeader({
        alg: 'EdDSA',
        typ: 'mortise-manifest+jws',
        kid,
        iat: seconds,
        exp: seconds + signatureLifeMs / 1_000,
      })
      .sign(privateKey);
    const makeAnewAt = Math.min(now + signAnewAfterMs, until ?? Infinity);
    return { body: Buffer.from(jws), contentType: 'application/jose', makeAnewAt };
  }
}

/** The JSON manifest's bytes: what is served is what is signed. */
const bytesOf = (manifest: Manifest): Buffer => Buffer.from(JSON.stringify(manifest));
