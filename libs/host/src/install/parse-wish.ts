import { isPluginName, isPublisherName, isVersion, isVersionRange, normalizeName } from '#kernel';
import { checkPluginId } from '../folder/checked-name.js';
import { HostError } from '../host-error.js';

/** What somebody wants to have installed. */
export interface PluginWish {
  /** `publisher/name`. */
  readonly plugin: string;
  readonly selector: WishedVersion;
  readonly trust: 'untrusted' | null;
  /** An exact version was named, which updates leave alone; the address of a manifest only says where to begin. */
  readonly pinned: boolean;
}

export type WishedVersion =
  | { readonly kind: 'latest' }
  | { readonly kind: 'version'; readonly version: string }
  | { readonly kind: 'range'; readonly range: string }
  | { readonly kind: 'channel'; readonly channel: string };

const channel = /^[a-z][a-z0-9-]{0,31}$/;
const manifestPath =
  /^(?<base>.*)\/api\/v1\/plugins\/(?<publisher>[^/]+)\/(?<name>[^/]+)\/versions\/(?<version>[^/]+)\/manifest(?:\.jws)?$/;

/**
 * Reads `publisher/plugin`, `publisher/plugin@1.2.0`, `…@^1.2`, `…@beta`, or the address of a manifest on `store`. Throws
 * `wish-unclear`, `unsafe-name`, and `other-store` for the manifest of another store than the host's own.
 */
export function parseWish(written: string, store: string): PluginWish {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(written)) return ofAddress(written, store);
  const at = written.lastIndexOf('@');
  const [name, selector] = at > 0 ? [written.slice(0, at), written.slice(at + 1)] : [written, 'latest'];
  const meant = selectorOf(selector);
  return { plugin: pluginOf(name), selector: meant, trust: null, pinned: meant.kind === 'version' };
}

/** The id of a plugin in any spelling. Throws `wish-unclear`, `unsafe-name`. */
export function pluginOf(written: string): string {
  const parts = written.split('/');
  if (parts.length !== 2 || parts.includes('')) throw unclear(written);
  const [publisher = '', name = ''] = parts.map(normalizeName);
  if (!isPublisherName(publisher) || !isPluginName(name)) throw unclear(written);
  const id = `${publisher}/${name}`;
  checkPluginId(id);
  return id;
}

/** What stands behind the `@`. Nothing there is a script whose variable is empty. Throws `wish-unclear`. */
export function selectorOf(text: string): WishedVersion {
  if (text === 'latest') return { kind: 'latest' };
  if (isVersion(text)) return { kind: 'version', version: text };
  if (channel.test(text)) return { kind: 'channel', channel: text };
  if (text !== '' && isVersionRange(text)) return { kind: 'range', range: text };
  throw new HostError(
    'wish-unclear',
    `"${text}" is neither a version ("1.2.0"), a range ("^1.2") nor a channel ("beta").`,
  );
}

function ofAddress(written: string, store: string): PluginWish {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  const found = url && manifestPath.exec(url.pathname)?.groups;
  if (!url || !found) throw unclear(written);
  const own = new URL(store);
  if (url.origin !== own.origin || found['base'] !== own.pathname.replace(/\/+$/, ''))
    throw new HostError(
      'other-store',
      `${written} is on another store than this host's (${store}), whose keys alone it believes in. Nothing was installed: take the plugin from ${own.host}, or make a host of that store with \`mortise init\` in another folder.`,
    );
  const version = decode(found['version'] ?? '', written);
  return {
    plugin: pluginOf(`${decode(found['publisher'] ?? '', written)}/${decode(found['name'] ?? '', written)}`),
    selector: selectorOf(version),
    trust: url.searchParams.get('trust') === 'untrusted' ? 'untrusted' : null,
    pinned: false,
  };
}

function decode(text: string, written: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw unclear(written);
  }
}

const unclear = (written: string): HostError =>
  new HostError(
    'wish-unclear',
    `"${written.slice(0, 200)}" names no plugin: write publisher/plugin, publisher/plugin@1.2.0, publisher/plugin@^1.2, publisher/plugin@beta, or the address of its manifest.`,
  );
