import { limits, splitPluginId } from '#kernel';
import {
  codeWeight,
  compactKey,
  documentTerms,
  facetValues,
  firstHeadPlace,
  nameShare,
  placeOf,
  pluginCard,
  requirementKey,
  shortPrefixCharacters,
  spelledFacets,
  titleShare,
  worth,
} from '#search';
import type { PluginCard, PluginDocument } from '#search';
import { shareUnit, weightUnit } from './index-layout.js';

/** A plugin as it is put into the index, and its terms. */
export interface IndexedPlugin {
  readonly json: string;
  readonly terms: Iterable<string>;
}

type Features = Map<string, number>;

/** Texts that are kept are JSON in a string: it has no lone surrogates, which the engine would stumble over. */
export function indexedPlugin(document: PluginDocument): IndexedPlugin {
  const { terms, titleWords, nameWords } = documentTerms(document);
  const { publisher, name } = splitPluginId(document.id);
  const fields = {
    id: document.id,
    id_name: name,
    name_key: compactKey(document.name),
    publisher_key: compactKey(publisher),
    revision: document.revision,
    withdrawn: Number(document.withdrawn),
    deprecated: Number(document.deprecated !== null),
    downloads: document.downloads,
    updated_at: document.updatedAt,
    worth: worth(document.downloads, document.deprecated !== null),
    title_words: Math.max(titleWords, 1),
    name_words: Math.max(nameWords, 1),
    ...facetFields(document),
    card: JSON.stringify([pluginCard(document), scanned(document.description)]),
    rest: JSON.stringify([document.description, document.operations, document.requires, document.revision]),
  };
  const json = `${JSON.stringify(fields).slice(0, -1)},${featuresOf(terms)}}`;
  return { json, terms: [...terms.keys()].map(wellFormed) };
}

const scanned = (text: string | null) => text?.slice(0, limits.searchHighlightScanCharacters) ?? null;

/** The document that was put in, out of what is kept of it. */
export function storedPlugin(source: { readonly card: string; readonly rest: string }): PluginDocument {
  const [card] = JSON.parse(source.card) as [PluginCard, string | null];
  const [description, operations, requires, revision] = JSON.parse(source.rest) as [
    string | null,
    string[],
    Record<string, string>,
    number,
  ];
  return { ...card, description, operations, requires, revision };
}

/** As members of a JSON object. */
function featuresOf(terms: ReadonlyMap<string, number>): string {
  const names = ['all', 'head', 'title', 'name'] as const;
  const whole = Object.fromEntries(names.map((name) => [name, new Map()])) as Record<string, Features>;
  const starts = Object.fromEntries(names.map((name) => [name, new Map()])) as Record<string, Features>;
  for (const [written, code] of terms) {
    const term = wellFormed(written);
    const weight = Math.round(codeWeight(code) / weightUnit);
    const earned = {
      all: weight,
      head: placeOf(code) >= firstHeadPlace ? weight : 0,
      title: titleShare(code) / shareUnit,
      name: nameShare(code) / shareUnit,
    };
    for (const name of names) {
      if (earned[name] === 0) continue;
      whole[name]?.set(term, earned[name]);
      addStarts(starts[name], term, earned[name], name === 'all' ? shortPrefixCharacters + 1 : 1);
    }
  }
  return names
    .flatMap((name) => [
      `"${name}":${featuresJson(whole[name])}`,
      `"${name}_starts":${featuresJson(starts[name])}`,
    ])
    .join();
}

/** Written out by hand: an object of so many names, each new to the machine, takes it longer than all the rest. */
function featuresJson(features: Features | undefined): string {
  const members = Array.from(features ?? [], ([term, earned]) => `${JSON.stringify(term)}:${earned}`);
  return `{${members.join()}}`;
}

/** Of each beginning that is less than the term, the most that one of its terms earns. */
function addStarts(starts: Features | undefined, term: string, earned: number, shortest: number): void {
  for (let length = shortest; length < term.length; length += 1) {
    const start = term.slice(0, length);
    if (endsWithin(start)) continue;
    if ((starts?.get(start) ?? 0) < earned) starts?.set(start, earned);
  }
}

/** Whether a text ends in the first half of a character. */
const endsWithin = (text: string): boolean => (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800;

function facetFields(document: PluginDocument): Record<string, string[]> {
  const values = facetValues(document);
  const fields = Object.entries(values).map(([name, keyed]) => [
    name,
    keyed.map(({ key }) => wellFormed(key)),
  ]);
  const written = spelledFacets.map((name) => [
    `${name}_written`,
    values[name].filter(({ key, shown }) => key !== shown).map(({ shown }) => wellFormed(shown)),
  ]);
  const ranges = Object.entries(document.requires).map(([host, range]) =>
    wellFormed(requirementKey(host, range)),
  );
  return Object.fromEntries([...fields, ...written, ['requirement', ranges]]) as Record<string, string[]>;
}

/** With every lone half of a character replaced, as the engine does with its terms. */
export const wellFormed = (text: string): string => Buffer.from(text).toString();
