/**
 * Markdown (CommonMark, with GitHub's tables) as nodes of a page. Only the parts below become elements, and what was
 * written becomes their text: HTML in it is shown as it was typed, an image is a link to it, and nothing is loaded.
 */
import { Lexer } from './lexer.js';

/** Headings of a text stand below that of the part of the page where it is. */
const headingBelow = 2;

/** Emphasis is read in the square of a paragraph's length, which a stranger chose: beyond these it stays as it was typed. */
const paragraphCharacters = 4000;
const readingMs = 300;

class BoundedLexer extends Lexer {
  until = Date.now() + readingMs;

  inlineTokens(text, tokens = []) {
    if (text.length <= paragraphCharacters && Date.now() < this.until)
      return super.inlineTokens(text, tokens);
    tokens.push({ type: 'text', raw: text, text });
    return tokens;
  }
}

/** The nodes of a text; one paragraph of it as written where it can't be read. */
export function markdown(text) {
  try {
    return all(new BoundedLexer().lex(text), block);
  } catch {
    return [make('pre', text)];
  }
}

function make(name, ...children) {
  const made = document.createElement(name);
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** `block` or `inline` of each token. */
const all = (tokens, kind) => (tokens ?? []).flatMap(kind).filter((node) => node !== null);

function block(token) {
  const { type, raw, text, tokens } = token;
  const flow = (name) => directed(make(name, ...all(tokens, inline)));
  switch (type) {
    case 'space':
    case 'def':
      return null;
    case 'heading':
      return flow(`h${Math.min(token.depth + headingBelow, 6)}`);
    case 'paragraph':
      return flow('p');
    case 'text':
      return tokens ? all(tokens, inline) : text;
    case 'code':
      return make('pre', make('code', text));
    case 'blockquote':
      return make('blockquote', ...all(tokens, block));
    case 'list':
      return list(token);
    case 'hr':
      return make('hr');
    case 'table':
      return table(token);
    default:
      return directed(make('p', raw));
  }
}

function directed(node) {
  node.dir = 'auto';
  return node;
}

function list({ ordered, start, items }) {
  const made = make(ordered ? 'ol' : 'ul', ...items.map(item));
  if (ordered && start !== 1) made.start = start;
  return made;
}

const item = ({ task, checked, tokens }) =>
  directed(
    make(
      'li',
      task ? `${checked ? '☑' : '☐'} ` : null,
      ...all(
        tokens.filter((one) => one.type !== 'checkbox'),
        block,
      ),
    ),
  );

function table({ header, rows }) {
  const row = (cells, name) => make('tr', ...cells.map((cell) => make(name, ...all(cell.tokens, inline))));
  return make(
    'table',
    make('thead', row(header, 'th')),
    make('tbody', ...rows.map((cells) => row(cells, 'td'))),
  );
}

const elementOf = { strong: 'strong', em: 'em', del: 'del' };

function inline({ type, raw, text, tokens, href }) {
  if (Object.hasOwn(elementOf, type)) return make(elementOf[type], ...all(tokens, inline));
  if (type === 'text') return tokens ? all(tokens, inline) : decoded(text);
  if (type === 'escape') return text;
  if (type === 'codespan') return make('code', text);
  if (type === 'br') return make('br');
  if (type === 'link') return link(decoded(href), all(tokens, inline));
  if (type === 'image') return link(decoded(href), [decoded(text || href)]);
  return raw;
}

/** The reader of the language leaves references (`&amp;`) to a browser's of HTML, which reads nothing else here. */
function decoded(text) {
  return text.replace(/&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,30});/gi, (reference) => {
    const box = document.createElement('textarea');
    box.innerHTML = reference;
    return box.value;
  });
}

/** Only what opens a page, or a letter, and says nothing of where it was. */
function link(href, nodes) {
  if (!/^(?:https?:\/\/|mailto:)/i.test(href)) return nodes;
  const made = make('a', ...nodes);
  Object.assign(made, { href, title: href, target: '_blank', rel: 'noopener noreferrer nofollow' });
  return made;
}
