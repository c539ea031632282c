/** What a release says of itself, in a few words each. */
import { store } from './ask.js';
import { element } from './element.js';

/** A list of facts; those that nothing is said of are left out. `pageOf` says where the page of a plugin is. */
export function facts(plugin, release, pageOf) {
  const { interfaces, requires, permissions, runtime } = release;
  const parts = Object.values(interfaces);
  const rows = {
    Publisher: [searchFor('publisher', release.publisher)],
    Maintainer: [release.maintainer],
    Licence: [release.license],
    Published: [`${day(release.published_at)} by ${release.published_by}`],
    Downloads: [plugin.downloads.toLocaleString()],
    Website: [outside(release.homepage)],
    Source: [outside(release.repository)],
    Categories: release.categories.map((one) => searchFor('category', one)),
    Tags: release.tags.map((one) => searchFor('tag', one)),
    Interfaces: Object.entries(interfaces).map(([word, has]) => `${word}: ${partsOf(has)}`),
    'Back end': packages(
      parts.map(({ backend }) => backend),
      (name) => `pypi/simple/${name}/`,
    ),
    'Front end': packages(
      parts.map(({ frontend }) => frontend),
      (name) => `npm/${name}`,
    ),
    'Its key may': permissions,
    'Fits hosts': Object.entries(requires).map(([host, range]) => `${host} ${range}`),
    'Asks for': Object.entries(runtime ?? {}).map(([what, value]) => `${what} ${[value].flat().join(', ')}`),
    Replaces: [release.replaces && element('a', { href: pageOf(release.replaces) }, release.replaces)],
    // Nobody gets any of what is quarantined.
    Files: release.state === 'quarantined' ? [] : release.artifacts.map(file),
    'For programs': [
      element('a', { href: release.descriptor.url }, 'descriptor'),
      element('a', { href: release.manifest_url }, 'manifest'),
      element('a', { href: `${store}/api/v1/changes` }, 'feed of changes'),
    ],
  };
  const shown = Object.entries(rows).map(([word, values]) => [word, values.filter(Boolean)]);
  return element(
    'dl',
    { className: 'facts' },
    ...shown
      .filter(([, values]) => values.length > 0)
      .flatMap(([word, values]) => [
        element('dt', {}, word),
        element(
          'dd',
          {},
          ...values.map((one) => (typeof one === 'string' ? element('span', { dir: 'auto' }, one) : one)),
        ),
      ]),
  );
}

/** The icon of a release, where it is a file of its own. As an image, it runs nothing. */
export function iconOf(release) {
  const icon =
    release?.state === 'quarantined' ? undefined : release?.artifacts.find(({ kind }) => kind === 'icon');
  if (icon === undefined) return null;
  const src = `${store}/api/v1/artifacts/${icon.sha256}/${encodeURIComponent(icon.filename)}`;
  return element('img', { className: 'icon', src, alt: '', width: '44', height: '44' });
}

export const day = (instant) => new Date(instant).toLocaleDateString(undefined, { dateStyle: 'long' });

const partsOf = (parts) =>
  ['backend', 'frontend', 'form'].filter((part) => parts[part]).join(', ') || 'nothing';

/** Each package once, with a link to what the store has of it. */
function packages(named, addressOf) {
  const found = new Map(
    named.filter(Boolean).map((one) => [`${one.package} ${one.version ?? ''}`, one.package]),
  );
  return [...found].map(([text, name]) => element('a', { href: `${store}/${addressOf(name)}` }, text));
}

const file = ({ url, filename, size, sha256 }) =>
  element(
    'span',
    { className: 'file' },
    element('a', { href: url }, filename),
    ` ${bytes(size)}`,
    element('code', {}, `sha256 ${sha256}`),
  );

const bytes = (size) =>
  size < 1024
    ? `${size} bytes`
    : `${(size / (size < 2 ** 20 ? 1024 : 2 ** 20)).toFixed(1)} ${size < 2 ** 20 ? 'KiB' : 'MiB'}`;

const searchFor = (facet, value) =>
  element('a', { href: `${store}/?${new URLSearchParams({ [facet]: value })}` }, value);

/** An address of the publisher's: only one that opens a page is a link. */
const outside = (address) =>
  address && /^https?:\/\//i.test(address)
    ? element('a', { href: address, rel: 'noopener noreferrer nofollow' }, address)
    : address;
