import { badge, deprecationBadge, element } from './element.js';
import { marked } from './marked.js';

/** A plugin among the results of a search. */
export function card(plugin) {
  const { id, title, name, summary, version, kind, trust, highlights = {}, withdrawn, deprecated } = plugin;
  const shownName = highlights.title ?? (title ? null : highlights.name);
  const href = `plugins/${id.split('/').map(encodeURIComponent).join('/')}`;
  const text = highlights.summary ?? highlights.description ?? highlights.operations;
  const marks = [
    badge(trust, trust === 'trusted' ? 'trusted' : 'untrusted'),
    kind && kind !== 'native' ? badge(kind) : null,
    withdrawn ? badge('withdrawn', 'withdrawn') : null,
    deprecated ? deprecationBadge(deprecated) : null,
    ...(plugin.categories ?? []).map((category) => element('span', {}, category)),
    ...(plugin.tags ?? []).slice(0, 6).map((tag) => element('span', {}, `#${tag}`)),
  ];
  return element(
    'li',
    { className: 'card' },
    element(
      'h2',
      {},
      element('a', { href, dir: 'auto' }, ...(shownName ? marked(shownName) : [title ?? name])),
      element('span', { className: 'id' }, `${id}${version ? ` ${version}` : ''}`),
    ),
    element('p', { dir: 'auto' }, ...(text ? marked(text) : [summary ?? ''])),
    element('div', { className: 'marks' }, ...marks),
  );
}
