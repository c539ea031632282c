import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Hex } from '#kernel';
import { StoreClient } from '#client';
import { Database } from '#database';
import { createHost, initHost, pinOf } from '#host';
import type { Host, HostSettings } from '#host';
import { buildNpmTarball, buildWheel } from '#testing';
import type { PackageFiles } from '#testing';
import { seedPublisherInto } from '../seed-publisher.js';
import { StoreProcess, processAdmin } from '../store-process.js';
import type { StoreProcessOptions } from '../store-process.js';

export interface PluginPlan {
  readonly version: string;
  /** `Requires-Dist` lines of the back end. */
  readonly requires?: readonly string[];
  readonly frontendFiles?: PackageFiles;
  readonly form?: boolean;
  readonly lock?: string;
  /** The range of Galaxy that it requires. */
  readonly galaxy?: string;
}

/** A file of the Python index. */
export interface UploadedFile {
  readonly name: string;
  readonly version: string;
  readonly filename: string;
  readonly sha256: string;
}

/** A store in a process of its own with a trusted publisher `acme`, and hosts of it in folders of their own. */
export class PluginStore {
  private constructor(
    readonly folder: string,
    private running: StoreProcess,
    /** Of acme's owner. */
    readonly token: string,
  ) {}

  static async start(options: StoreProcessOptions = {}): Promise<PluginStore> {
    const folder = mkdtempSync(join(tmpdir(), 'mortise-host-test-'));
    const data = join(folder, 'store');
    const database = await Database.open(join(folder, 'store', 'mortise.sqlite'));
    const { token } = await seedPublisherInto(database, 'acme');
    await database.close();
    const process = await StoreProcess.start(data, options);
    const store = new PluginStore(folder, process, token);
    await store.trustAcme();
    return store;
  }

  get process(): StoreProcess {
    return this.running;
  }

  get address(): string {
    return this.running.address;
  }

  /** At the same address, with all that it had. */
  async startAgain(): Promise<void> {
    this.running = await StoreProcess.start(join(this.folder, 'store'), { port: this.running.port });
  }

  /** What nobody can ask a running store to do, such as to let days pass. */
  async changeWhileStopped(change: (database: Database) => Promise<void>): Promise<void> {
    await this.running.stop();
    const database = await Database.open(join(this.folder, 'store', 'mortise.sqlite'));
    await change(database);
    await database.close();
    await this.startAgain();
  }

  /** What `mortise init` does, by acme's owner. */
  async initHost(name: string, address: string): Promise<Host> {
    const folder = join(this.folder, name);
    const credential = { token: this.token };
    return (await initHost({ folder, store: address, credential, name, storeKeys: [] })).host;
  }

  /** As that host. */
  async clientOf(host: Host): Promise<StoreClient> {
    return new StoreClient({ address: this.address, credential: await host.folder.readHostKey() });
  }

  /** As acme's owner. */
  get client(): StoreClient {
    return new StoreClient({ address: this.address, credential: this.token });
  }

  async close(): Promise<void> {
    await this.process.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async asAdmin(): Promise<StoreClient> {
    const { address } = this;
    const body = { username: 'admin', password: processAdmin.password };
    const session = await new StoreClient({ address }).call('sessionBegin', { body });
    return new StoreClient({ address, credential: session.access_token });
  }

  private async trustAcme(): Promise<void> {
    const answer = await fetch(`${this.address}/api/v1/publishers/acme/trust`, {
      method: 'PUT',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await this.adminSession()}`,
      },
      body: JSON.stringify({ trust: 'trusted', reason: 'A test asks for it.' }),
    });
    if (answer.status >= 300) throw new Error(await answer.text());
  }

  private async adminSession(): Promise<string> {
    const body = { username: 'admin', password: processAdmin.password };
    const session = await new StoreClient({ address: this.address }).call('sessionBegin', { body });
    return session.access_token;
  }

  /** `acme/tool`: a wheel that says its version, and a front end. */
  async publish(plan: PluginPlan): Promise<void> {
    const { version, requires = [], frontendFiles, form = false, lock, galaxy } = plan;
    const wheel = buildWheel({
      name: 'acme_tool',
      version,
      files: { 'acme_tool/__init__.py': pluginSource(version) },
      metadata: `Metadata-Version: 2.1\nName: acme-tool\nVersion: ${version}\nRequires-Python: >=3.8\n${requires.map((one) => `Requires-Dist: ${one}\n`).join('')}\n`,
    });
    const tarball = buildNpmTarball({
      manifest: { name: '@acme/tool', version, module: 'dist/index.js' },
      files: frontendFiles ?? {
        'dist/index.js': `export const Panel = "${version}";\n`,
        'dist/style.css': 'p { color: red }\n',
      },
    });
    const descriptor = `name: Tool
version: ${version}
summary: Tells its version
permissions: [clusters:read]
${galaxy === undefined ? '' : `requires: {galaxy: '${galaxy}'}\n`}interfaces:
  default:
    backend: {package: acme-tool, version: ${version}, component: Plugin}
    frontend: {package: "@acme/tool", version: ${version}, component: Panel}
${form ? '    form: [{type: integer, name: keep_days, label: Keep for}]\n' : ''}`;
    const artifacts: [string, Buffer][] = [
      [`acme_tool-${version}-py3-none-any.whl`, wheel],
      [`acme-tool-${version}.tgz`, tarball],
    ];
    if (lock !== undefined) artifacts.push(['pylock.toml', Buffer.from(lock)]);
    await this.publishRelease(descriptor, artifacts);
  }

  async publishRelease(
    descriptor: string,
    artifacts: readonly (readonly [name: string, bytes: Buffer])[],
  ): Promise<void> {
    const form = new FormData();
    form.append('descriptor', new Blob([descriptor]), 'plugin.yaml');
    for (const [name, bytes] of artifacts) form.append('artifact', new Blob([new Uint8Array(bytes)]), name);
    const answer = await fetch(`${this.address}/api/v1/publishers/acme/releases`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.token}`, prefer: 'wait=30' },
      body: form,
    });
    if (answer.status !== 201) throw new Error(`${answer.status}: ${await answer.text()}`);
  }

  /** A package of acme's alone, on the Python side. */
  async upload(
    name: string,
    version: string,
    requires: readonly string[] = [],
    source = '',
  ): Promise<UploadedFile> {
    const wheel = buildWheel({
      name,
      version,
      files: { [`${name}/__init__.py`]: `version = "${version}"\n${source}` },
      metadata: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${requires.map((one) => `Requires-Dist: ${one}\n`).join('')}\n`,
    });
    const form = new FormData();
    const fields = {
      ':action': 'file_upload',
      protocol_version: '1',
      name,
      version,
      filetype: 'bdist_wheel',
    };
    for (const [field, value] of Object.entries({ ...fields, metadata_version: '2.1', pyversion: 'py3' }))
      form.append(field, value);
    const filename = `${name}-${version}-py3-none-any.whl`;
    form.append('content', new Blob([new Uint8Array(wheel)]), filename);
    const answer = await fetch(`${this.address}/pypi/legacy/`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`__token__:${this.token}`).toString('base64')}` },
      body: form,
    });
    if (answer.status >= 300) throw new Error(`${answer.status}: ${await answer.text()}`);
    return { name, version, filename, sha256: sha256Hex(wheel) };
  }

  /** A host of this store, in a folder of its own; `address`: by which it reaches the store, else the store's own. */
  async makeHost(
    name: string,
    options: {
      readonly settings?: Partial<HostSettings>;
      readonly address?: string;
      readonly key?: string;
      /** What it says that it is. */
      readonly about?: { readonly kind: string; readonly version: string };
    } = {},
  ): Promise<Host> {
    const made = await this.client.call('hostsCreate', { body: { name, ...options.about } });
    return createHost(join(this.folder, name), {
      store: options.address ?? this.address,
      keys: await this.pins(),
      host: { id: made.id, name },
      hostKey: options.key ?? made.key,
      ...(options.settings && { settings: options.settings }),
    });
  }

  private async pins() {
    const { keys } = await this.client.call('keysKeySet');
    return keys.map((jwk) => pinOf(jwk, 'first-use', Date.now()));
  }

  /** What the store lists for the host of that key. */
  async listed(host: Host): Promise<readonly { id: string; plugin: string; version: string }[]> {
    const client = await this.clientOf(host);
    return (await client.call('installationsList')).items;
  }
}

export const pluginSource = (version: string): string => `
class Plugin:
    def version(self) -> str:
        """Tells its version."""
        return "${version}"
`;
