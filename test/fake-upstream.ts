import { packageVersionKey } from '#catalog';
import { Database, selectRows } from '#database';
import { RegistryError } from '#kernel';
import { BlobStore, inspectArtifact, NameClaims, PullThrough, Staging, UpstreamPackages } from '#packages';
import type { NpmArtifact, PackageSide, PullProgress, PythonArtifact, UpstreamVersions } from '#packages';
import type { RunningStore } from './start-store.js';

interface OfferedFile {
  readonly version: string;
  readonly filename: string;
  readonly bytes: Buffer;
  readonly deprecated: string | null;
}

/** Upstream packages without a network: what a test offers is what the store finds and pulls. */
export class FakeUpstream {
  /** Whether it answers nothing. */
  silent = false;
  /** How many questions it answers with nothing before it answers. */
  silences = 0;
  pulls = 0;
  private held: Promise<void> | undefined;
  private readonly files = new Map<string, OfferedFile[]>();

  /** Has pulls wait, until what it gives is called. */
  hold(): () => void {
    let go = (): void => undefined;
    this.held = new Promise((resolve) => (go = resolve));
    return () => go();
  }

  offer(
    side: PackageSide,
    name: string,
    file: Omit<OfferedFile, 'deprecated'>,
    deprecated: string | null = null,
  ): void {
    const key = `${side}:${name}`;
    this.files.set(key, [...(this.files.get(key) ?? []), { ...file, deprecated }]);
  }

  /** Takes the place of whatever upstream the store has. */
  serve(store: RunningStore): void {
    Object.assign(store.app.get(UpstreamPackages, { strict: false }), {
      isOn: () => true,
      versions: (side: PackageSide, name: string) => this.versions(side, name),
      pull: (
        side: PackageSide,
        name: string,
        version: string,
        onProgress?: (progress: PullProgress) => void,
      ) => this.pull(store, side, name, version, onProgress),
    });
    Object.assign(store.app.get(PullThrough, { strict: false }), {
      file: (side: PackageSide, name: string, filename: string) => this.file(store, side, name, filename),
    });
    Object.assign(store.app.get(NameClaims, { strict: false }), {
      isUpstream: (side: PackageSide, name: string) => Promise.resolve(this.files.has(`${side}:${name}`)),
    });
  }

  private versions(side: PackageSide, name: string): Promise<UpstreamVersions | undefined> {
    this.answer();
    const files = this.files.get(`${side}:${name}`);
    if (!files) return Promise.resolve(undefined);
    const numbers = [...new Set(files.map(({ version }) => version))];
    const sorted = numbers.sort((a, b) => (a < b ? -1 : 1));
    const versions = sorted.map((version) => ({
      version,
      stable: !/[a-z]/.test(version),
      deprecated: files.find((file) => file.version === version)?.deprecated ?? null,
      yanked: null,
      quarantined: null,
    }));
    const open = versions.filter(({ stable, deprecated }) => stable && deprecated === null);
    return Promise.resolve({ versions, newest: open.at(-1)?.version ?? null });
  }

  private async pull(
    store: RunningStore,
    side: PackageSide,
    name: string,
    version: string,
    onProgress?: (progress: PullProgress) => void,
  ) {
    this.answer();
    this.pulls += 1;
    const files = (this.files.get(`${side}:${name}`) ?? []).filter((file) => file.version === version);
    if (files.length === 0) return undefined;
    const artifacts: (NpmArtifact | PythonArtifact)[] = [];
    for (const [done, { filename, bytes }] of files.entries()) {
      onProgress?.({ filename, done, of: files.length });
      await this.held;
      artifacts.push(await keep(store, side, name, filename, bytes));
    }
    return { version, artifacts, leftOut: [] };
  }

  private async file(store: RunningStore, side: PackageSide, name: string, filename: string) {
    this.answer();
    const found = this.files.get(`${side}:${name}`)?.find((file) => file.filename === filename);
    if (!found) return undefined;
    const artifact = await keep(store, side, name, filename, found.bytes);
    const { sha256, size, version } = artifact;
    return { sha256, size, version, quarantined: null, artifact };
  }

  private answer(): void {
    if (!this.silent && this.silences === 0) return;
    this.silences = Math.max(0, this.silences - 1);
    throw new RegistryError('unavailable', 'upstream-unreachable', 'Upstream does not answer.', {
      retryAfterSeconds: 5,
    });
  }
}

async function keep(
  store: RunningStore,
  side: PackageSide,
  name: string,
  filename: string,
  bytes: Buffer,
): Promise<NpmArtifact | PythonArtifact> {
  async function* once() {
    yield bytes;
    await Promise.resolve();
  }
  const staged = await store.app.get(Staging, { strict: false }).stage(once(), { maxBytes: bytes.length });
  const artifact = (await inspectArtifact(staged, filename)) as NpmArtifact | PythonArtifact;
  await store.app.get(BlobStore, { strict: false }).keep(staged);
  const { version, sha256, size, kind } = artifact;
  await store.app.get(Database).write(async (sql) => {
    const ignoring = (table: string, row: Record<string, unknown>) =>
      selectRows(
        sql,
        `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${Object.keys(row)
          .map(() => '?')
          .join(', ')}) ON CONFLICT DO NOTHING`,
        Object.values(row),
      );
    const at = Date.now();
    await ignoring('package', { side, name, publisher: null, created_at: at });
    await ignoring('package_version', {
      side,
      name,
      version,
      version_key: packageVersionKey(side, version),
      created_at: at,
    });
    const file = {
      filename,
      version,
      sha256,
      size,
      kind,
      facts: JSON.stringify(artifact),
      origin: 'upstream',
    };
    await ignoring('package_file', { side, name, ...file, created_at: at });
  });
  return artifact;
}
