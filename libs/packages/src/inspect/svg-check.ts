import { limits } from '#kernel';

const forbiddenElements = new Set(
  'script foreignobject iframe object embed audio video canvas handler listener html body link meta base form input'.split(
    ' ',
  ),
);
const token =
  /<!--(?:[^-]|-(?!->))*-->|<!\[CDATA\[(?:[^\]]|\](?!\]>))*\]\]>|<\?xml [^?<>]*\?>|<(\/?)([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)((?:\s+[A-Za-z_][\w.:-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|[^<]+/y;
const attribute = /([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Why an SVG can't be taken as an icon, as the end of a sentence; null when it can. Taken is what is well-formed XML
 * and can neither run anything nor fetch anything, whatever page it is put into.
 */
export function svgProblem(text: string): string | null {
  const open: string[] = [];
  let roots = 0;
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const position = token.lastIndex;
    const match = token.exec(text);
    if (match === null && text.startsWith('<!DOCTYPE', position))
      return 'it has a DOCTYPE, which an icon may not; remove it';
    if (match === null) return `it is not plain, well-formed XML at character ${position + 1}`;
    const [whole, slash, name, attributes = '', selfClosing] = match;
    if (name === undefined) {
      const problem = textProblem(whole, position, open);
      if (problem !== null) return problem;
      continue;
    }
    if (slash === '/') {
      if (open.pop() !== name || attributes !== '')
        return `its element ${name} is not closed where it should be`;
      continue;
    }
    if (open.length === 0 && (roots++ > 0 || name !== 'svg')) return 'its one outermost element must be svg';
    const problem = elementProblem(name, attributes, open.length === 0);
    if (problem !== null) return problem;
    if (selfClosing !== '/') open.push(name);
    if (open.length > limits.iconElementDepth)
      return `its elements are nested more than ${limits.iconElementDepth} deep`;
  }
  return roots === 1 && open.length === 0 ? null : 'it is not whole';
}

function textProblem(text: string, position: number, open: readonly string[]): string | null {
  if (text.startsWith('<?')) {
    const encoding = /encoding\s*=\s*["']([^"']*)["']/.exec(text)?.[1] ?? 'utf-8';
    return position === 0 && /^utf-?8$/i.test(encoding)
      ? null
      : 'it must be XML in UTF-8 without other instructions';
  }
  if (text.startsWith('<!--')) return null;
  const isCdata = text.startsWith('<![CDATA[');
  const plain = isCdata ? text.slice(9, -3) : decodeEntities(text);
  if (plain === null) return 'it uses entities of its own; write the characters themselves';
  if (open.length === 0) return plain.trim() === '' ? null : 'it has text outside its elements';
  return localName(open.at(-1) ?? '') === 'style' ? styleProblem(plain) : null;
}

function elementProblem(name: string, attributes: string, isRoot: boolean): string | null {
  const local = localName(name);
  if (forbiddenElements.has(local)) return `it contains the element ${name}, which an icon may not`;
  const seen = new Set<string>();
  for (const [, key = '', double, single] of attributes.matchAll(attribute)) {
    const value = decodeEntities(double ?? single ?? '');
    if (value === null) return 'it uses entities of its own; write the characters themselves';
    if (seen.has(key)) return `its element ${name} has the attribute ${key} twice`;
    seen.add(key);
    const problem = attributeProblem(local, key.toLowerCase(), value);
    if (problem !== null) return problem;
    if (isRoot && key === 'xmlns' && value !== 'http://www.w3.org/2000/svg')
      return 'its outermost element is not SVG';
  }
  return isRoot && !seen.has('xmlns')
    ? 'its outermost element needs xmlns="http://www.w3.org/2000/svg"'
    : null;
}

function attributeProblem(element: string, key: string, value: string): string | null {
  const local = localName(key);
  if (local.startsWith('on')) return `it contains the event handler ${key}, which an icon may not`;
  if (key === 'xml:base') return 'it contains xml:base, which an icon may not';
  const compact = stripped(value);
  if (/(?:java|vb|live)script:/.test(compact)) return 'it contains a script address, which an icon may not';
  if (local === 'href' || local === 'src') {
    const isInside = compact.startsWith('#') || compact === '';
    const isPicture =
      element === 'image' && /^data:image\/(?:png|jpeg|gif|webp);base64,[a-z0-9+/=]*$/.test(compact);
    return isInside || isPicture ? null : 'it refers to something outside itself, which an icon may not';
  }
  const animates = (element === 'set' || element.startsWith('animate')) && local === 'attributename';
  if (animates && /^(?:on|(?:.*:)?href$)/.test(compact))
    return 'it animates an address or a handler, which an icon may not';
  if (key === 'xmlns' || key.startsWith('xmlns:')) {
    return /xhtml|^http:\/\/www\.w3\.org\/2001\/xml-events/.test(compact)
      ? 'it contains HTML, which an icon may not'
      : null;
  }
  return key === 'style' || compact.includes('url(') ? styleProblem(value) : null;
}

function styleProblem(css: string): string | null {
  const compact = stripped(css);
  if (compact.includes('\\')) return 'its styles contain escapes, which an icon may not';
  const outside = compact.replace(/url\((["']?)#[^)"']*\1\)/g, '');
  const isPlain = !/url\(|@import|expression\(|behavior:|-moz-binding|image-set\(|src\(/.test(outside);
  return isPlain ? null : 'its styles refer to something outside it, which an icon may not';
}

/** Without white space, control characters and comments, which browsers skip in such places. */
function stripped(text: string): string {
  // eslint-disable-next-line no-control-regex -- browsers skip these in addresses
  return text.replace(/[\u0000-\u0020]|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\//g, '').toLowerCase();
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1).toLowerCase();
}

/** Null when there is an entity that XML itself does not define. */
function decodeEntities(text: string): string | null {
  const unknown: string[] = [];
  const decoded = text.replace(
    /&(?:#(x?)([0-9a-f]{1,7})|(\w+));|&/gi,
    (whole, x?: string, digits?: string, name?: string) => {
      const code = digits === undefined ? NaN : parseInt(digits, x === '' ? 10 : 16);
      const character = code <= 0x10ffff ? String.fromCodePoint(code) : entities[name ?? ''];
      if (character === undefined) unknown.push(whole);
      return character ?? '';
    },
  );
  return unknown.length === 0 ? decoded : null;
}
