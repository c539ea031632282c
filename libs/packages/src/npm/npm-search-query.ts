import { limits } from '#kernel';

/** A keyword that a package must have one of (`a,b`), or all of (`a+b`), or must not have (`-a`). */
export interface KeywordFilter {
  /** Any of these groups; all of each. */
  readonly anyOf: readonly (readonly string[])[];
  readonly noneOf: readonly string[];
}

export interface NpmSearchQuery {
  /** What is left of the text when the qualifiers are taken out. */
  readonly text: string;
  /** In lower case, all of them. */
  readonly author: string | null;
  readonly maintainer: string | null;
  readonly scope: string | null;
  readonly keywords: KeywordFilter | null;
  readonly unstable: boolean | null;
  readonly deprecated: boolean | null;
  readonly boostExact: boolean;
  readonly from: number;
  readonly size: number;
}

type Qualifiers = Omit<NpmSearchQuery, 'text' | 'from' | 'size'>;

const none: Qualifiers = {
  author: null,
  maintainer: null,
  scope: null,
  keywords: null,
  unstable: null,
  deprecated: null,
  boostExact: true,
};

const qualifier = /^(author|maintainer|scope|keywords|is|not|boost-exact):(.+)$/;

/**
 * The text of an npm search: words, and qualifiers as npm's registry takes them (`scope:acme keywords:a,b not:unstable`).
 * What can't be understood is part of the text: npm has nowhere to tell its user what was wrong with it.
 */
export function parseNpmSearch(text: string, from: number, size: number): NpmSearchQuery {
  let found = none;
  const words: string[] = [];
  const parts = text.slice(0, limits.searchTextCharacters).split(/\s+/).slice(0, limits.searchTokens);
  for (const part of parts) {
    const [, name, value = ''] = qualifier.exec(part.toLowerCase()) ?? [];
    const read = name === undefined ? undefined : qualifierOf(name, value);
    if (read === undefined) words.push(part);
    else found = { ...found, ...read };
  }
  return { ...found, text: words.join(' ').trim(), from, size };
}

function qualifierOf(name: string, value: string): Partial<Qualifiers> | undefined {
  switch (name) {
    case 'scope':
      return { scope: value.replace(/^@/, '') };
    case 'keywords':
      return { keywords: keywordFilter(value) };
    case 'boost-exact':
      return { boostExact: value !== 'false' };
    case 'is':
    case 'not':
      // Nothing here is known to be insecure: what asks for it is taken, and filters nothing.
      if (value === 'insecure') return {};
      return value === 'unstable' || value === 'deprecated' ? { [value]: name === 'is' } : undefined;
    default:
      return { [name]: value.replace(/^@/, '') };
  }
}

function keywordFilter(value: string): KeywordFilter {
  const parts = value.split(',').filter((part) => part !== '' && part !== '-');
  return {
    anyOf: parts.filter((part) => !part.startsWith('-')).map((part) => part.split('+').filter(Boolean)),
    noneOf: parts.filter((part) => part.startsWith('-')).map((part) => part.slice(1)),
  };
}
