import { limits } from '#kernel';
import type { NpmArtifact } from '../artifact.js';
import { pageFields } from './npm-fields.js';
import { npmTags } from './npm-packument.js';
import type { IndexedPackage } from '../package-index.js';

/** An npm package as the search knows it, by its latest version. */
export interface NpmSearchEntry {
  readonly name: string;
  readonly description: string;
  /** In lower case, for filters; as text, for the search. */
  readonly keywords: readonly string[];
  readonly keywordText: string;
  readonly author: readonly string[];
  readonly maintainers: readonly string[];
  readonly unstable: boolean;
  readonly deprecated: boolean;
  readonly updatedAt: number;
  /** What is answered of it, as JSON: written once, sent often. */
  readonly json: string;
}

/** Undefined where nothing of the package may be had. */
export function npmSearchEntry(found: IndexedPackage): NpmSearchEntry | undefined {
  const number = npmTags(found).latest;
  const version = found.versions.find((one) => one.version === number);
  const artifact = version?.files[0]?.artifact as NpmArtifact | undefined;
  if (!version || !artifact) return undefined;
  const page = pageFields(artifact);
  const description = ((page.description ?? '') as string).slice(0, limits.npmSearchDescriptionCharacters);
  const keywords = ((page.keywords ?? []) as string[]).slice(0, limits.npmSearchKeywords);
  const author = page.author as Record<string, string> | undefined;
  const users = found.maintainers.map((username) => ({ username, email: '' }));
  const body = {
    name: found.name,
    ...scopeOf(found.name),
    version: version.version,
    description,
    keywords,
    date: new Date(version.createdAt).toISOString(),
    links: linksOf(page),
    ...(author?.name === undefined ? {} : { author: { name: author.name } }),
    publisher: { username: version.createdBy ?? found.publisher ?? '', email: '' },
    maintainers: users,
  };
  return {
    name: found.name,
    description,
    keywords: keywords.map((keyword) => keyword.toLowerCase()),
    keywordText: keywords.join(' '),
    author: [author?.name, author?.username, version.createdBy].flatMap((one) => one?.toLowerCase() ?? []),
    maintainers: found.maintainers.map((username) => username.toLowerCase()),
    unstable: version.version.startsWith('0.'),
    deprecated: version.deprecated !== null || version.yanked !== null,
    updatedAt: version.createdAt,
    json: JSON.stringify(body),
  };
}

function scopeOf(name: string): { scope: string } {
  return { scope: name.startsWith('@') ? name.slice(1, name.indexOf('/')) : 'unscoped' };
}

function linksOf({ homepage, repository, bugs }: Readonly<Record<string, unknown>>): Record<string, string> {
  const links = { homepage: addressOf(homepage), repository: addressOf(repository), bugs: addressOf(bugs) };
  return Object.fromEntries(
    Object.entries(links).flatMap(([key, address]) =>
      address === undefined ? [] : [[key, address] as const],
    ),
  );
}

/** Only what a browser may be sent to: it was written by a stranger. */
function addressOf(value: unknown): string | undefined {
  const written = typeof value === 'string' ? value : (value as { url?: string } | undefined)?.url;
  const address = written?.replace(/^git\+/, '');
  return address !== undefined && /^https?:\/\//.test(address) ? address : undefined;
}
