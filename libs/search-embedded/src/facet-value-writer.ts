import { facetNames, facetValues, requirementKey, spelledFacets } from '#search';
import type { KeyedValue, PluginDocument } from '#search';
import type { Connection } from './index-folder.js';

/** Beside the facets that are shown: host and range of what a plugin requires, for `host=name@version`. */
export const requirementFacet = facetNames.length;

/** Facets in which several spellings may share a key. */
const foldedFacets: ReadonlySet<number> = new Set(spelledFacets.map((name) => facetNames.indexOf(name)));

/** Keeps the dictionary of facet values, and which spelling of each is the commonest. */
export class FacetValueWriter {
  readonly #statements;
  readonly #known = new Map<string, number>();
  readonly #changed = new Set<number>();
  #generation = 0;

  constructor(connection: Connection) {
    this.#statements = {
      find: connection.prepare('SELECT id FROM facet_value WHERE facet = ? AND key = ?').pluck(),
      add: connection.prepare('INSERT INTO facet_value (facet, key, shown, generation) VALUES (?, ?, ?, ?)'),
      shown: connection.prepare('SELECT shown FROM facet_value WHERE id = ?').pluck(),
      show: connection.prepare('UPDATE facet_value SET shown = ?, generation = ? WHERE id = ?'),
      count: connection.prepare(`INSERT INTO facet_spelling (value, spelling, documents) VALUES (?, ?, ?)
        ON CONFLICT (value, spelling) DO UPDATE SET documents = documents + excluded.documents`),
      commonest: connection
        .prepare(
          `SELECT spelling FROM facet_spelling WHERE value = ? AND documents > 0
           ORDER BY documents DESC, spelling LIMIT 1`,
        )
        .pluck(),
    };
  }

  begin(generation: number): void {
    this.#generation = generation;
    this.#known.clear();
    this.#changed.clear();
  }

  /** Ids of the values of a document that is now counted. */
  count(document: PluginDocument): number[] {
    return this.#each(document, 1);
  }

  /** Takes back what `count` did. */
  forget(document: PluginDocument): void {
    this.#each(document, -1);
  }

  /** Shows each value as most documents write it. */
  finish(): void {
    for (const id of this.#changed) {
      const commonest = this.#statements.commonest.get(id);
      if (commonest === undefined || commonest === this.#statements.shown.get(id)) continue;
      this.#statements.show.run(commonest, this.#generation, id);
    }
  }

  #each(document: PluginDocument, by: 1 | -1): number[] {
    const values = facetValues(document);
    const ids = facetNames.flatMap((name, facet) =>
      values[name].map((value) => this.#change(facet, value, by)),
    );
    const requirements = Object.entries(document.requires).map(([host, range]) => {
      const key = requirementKey(host, range);
      return this.#change(requirementFacet, { key, shown: key }, by);
    });
    return [...new Set([...ids, ...requirements])];
  }

  #change(facet: number, { key, shown }: KeyedValue, by: 1 | -1): number {
    const id = this.#id(facet, key, shown);
    if (!foldedFacets.has(facet)) return id;
    this.#statements.count.run(id, shown, by);
    this.#changed.add(id);
    return id;
  }

  #id(facet: number, key: string, shown: string): number {
    const name = `${facet}:${key}`;
    const known = this.#known.get(name) ?? (this.#statements.find.get(facet, key) as number | undefined);
    const id = known ?? Number(this.#statements.add.run(facet, key, shown, this.#generation).lastInsertRowid);
    this.#known.set(name, id);
    return id;
  }
}
