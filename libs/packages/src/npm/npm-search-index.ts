import MiniSearch from 'minisearch';
import { npmSearchEntry } from './npm-search-entry.js';
import type { NpmSearchEntry } from './npm-search-entry.js';
import type { KeywordFilter, NpmSearchQuery } from './npm-search-query.js';
import type { IndexedPackage } from '../package-index.js';

interface Hit {
  readonly entry: NpmSearchEntry;
  readonly score: number;
}

const shortestPrefix = 2;
const shortestFuzzyWord = 4;
const deprecatedFactor = 0.25;
const exactFactor = 10;

/** npm's search over the packages that everybody may see, in memory. */
export class NpmSearchIndex {
  private readonly entries = new Map<string, NpmSearchEntry>();
  private readonly texts = new MiniSearch<NpmSearchEntry>({
    idField: 'name',
    fields: ['name', 'keywordText', 'description', 'maintainerText'],
    extractField: (entry, field) =>
      field === 'maintainerText' ? entry.maintainers.join(' ') : String(entry[field as keyof NpmSearchEntry]),
    searchOptions: {
      boost: { name: 4, keywordText: 2 },
      prefix: (word) => word.length >= shortestPrefix,
      fuzzy: (word) => (word.length >= shortestFuzzyWord ? 0.2 : false),
      combineWith: 'AND',
    },
  });

  get size(): number {
    return this.entries.size;
  }

  get names(): Iterable<string> {
    return this.entries.keys();
  }

  put(found: IndexedPackage): void {
    const entry = npmSearchEntry(found);
    if (!entry) {
      this.remove(found.name);
      return;
    }
    if (this.entries.has(entry.name)) this.texts.replace(entry);
    else this.texts.add(entry);
    this.entries.set(entry.name, entry);
  }

  remove(name: string): void {
    if (this.entries.delete(name)) this.texts.discard(name);
  }

  /** The answer as npm's registry gives it, in JSON. */
  answer(query: NpmSearchQuery, time: string): string {
    const hits = (query.text === '' ? this.newest() : this.matching(query)).filter(({ entry }) =>
      fits(entry, query),
    );
    const best = hits.reduce((most, { score }) => Math.max(most, score), 0);
    const shown = hits.slice(query.from, query.from + query.size).map((hit) => objectOf(hit, best));
    return `{"objects":[${shown.join(',')}],"total":${hits.length},"time":${JSON.stringify(time)}}`;
  }

  private newest(): Hit[] {
    const hits = [...this.entries.values()].map((entry) => ({ entry, score: 1 }));
    return hits.sort((a, b) => b.entry.updatedAt - a.entry.updatedAt || compare(a, b));
  }

  /** All words where a package has them; else those that have some. */
  private matching({ text, boostExact }: NpmSearchQuery): Hit[] {
    const all = this.texts.search(text);
    const found = all.length > 0 ? all : this.texts.search(text, { combineWith: 'OR' });
    const exact = text.toLowerCase();
    const hits = found.flatMap(({ id, score }) => {
      const entry = this.entries.get(id as string);
      if (!entry) return [];
      const boost = boostExact && entry.name.toLowerCase() === exact ? exactFactor : 1;
      return [{ entry, score: score * boost * (entry.deprecated ? deprecatedFactor : 1) }];
    });
    return hits.sort((a, b) => b.score - a.score || compare(a, b));
  }
}

const compare = (a: Hit, b: Hit): number => (a.entry.name < b.entry.name ? -1 : 1);

function fits(entry: NpmSearchEntry, query: NpmSearchQuery): boolean {
  const { author, maintainer, scope, keywords, unstable, deprecated } = query;
  return (
    (author === null || entry.author.includes(author)) &&
    (maintainer === null || entry.maintainers.includes(maintainer)) &&
    (scope === null || entry.name.toLowerCase().startsWith(`@${scope}/`)) &&
    (unstable === null || entry.unstable === unstable) &&
    (deprecated === null || entry.deprecated === deprecated) &&
    (keywords === null || hasKeywords(entry.keywords, keywords))
  );
}

function hasKeywords(own: readonly string[], { anyOf, noneOf }: KeywordFilter): boolean {
  if (noneOf.some((keyword) => own.includes(keyword))) return false;
  return anyOf.length === 0 || anyOf.some((group) => group.every((keyword) => own.includes(keyword)));
}

/** Quality, popularity and upkeep are not rated here: each is the same for all. */
function objectOf({ entry, score }: Hit, best: number): string {
  const final = best === 0 ? 0 : Math.round((score / best) * 1e6) / 1e6;
  const rated = `{"final":${final},"detail":{"quality":1,"popularity":1,"maintenance":1}}`;
  const flags = `{"unstable":${entry.unstable ? 1 : 0}}`;
  return `{"package":${entry.json},"flags":${flags},"score":${rated},"searchScore":${score}}`;
}
