import {
  deprecationTooLong,
  npmChangeNotTaken,
  npmDocumentMalformed,
  restrictedNotOffered,
} from './npm-errors.js';
import type { NpmDocument } from './read-npm-document.js';
import { limits } from '#kernel';

/** What an npm client wants changed of a package: it sends all that it was shown, with its changes in it. */
export type NpmChange =
  | {
      readonly kind: 'versions';
      /** What each version that is there shall say of itself; undefined: nothing about it. */
      readonly deprecations: ReadonlyMap<string, string | undefined>;
    }
  | { readonly kind: 'maintainers'; readonly usernames: readonly string[] };

/** Throws `npm-document-malformed`, `deprecation-too-long`, `npm-change-not-taken`. */
export function parseNpmChange({ members, tarballs }: NpmDocument): NpmChange {
  if (tarballs.length > 0) throw npmDocumentMalformed('a tarball is published at the address of its package');
  const { versions, maintainers } = members;
  if (isRecord(versions)) {
    const entries = Object.entries(versions);
    return {
      kind: 'versions',
      deprecations: new Map(entries.map(([version, says]) => [version, deprecationIn(says)])),
    };
  }
  if (!Array.isArray(maintainers)) throw npmChangeNotTaken();
  return { kind: 'maintainers', usernames: [...new Set(maintainers.map(usernameIn))] };
}

/** What `npm access set` asks for; all but what is so anyway is refused: `restricted-not-offered`, `npm-change-not-taken`. */
export function parseNpmAccess(body: unknown): void {
  const { access, ...others } = isRecord(body) ? body : {};
  if (access === 'restricted' || access === 'private') throw restrictedNotOffered();
  const isSo =
    (access === undefined || access === 'public') && Object.values(others).every((value) => !value);
  if (!isSo) throw npmChangeNotTaken();
}

function deprecationIn(version: unknown): string | undefined {
  const message = isRecord(version) ? version['deprecated'] : undefined;
  if (typeof message !== 'string') return undefined;
  if (message.length > limits.deprecationCharacters) throw deprecationTooLong();
  // Half of a surrogate pair, or a zero, is no character that every database keeps.
  return message.replace(/[\p{Surrogate}\0]/gu, '\ufffd');
}

function usernameIn(person: unknown): string {
  const name = isRecord(person) ? person['name'] : person;
  if (typeof name === 'string' && name.length <= limits.usernameCharacters) return name;
  throw npmDocumentMalformed('its "maintainers" have to be a list of people with a "name"');
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
