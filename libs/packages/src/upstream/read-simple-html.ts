import type { SimpleFile } from '../python/simple-project.js';

const attributes = /([a-z][a-z-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/gi;
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The files of a page of the simple API in HTML (PEPs 503, 592, 658): one anchor each. `page` is its own address. */
export function readSimpleHtml(html: string, page: string): SimpleFile[] {
  const base = baseIn(html);
  const from = base !== undefined && URL.canParse(base, page) ? new URL(base, page).href : page;
  const files: SimpleFile[] = [];
  for (const { tag, text } of anchorsIn(html)) {
    const values = attributesOf(tag);
    const href = values.get('href');
    if (href === undefined || !URL.canParse(href, from)) continue;
    const address = new URL(href, from);
    const metadata = digestIn(values.get('data-core-metadata') ?? values.get('data-dist-info-metadata'));
    const yanked = values.get('data-yanked');
    files.push({
      filename: decoded(text).trim(),
      url: address.href,
      hashes: digestIn(address.hash.slice(1)) ?? {},
      'requires-python': values.get('data-requires-python') ?? null,
      'core-metadata': metadata ?? false,
      yanked: yanked === undefined ? false : yanked === '' ? true : yanked,
    });
  }
  return files;
}

/**
 * The anchors that hold nothing but text. Goes over the page once, whatever is in it: one expression for a whole anchor
 * would look to the end of the page anew from each that isn't closed.
 */
function* anchorsIn(html: string): Generator<{ readonly tag: string; readonly text: string }> {
  const opening = /<a\s/gi;
  const closing = /<\/a\s*>/iy;
  for (let found = opening.exec(html); found; found = opening.exec(html)) {
    const end = html.indexOf('>', opening.lastIndex);
    const next = end === -1 ? -1 : html.indexOf('<', end);
    if (next === -1) return;
    closing.lastIndex = next;
    if (closing.test(html))
      yield { tag: html.slice(opening.lastIndex, end), text: html.slice(end + 1, next) };
    opening.lastIndex = next;
  }
}

/** What addresses on the page are relative to, where the page says so. */
function baseIn(html: string): string | undefined {
  const start = html.search(/<base\s/i);
  const end = start === -1 ? -1 : html.indexOf('>', start);
  return end === -1 ? undefined : attributesOf(html.slice(start + '<base'.length, end)).get('href');
}

function attributesOf(tag: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [, name = '', double, single, bare] of tag.matchAll(attributes)) {
    const value = double ?? single ?? bare ?? '';
    if (!values.has(name.toLowerCase())) values.set(name.toLowerCase(), decoded(value));
  }
  return values;
}

/** `sha256=<hex>`. */
function digestIn(text: string | undefined): Record<string, string> | undefined {
  const [, algorithm, hex] = /^(sha\d+)=([0-9a-f]+)$/i.exec(text ?? '') ?? [];
  return algorithm === undefined || hex === undefined ? undefined : { [algorithm.toLowerCase()]: hex };
}

function decoded(text: string): string {
  const reference = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi;
  return text.replace(reference, (whole: string, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return entities[name.toLowerCase()] ?? whole;
    const point = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal);
    return point <= 0x10_ff_ff ? String.fromCodePoint(point) : whole;
  });
}
