import { StoreProblem } from '#client';
import type { ManifestBody, ReleaseDetailBody, StoreClient } from '#client';
import type { ExportedFile, ExportedKind, ExportIndex } from '#host';
import { normalizeName, sha256Hex } from '#kernel';
import type { OpenFile } from './write-archive.js';

export interface Export {
  readonly index: ExportIndex;
  readonly openFile: OpenFile;
  /** Why the manifest is not in it, where the store gives none. */
  readonly withoutManifest: string | undefined;
}

interface SmallFile {
  readonly path: string;
  readonly kind: ExportedKind;
  readonly bytes: Uint8Array;
}

type Options = { readonly signal: AbortSignal };

/** What an archive of a release is made of: descriptor, manifest as signed now, the store's keys, every artifact. */
export async function collectExport(
  store: StoreClient,
  release: ReleaseDetailBody,
  options: Options,
): Promise<Export> {
  const [publisher = '', plugin = ''] = release.id.split('/');
  const input = { publisher, plugin, version: release.version };
  const descriptor = await store.call('getDescriptor', input, options);
  const manifest = await signedManifest(store, input, options);
  const small: SmallFile[] = [
    { path: 'plugin.yaml', kind: 'descriptor', bytes: descriptor },
    ...('files' in manifest ? manifest.files : []),
  ];
  const owned = await ownedPackages(store, release, publisher, options);
  const artifacts = release.artifacts.map(({ kind, filename, size, sha256 }) => ({
    path: `artifacts/${filename}`,
    size,
    sha256,
    kind,
    own: kind === 'icon' || kind === 'lock' || owned(kind, filename),
  }));
  const index: ExportIndex = {
    schema_version: 1,
    plugin: release.id,
    version: release.version,
    store: store.address,
    exported_at: new Date().toISOString(),
    files: [...small.map(described), ...artifacts],
  };
  const openFile = async (file: ExportedFile): Promise<AsyncIterable<Uint8Array>> => {
    const held = small.find(({ path }) => path === file.path);
    if (held !== undefined) return once(held.bytes);
    const filename = file.path.slice('artifacts/'.length);
    return (await store.open('getArtifact', { sha256: file.sha256, filename }, options)).body;
  };
  return { index, openFile, withoutManifest: 'files' in manifest ? undefined : manifest.reason };
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

const described = ({ path, kind, bytes }: SmallFile): ExportedFile => ({
  path,
  size: bytes.length,
  sha256: sha256Hex(bytes),
  kind,
  own: true,
});

type Signed = { readonly files: readonly SmallFile[] } | { readonly reason: string };

/** The payload of the signature is the manifest's own bytes. What can't be installed has none; it can be kept all the same. */
async function signedManifest(
  store: StoreClient,
  input: { readonly publisher: string; readonly plugin: string; readonly version: string },
  options: Options,
): Promise<Signed> {
  try {
    const jws = await store.call('manifestSigned', input, options);
    const payload = Buffer.from(Buffer.from(jws).toString().split('.')[1] ?? '', 'base64url');
    const keys = await store.call('keysKeySet', {}, options);
    const { lock } = JSON.parse(payload.toString()) as Pick<ManifestBody, 'lock'>;
    // As hosts get it, with its addresses on the store: the digest in the manifest is of that.
    const locks = lock === null ? [] : [await store.call('manifestLock', input, options)];
    return {
      files: [
        { path: 'manifest.json', kind: 'manifest', bytes: payload },
        { path: 'manifest.jws', kind: 'manifest-jws', bytes: jws },
        { path: 'jwks.json', kind: 'keys', bytes: Buffer.from(`${JSON.stringify(keys)}\n`) },
        ...locks.map((bytes) => ({ path: 'pylock.toml', kind: 'manifest-lock' as const, bytes })),
      ],
    };
  } catch (error) {
    const known = ['not-installable', 'not-trusted'];
    if (error instanceof StoreProblem && known.includes(error.code)) return { reason: error.message };
    throw error;
  }
}

/** Only what the publisher owns can be uploaded elsewhere in its name; the rest other stores have from upstream too. */
async function ownedPackages(
  store: StoreClient,
  { interfaces }: ReleaseDetailBody,
  publisher: string,
  options: Options,
): Promise<(kind: string, filename: string) => boolean> {
  const names = { python: new Set<string>(), npm: new Set<string>() };
  for (const { backend, frontend } of Object.values(interfaces)) {
    if (backend) names.python.add(backend.package);
    if (frontend) names.npm.add(frontend.package);
  }
  const isOwned = async (side: 'npm' | 'python', name: string): Promise<boolean> =>
    (await store.call('getPackage', { side, name }, options)).publisher === normalizeName(publisher);
  const python: string[] = [];
  for (const name of names.python) if (await isOwned('python', name)) python.push(normalizeName(name));
  const npm: string[] = [];
  for (const name of names.npm)
    if (await isOwned('npm', name)) npm.push(name.replace(/^@/, '').replace('/', '-'));
  return (kind, filename) =>
    kind === 'tarball'
      ? npm.some((stem) => filename.startsWith(`${stem}-`))
      : python.includes(normalizeName(filename.split('-')[0] ?? '')) ||
        python.some((name) => isSdistOf(filename, name));
}

const isSdistOf = (filename: string, name: string): boolean => {
  const stem = /^(.+)-\d[^-]*\.tar\.gz$/.exec(filename)?.[1];
  return stem !== undefined && normalizeName(stem) === name;
};
