import { limits } from '#kernel';
import type { NearTerm, Nearness, Vocabulary } from '#search';
import { BlockColumns } from './block-columns.js';
import { FacetDictionary } from './facet-dictionary.js';
import type { FacetRow } from './facet-dictionary.js';
import type { Connection } from './index-folder.js';
import { decodePostings } from './posting-list.js';
import type { Postings } from './posting-list.js';
import { TermDictionary } from './term-dictionary.js';

export interface DocumentRow {
  readonly card: string;
  readonly name: string;
  readonly title: string | null;
  readonly summary: string | null;
  readonly description: string | null;
}

export interface TermPostings {
  readonly block: number;
  readonly postings: Postings;
}

type PostingRow = [number, Buffer];

/** Characters above this end no term that begins with a prefix. */
const afterAll = '\u{10ffff}';

/** Reads an index file. What it holds in memory is brought up to date at the start of each `read`. */
export class IndexReader implements Vocabulary {
  readonly facets = new FacetDictionary();
  readonly #statements;
  readonly #terms: TermDictionary;
  readonly #columns = new Map<number, BlockColumns>();
  #columnBytes = 0;
  #generation = 0;
  #blocks: readonly number[] = [];

  constructor(connection: Connection) {
    this.#statements = prepareStatements(connection);
    this.#terms = new TermDictionary(connection);
  }

  /** Reads within one snapshot of the index. */
  read<Result>(work: () => Result): Result {
    this.#statements.begin.run();
    try {
      this.#refresh();
      return work();
    } finally {
      this.#statements.commit.run();
    }
  }

  /** Numbers of the blocks, rising. */
  get blocks(): readonly number[] {
    return this.#blocks;
  }

  columns(block: number): BlockColumns | undefined {
    const known = this.#columns.get(block);
    if (known !== undefined) return known;
    const stored = this.#statements.columns.get(block) as Buffer | undefined;
    if (stored === undefined) return undefined;
    const columns = BlockColumns.decode(stored);
    this.#columns.set(block, columns);
    this.#columnBytes += columns.bytes.byteLength;
    this.#dropColumnsBeyondLimit();
    return columns;
  }

  postings(term: string): TermPostings[] {
    return (this.#statements.postings.all(term) as PostingRow[]).map(decodeRow);
  }

  /** Postings of all terms that begin with the prefix, and are more than it. */
  postingsBeginning(prefix: string): TermPostings[] {
    return (this.#statements.beginning.all(prefix, prefix + afterAll) as PostingRow[]).map(decodeRow);
  }

  has(term: string): boolean {
    return this.#statements.hasTerm.get(term) !== undefined;
  }

  near(token: string, nearness: Nearness): NearTerm[] {
    return this.#terms.near(token, nearness);
  }

  documentsNamed(nameKey: string): { docid: number; id: string }[] {
    return this.#statements.named.all(nameKey) as { docid: number; id: string }[];
  }

  document(docid: number): DocumentRow | undefined {
    return this.#statements.document.get(docid) as DocumentRow | undefined;
  }

  facetValue(facet: number, key: string): number | undefined {
    return this.#statements.facetValue.get(facet, key) as number | undefined;
  }

  facetKeysBeginning(facet: number, beginning: string): { id: number; key: string }[] {
    return this.#statements.facetKeys.all(facet, beginning, beginning + afterAll) as {
      id: number;
      key: string;
    }[];
  }

  #refresh(): void {
    const generation = Number(this.#statements.generation.get());
    if (generation === this.#generation) return;
    this.facets.load(this.#statements.facetValues.all(this.#generation) as FacetRow[]);
    for (const block of this.#statements.changedBlocks.all(this.#generation) as number[]) {
      this.#columnBytes -= this.#columns.get(block)?.bytes.byteLength ?? 0;
      this.#columns.delete(block);
    }
    this.#blocks = this.#statements.blocks.all() as number[];
    this.#generation = generation;
  }

  /** The oldest go first: all searches look at the blocks in turn, so no order of use is worth keeping. */
  #dropColumnsBeyondLimit(): void {
    for (const [block, { bytes }] of this.#columns) {
      if (this.#columnBytes <= limits.searchColumnCacheBytes) return;
      this.#columns.delete(block);
      this.#columnBytes -= bytes.byteLength;
    }
  }
}

function decodeRow([block, codes]: PostingRow): TermPostings {
  return { block, postings: decodePostings(codes) };
}

function prepareStatements(connection: Connection) {
  const column = (sql: string) => connection.prepare(sql).pluck();
  return {
    begin: connection.prepare('BEGIN'),
    commit: connection.prepare('COMMIT'),
    generation: column(`SELECT value FROM meta WHERE key = 'generation'`),
    facetValues: connection.prepare(
      'SELECT id, facet, key, shown FROM facet_value WHERE generation > ? ORDER BY id',
    ),
    facetValue: column('SELECT id FROM facet_value WHERE facet = ? AND key = ?'),
    facetKeys: connection.prepare('SELECT id, key FROM facet_value WHERE facet = ? AND key >= ? AND key < ?'),
    blocks: column('SELECT block FROM block ORDER BY block'),
    changedBlocks: column('SELECT block FROM block WHERE generation > ?'),
    columns: column('SELECT columns FROM block WHERE block = ?'),
    postings: connection.prepare('SELECT block, codes FROM posting WHERE term = ?').raw(),
    beginning: connection.prepare('SELECT block, codes FROM posting WHERE term > ? AND term < ?').raw(),
    hasTerm: column('SELECT 1 FROM posting WHERE term = ? LIMIT 1'),
    named: connection.prepare('SELECT docid, id FROM document WHERE name_key = ? ORDER BY id LIMIT 1000'),
    document: connection.prepare(
      `SELECT card, name, title, summary, substr(description, 1, ${limits.searchHighlightScanCharacters}) AS description
       FROM document WHERE docid = ?`,
    ),
  };
}
