import { closeSync, fsyncSync, openSync } from 'node:fs';
import type { PluginId } from '#kernel';
import type { IndexBatch, PluginDocument } from '#search';
import { isDamage } from './index-damaged.js';
import { IndexFolder, createIndexFile, openIndexFile } from './index-folder.js';
import type { Connection } from './index-folder.js';
import { shelveTerms } from './shelve-terms.js';
import { IndexWriter } from './index-writer.js';

interface OpenFile {
  readonly path: string;
  readonly connection: Connection;
  readonly writer: IndexWriter;
}

interface Rebuild extends OpenFile {
  /** Plugins that batches touched meanwhile: the new index takes them over from the old one. */
  readonly touched: Set<PluginId>;
  /** The highest number of a change applied meanwhile. */
  sequence: number;
  held: PluginDocument[];
}

const writerCacheKibibytes = 4 * 1024;
const rebuildCacheKibibytes = 32 * 1024;
const documentsPerStep = 2048;

/** The index of a folder, as its one writer sees it: the file in use, and one that is being built beside it. */
export class IndexStore {
  readonly #folder: IndexFolder;
  #current: OpenFile;
  #rebuild: Rebuild | undefined;

  /** Opens what is there if it can be read and is sound as far as one sees at a glance; else starts with nothing. */
  constructor(folder: string) {
    this.#folder = new IndexFolder(folder);
    this.#current = this.#openCurrent() ?? this.#createEmpty();
    this.tidy();
  }

  get path(): string {
    return this.#current.path;
  }

  get sequence(): number {
    return this.#current.writer.sequence;
  }

  apply(batch: IndexBatch): void {
    this.#current.writer.apply(batch);
    if (this.#rebuild === undefined) return;
    for (const { id } of batch.put) this.#rebuild.touched.add(id);
    for (const { id } of batch.remove) this.#rebuild.touched.add(id);
    this.#rebuild.sequence = Math.max(this.#rebuild.sequence, batch.sequence);
  }

  startRebuild(): void {
    this.abandonRebuild();
    const path = this.#folder.newPath();
    const connection = createIndexFile(path, { cacheKibibytes: rebuildCacheKibibytes, draft: true });
    this.#rebuild = {
      path,
      connection,
      writer: new IndexWriter(connection),
      touched: new Set(),
      sequence: 0,
      held: [],
    };
  }

  addToRebuild(documents: readonly PluginDocument[]): void {
    const rebuild = this.#running();
    rebuild.held.push(...documents);
    if (rebuild.held.length >= documentsPerStep) addHeld(rebuild);
  }

  /** Puts the new index in the place of the old one and answers its path. */
  finishRebuild(sequence: number): string {
    const rebuild = this.#running();
    addHeld(rebuild);
    this.#takeOver(rebuild);
    rebuild.writer.setSequence(Math.max(sequence, rebuild.sequence));
    shelveTerms(rebuild.connection, true);
    rebuild.connection.close();
    syncFile(rebuild.path);
    this.#folder.makeCurrent(rebuild.path);
    this.#rebuild = undefined;
    this.#current.connection.close();
    this.#current = openFile(rebuild.path);
    return rebuild.path;
  }

  abandonRebuild(): void {
    this.#rebuild?.connection.close();
    this.#rebuild = undefined;
  }

  reset(): string {
    this.abandonRebuild();
    this.#current.connection.close();
    this.#current = this.#createEmpty();
    return this.#current.path;
  }

  /** Does what needn't be done while anyone waits. */
  tidy(): void {
    shelveTerms(this.#current.connection, false);
    if (this.#rebuild === undefined) this.#folder.removeAllBut(this.#current.path);
  }

  close(): void {
    this.abandonRebuild();
    this.#current.connection.close();
  }

  #running(): Rebuild {
    if (this.#rebuild === undefined) throw new Error('No rebuild is under way.');
    return this.#rebuild;
  }

  #takeOver({ writer, touched }: Rebuild): void {
    for (const id of touched) {
      const document = this.#current.writer.document(id);
      if (document === undefined) writer.remove(id);
      else writer.add([document]);
    }
  }

  #openCurrent(): OpenFile | undefined {
    const path = this.#folder.currentPath();
    if (path === undefined) return undefined;
    let file: OpenFile | undefined;
    try {
      file = openFile(path);
      // Reads what a glance doesn't: damage there must not keep the store from starting.
      shelveTerms(file.connection, false);
      return file;
    } catch (error) {
      file?.connection.close();
      if (isDamage(error)) return undefined;
      throw error;
    }
  }

  #createEmpty(): OpenFile {
    const path = this.#folder.newPath();
    const connection = createIndexFile(path, { cacheKibibytes: writerCacheKibibytes });
    this.#folder.makeCurrent(path);
    return { path, connection, writer: new IndexWriter(connection) };
  }
}

function openFile(path: string): OpenFile {
  const connection = openIndexFile(path, { cacheKibibytes: writerCacheKibibytes });
  return { path, connection, writer: new IndexWriter(connection) };
}

function addHeld(rebuild: Rebuild): void {
  rebuild.writer.add(rebuild.held);
  rebuild.held = [];
}

function syncFile(path: string): void {
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
}
