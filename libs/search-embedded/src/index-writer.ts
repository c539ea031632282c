import type { IndexBatch, PluginDocument, Removal } from '#search';
import {
  shortPrefixCharacters,
  compactKey,
  documentTerms,
  firstHeadPlace,
  placeOf,
  pluginCard,
  strongerCode,
} from '#search';
import type { DocumentTerms } from '#search';
import type { PluginId } from '#kernel';
import { BlockColumns } from './block-columns.js';
import type { SlotRecord } from './block-columns.js';
import { FacetValueWriter } from './facet-value-writer.js';
import type { Connection } from './index-folder.js';
import { changedPostings, decodePostings, postingChange } from './posting-list.js';
import { blockSlots, prefixMark } from './schema.js';
import { storedDocument } from './stored-document.js';
import type { StoredRow } from './stored-document.js';

type Change = ReadonlyMap<string, number>;

const noPostings = new Uint16Array(0);
/** So many changed postings are held in memory before they are written. */
const heldPostings = 500_000;

/** Writes documents into an index file. Whoever calls it decides the transaction. */
export class IndexWriter {
  readonly #connection: Connection;
  readonly #statements;
  readonly #facets: FacetValueWriter;
  /** Block → term → changes. */
  readonly #postings = new Map<number, Map<string, number[]>>();
  readonly #slots = new Map<number, Map<number, SlotRecord | null>>();
  #held = 0;
  #generation = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#facets = new FacetValueWriter(connection);
    this.#statements = prepareStatements(connection);
  }

  get sequence(): number {
    return this.#meta('sequence');
  }

  /** Applies a batch in one transaction. */
  apply(batch: IndexBatch): void {
    this.#connection.transaction(() => {
      const isLate = batch.sequence < this.sequence;
      this.#begin();
      for (const document of newestOfEach(batch.put)) {
        // What an old batch puts and the index lacks has been removed since: it doesn't come back.
        if (isLate && !this.#has(document.id)) continue;
        this.#put(document);
      }
      if (!isLate) for (const removal of batch.remove) this.#remove(removal);
      this.#finish(Math.max(batch.sequence, this.sequence));
    })();
  }

  /** Adds documents without a word on the sequence: a part of a rebuild. */
  add(documents: readonly PluginDocument[]): void {
    this.#connection.transaction(() => {
      this.#begin();
      for (const document of newestOfEach(documents)) this.#put(document);
      this.#finish(this.sequence);
    })();
  }

  setSequence(sequence: number): void {
    this.#statements.setMeta.run(sequence, 'sequence');
  }

  document(id: PluginId): PluginDocument | undefined {
    const row = this.#row(id);
    return row === undefined ? undefined : storedDocument(row);
  }

  remove(id: PluginId): void {
    this.#connection.transaction(() => {
      this.#begin();
      this.#remove({ id, revision: Number.MAX_SAFE_INTEGER });
      this.#finish(this.sequence);
    })();
  }

  #meta(key: string): number {
    return Number(this.#statements.meta.pluck().get(key));
  }

  #row(id: PluginId): StoredRow | undefined {
    return this.#statements.stored.get(id) as StoredRow | undefined;
  }

  #has(id: PluginId): boolean {
    return this.#row(id) !== undefined;
  }

  /** Whatever an aborted transaction left behind here is of no use. */
  #begin(): void {
    this.#postings.clear();
    this.#slots.clear();
    this.#held = 0;
    this.#generation = this.#meta('generation') + 1;
    this.#facets.begin(this.#generation);
  }

  #finish(sequence: number): void {
    this.#flush();
    this.#facets.finish();
    this.#statements.setMeta.run(sequence, 'sequence');
    this.#statements.setMeta.run(this.#generation, 'generation');
  }

  #put(document: PluginDocument): void {
    const row = this.#row(document.id);
    if (row !== undefined && row.revision > document.revision) return;
    const previous = row === undefined ? undefined : storedDocument(row);
    const docid = row?.docid ?? this.#nextDocid();
    const terms = documentTerms(document);
    this.#changeTerms(docid, previous && indexedTerms(documentTerms(previous)), indexedTerms(terms));
    if (previous !== undefined) this.#facets.forget(previous);
    this.#changeSlot(docid, slotRecord(document, terms, this.#facets.count(document)));
    this.#statements.put.run({
      docid,
      id: document.id,
      nameKey: compactKey(document.name),
      revision: document.revision,
      card: JSON.stringify(pluginCard(document)),
      name: document.name,
      title: document.title,
      summary: document.summary,
      description: document.description,
      rest: JSON.stringify([document.operations, document.requires]),
    });
  }

  #remove({ id, revision }: Removal): void {
    const row = this.#row(id);
    if (row === undefined || row.revision > revision) return;
    const document = storedDocument(row);
    this.#changeTerms(row.docid, indexedTerms(documentTerms(document)), undefined);
    this.#facets.forget(document);
    this.#changeSlot(row.docid, null);
    this.#statements.remove.run(row.docid);
  }

  #nextDocid(): number {
    return Number(this.#statements.lastDocid.pluck().get() ?? -1) + 1;
  }

  #changeSlot(docid: number, record: SlotRecord | null): void {
    const block = Math.floor(docid / blockSlots);
    let slots = this.#slots.get(block);
    if (slots === undefined) this.#slots.set(block, (slots = new Map<number, SlotRecord | null>()));
    slots.set(docid % blockSlots, record);
  }

  #changeTerms(docid: number, before: Change | undefined, after: Change | undefined): void {
    const block = Math.floor(docid / blockSlots);
    const slot = docid % blockSlots;
    let terms = this.#postings.get(block);
    if (terms === undefined) this.#postings.set(block, (terms = new Map<string, number[]>()));
    const held = terms;
    const change = (term: string, code: number | null) => {
      const changes = held.get(term);
      if (changes === undefined) held.set(term, [postingChange(slot, code)]);
      else changes.push(postingChange(slot, code));
      this.#held += 1;
    };
    for (const [term, code] of after ?? []) if (before?.get(term) !== code) change(term, code);
    for (const term of before?.keys() ?? []) if (after?.has(term) !== true) change(term, null);
    if (this.#held > heldPostings) this.#flush();
  }

  #flush(): void {
    for (const [block, terms] of this.#postings) this.#flushPostings(block, terms);
    for (const [block, slots] of this.#slots) this.#flushSlots(block, slots);
    this.#postings.clear();
    this.#slots.clear();
    this.#held = 0;
  }

  #flushPostings(block: number, terms: ReadonlyMap<string, number[]>): void {
    const { postings, putPostings, removePostings, addTerm } = this.#statements;
    for (const term of [...terms.keys()].sort()) {
      const stored = postings.pluck().get(term, block) as Buffer | undefined;
      const changed = changedPostings(
        stored === undefined ? noPostings : decodePostings(stored),
        terms.get(term) ?? [],
      );
      if (changed.length === 0) {
        if (stored !== undefined) removePostings.run(term, block);
        continue;
      }
      if (stored === undefined && !term.startsWith(prefixMark) && term.length > 1) addTerm.run(term);
      putPostings.run(term, block, Buffer.from(changed.buffer, changed.byteOffset, changed.byteLength));
    }
  }

  #flushSlots(block: number, slots: ReadonlyMap<number, SlotRecord | null>): void {
    const stored = this.#statements.columns.pluck().get(block) as Buffer | undefined;
    const columns = BlockColumns.changed(stored && BlockColumns.decode(stored), slots);
    this.#statements.putColumns.run(block, this.#generation, Buffer.from(columns.bytes));
  }
}

function prepareStatements(connection: Connection) {
  return {
    meta: connection.prepare('SELECT value FROM meta WHERE key = ?'),
    setMeta: connection.prepare('UPDATE meta SET value = ? WHERE key = ?'),
    stored: connection.prepare('SELECT docid, revision, card, description, rest FROM document WHERE id = ?'),
    lastDocid: connection.prepare('SELECT max(docid) FROM document'),
    put: connection.prepare(`INSERT OR REPLACE INTO document
      (docid, id, name_key, revision, card, name, title, summary, description, rest) VALUES
      (@docid, @id, @nameKey, @revision, @card, @name, @title, @summary, @description, @rest)`),
    remove: connection.prepare('DELETE FROM document WHERE docid = ?'),
    postings: connection.prepare('SELECT codes FROM posting WHERE term = ? AND block = ?'),
    putPostings: connection.prepare('INSERT OR REPLACE INTO posting (term, block, codes) VALUES (?, ?, ?)'),
    removePostings: connection.prepare('DELETE FROM posting WHERE term = ? AND block = ?'),
    addTerm: connection.prepare('INSERT OR IGNORE INTO term (term) VALUES (?)'),
    columns: connection.prepare('SELECT columns FROM block WHERE block = ?'),
    putColumns: connection.prepare(
      'INSERT OR REPLACE INTO block (block, generation, columns) VALUES (?, ?, ?)',
    ),
  };
}

function newestOfEach(documents: readonly PluginDocument[]): Iterable<PluginDocument> {
  const newest = new Map<string, PluginDocument>();
  for (const document of documents) {
    const known = newest.get(document.id);
    if (known === undefined || known.revision <= document.revision) newest.set(document.id, document);
  }
  return newest.values();
}

/** The terms of a document, and the beginnings of those in its head. */
function indexedTerms({ terms }: DocumentTerms): Change {
  const indexed = new Map(terms);
  for (const [term, code] of terms) {
    if (placeOf(code) < firstHeadPlace) continue;
    for (let length = 1; length <= shortPrefixCharacters && length <= term.length; length += 1) {
      const row = prefixMark + term.slice(0, length);
      const known = indexed.get(row);
      indexed.set(row, known === undefined ? code : strongerCode(known, code));
    }
  }
  return indexed;
}

function slotRecord(document: PluginDocument, terms: DocumentTerms, values: readonly number[]): SlotRecord {
  return {
    id: document.id,
    withdrawn: document.withdrawn,
    deprecated: document.deprecated !== null,
    downloads: document.downloads,
    updatedAt: document.updatedAt,
    titleWords: terms.titleWords,
    nameWords: terms.nameWords,
    values,
  };
}
