import { limits } from './limits.js';
import { RegistryError } from './registry-error.js';

const wordsWithHyphens = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** Words that are parts of the store's own addresses and so can't be publishers. */
const reservedPublishers: ReadonlySet<string> = new Set(
  'api admin me npm pypi web oauth docs health metrics suggest mortise'.split(' '),
);

/**
 * Whether it is a device on Windows, with any extension
 * (https://learn.microsoft.com/windows/win32/fileio/naming-a-file): no file or folder of that name can be made there.
 */
export const isDeviceName = (name: string): boolean =>
  /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\.|$)/i.test(name);

/**
 * Lower case, and runs of `-`, `_`, `.` and space become one `-`: as Python names are (PEP 503), and spaces too. Only
 * A to Z have a lower case here: others' may be one of these letters (the Kelvin sign's is "k").
 */
export function normalizeName(written: string): string {
  return written.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()).replace(/[-_. ]+/g, '-');
}

/** `publisher/name`, both normalised: `galaxy/kubeplugin`. */
export type PluginId = `${string}/${string}`;

/** Of two names that are normalised already. */
export function pluginId(publisher: string, name: string): PluginId {
  return `${publisher}/${name}`;
}

export function splitPluginId(id: PluginId): { publisher: string; name: string } {
  const slash = id.indexOf('/');
  return { publisher: id.slice(0, slash), name: id.slice(slash + 1) };
}

/** Whether the normalised form of `written` can be a plugin's name: a folder of every host is called so. */
export function isPluginName(written: string): boolean {
  const id = normalizeName(written);
  return id.length <= limits.pluginNameCharacters && wordsWithHyphens.test(id) && !isDeviceName(id);
}

/** Whether the normalised form of `written` can be a publisher's name; reserved words and devices can't. */
export function isPublisherName(written: string): boolean {
  const id = normalizeName(written);
  return (
    id.length <= limits.publisherNameCharacters &&
    wordsWithHyphens.test(id) &&
    !reservedPublishers.has(id) &&
    !isDeviceName(id)
  );
}

/** The id of the publisher that a path or body names, in any spelling. Throws `invalid-name`. */
export function parsePublisherName(written: string): string {
  if (isPublisherName(written)) return normalizeName(written);
  throw new RegistryError(
    'invalid',
    'invalid-name',
    `"${written.slice(0, limits.publisherNameCharacters)}" can't be a publisher: use up to ${limits.publisherNameCharacters} letters, digits and single hyphens, none of the reserved words (${[...reservedPublishers].join(', ')}), nor a device of Windows (con, nul, com1).`,
  );
}
