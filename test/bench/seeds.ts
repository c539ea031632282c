import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { generatePlugins } from '#testing';
import type { PluginDocument } from '#search';
import { seedRows } from './seed-rows.js';
import {
  artifactsOf,
  asSeeded,
  descriptorText,
  seededVersions,
  shapes,
  template,
  templateDocument,
} from './seeded-plugin.js';
import { StoreClient } from './store-client.js';
import { ServerProcess } from './store-process.js';

const seed = 20_260_101;

/** Data folders of stores with so many plugins, made when they are first asked for. */
export class Seeds {
  private readonly documents = new Map<number, readonly PluginDocument[]>();
  private folders = 0;

  private constructor(
    private readonly root: string,
    private readonly isKept: boolean,
  ) {}

  static open(kept: string | null): Seeds {
    if (kept === null) return new Seeds(mkdtempSync(join(tmpdir(), 'mortise-bench-')), false);
    mkdirSync(kept, { recursive: true });
    return new Seeds(resolve(kept), true);
  }

  /** What a store of that size holds, beside the few templates. */
  plugins(count: number): readonly PluginDocument[] {
    let found = this.documents.get(count);
    if (!found) {
      found = Array.from(generatePlugins(seed, count), asSeeded);
      this.documents.set(count, found);
    }
    return found;
  }

  /** The data folder of a store with so many plugins, which has been started once and has built its index. */
  async folder(count: number): Promise<string> {
    const folder = join(this.root, `plugins-${count}`);
    if (existsSync(folder)) return folder;
    const startedAt = performance.now();
    const draft = `${folder}.draft`;
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft);
    // Only the truth is copied: the index of so many plugins is built anew, not caught up with.
    for (const name of ['mortise.sqlite', 'blobs']) {
      cpSync(join(await this.templateFolder(), name), join(draft, name), { recursive: true });
    }
    seedRows(join(draft, 'mortise.sqlite'), this.plugins(count));
    const seededAt = performance.now();
    const store = await ServerProcess.startStore({ folder: draft });
    await store.answers('/health/ready');
    await store.stop();
    renameSync(draft, folder);
    const seconds = (from: number, to: number) => ((to - from) / 1000).toFixed(1);
    process.stdout.write(
      `  ${count.toLocaleString('en')} plugins seeded in ${seconds(startedAt, seededAt)} s, indexed in ${seconds(seededAt, performance.now())} s\n`,
    );
    return folder;
  }

  /** An empty folder for a store that a part publishes to. */
  emptyFolder(): string {
    const folder = join(this.root, `empty-${(this.folders += 1)}`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    return folder;
  }

  close(): void {
    if (!this.isKept) rmSync(this.root, { recursive: true, force: true });
  }

  /** A store with a plugin of each shape, published as everybody publishes. */
  private async templateFolder(): Promise<string> {
    const folder = join(this.root, 'template');
    if (existsSync(folder)) return folder;
    const draft = `${folder}.draft`;
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft);
    const store = await ServerProcess.startStore({ folder: draft });
    try {
      await store.answers('/health/ready');
      const client = await StoreClient.signIn(store);
      await client.createPublisher(template.publisher);
      for (const shape of shapes) {
        for (const version of seededVersions) {
          const word = `${template.package}${shape}`;
          const text = descriptorText(templateDocument(shape), shape, word, version);
          await client.publish(template.publisher, text, artifactsOf(shape, word, version));
        }
      }
    } finally {
      await store.stop();
    }
    renameSync(draft, folder);
    return folder;
  }
}
