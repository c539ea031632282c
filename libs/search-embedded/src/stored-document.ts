import type { PluginCard, PluginDocument } from '#search';

/** A row of the table of documents, without what can be computed. */
export interface StoredRow {
  readonly docid: number;
  readonly revision: number;
  readonly card: string;
  readonly description: string | null;
  readonly rest: string;
}

export function storedDocument(row: StoredRow): PluginDocument {
  const [operations, requires] = JSON.parse(row.rest) as [string[], Record<string, string>];
  const card = JSON.parse(row.card) as PluginCard;
  return { ...card, description: row.description, operations, requires, revision: row.revision };
}
