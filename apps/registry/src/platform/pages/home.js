/**
 * The page at `/`: a search over GET /api/v1/plugins. Whatever a publisher has written is put on the page as text,
 * never as HTML; highlights, which come escaped, are taken apart into text and marks.
 */
import { ask, reasonOf } from './ask.js';
import { card } from './card.js';
import { showCommands } from './commands.js';
import { element } from './element.js';
import { invitation, showSession } from './session.js';

const facetNames = {
  kind: 'Kind',
  trust: 'Trust',
  category: 'Category',
  tag: 'Tag',
  has: 'Has',
  publisher: 'Publisher',
};
const chipsPerFacet = 8;
const typingMs = 120;
/** A search that takes longer says that it is under way. */
const slowMs = 400;

const byId = (id) => document.getElementById(id);
const [form, field, list, results, more, status, sort, facets] = [
  'search',
  'q',
  'suggestions',
  'results',
  'more',
  'status',
  'sort',
  'facets',
].map(byId);

const known = ['q', 'sort', ...Object.keys(facetNames)];
/** What the address of the page asks; what other programs add to it (`utm_source`) is nothing to the search. */
const askedByAddress = () =>
  new URLSearchParams([...new URLSearchParams(location.search)].filter(([name]) => known.includes(name)));
let query = askedByAddress();
let [next, asking] = [null, null];

async function search({ append = false } = {}) {
  document.title = query.has('q') ? `${query.get('q')} · Mortise` : 'Mortise · plugins';
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  const slow = setTimeout(() => (status.textContent = 'Searching…'), slowMs);
  results.ariaBusy = 'true';
  const parameters = new URLSearchParams(query);
  if (append && next) parameters.set('cursor', next);
  try {
    const answer = await ask('api/v1/plugins', parameters, signal);
    next = answer.next;
    if (!append) {
      results.replaceChildren();
      showFacets(answer.facets ?? {});
    }
    const first = results.children.length;
    results.append(...answer.items.map(card));
    if (append) results.children[first]?.querySelector('a')?.focus();
    more.hidden = next === null;
    status.textContent = counted(answer.total);
    sort.parentElement.hidden = answer.total < 2;
    document.body.classList.remove('stranger');
    if (answer.total === 0) showEmpty();
  } catch (error) {
    if (error.name === 'AbortError') return;
    showProblem(error);
  } finally {
    clearTimeout(slow);
    if (!signal.aborted) results.ariaBusy = 'false';
  }
}

const counted = (total) =>
  total === 0 ? 'No plugin found' : total === 1 ? 'One plugin' : `${total.toLocaleString()} plugins`;

function showFacets(found) {
  const rows = Object.entries(facetNames).map(([name, label]) => {
    const chosen = query.getAll(name);
    const counts = new Map((found[name] ?? []).map(({ value, count }) => [value, count]));
    const values = [...new Set([...chosen, ...counts.keys()])].slice(0, chipsPerFacet + chosen.length);
    if (values.length === 0 || (values.length === 1 && chosen.length === 0)) return null;
    return element(
      'div',
      { className: 'facet', role: 'group', 'aria-label': label },
      element('span', {}, label),
      element(
        'div',
        { className: 'chips' },
        ...values.map((value) => chip(name, value, counts.get(value) ?? 0, chosen.includes(value))),
      ),
    );
  });
  const focused = document.activeElement?.dataset?.chip;
  facets.replaceChildren(...rows.filter(Boolean));
  if (focused) [...facets.querySelectorAll('.chip')].find((one) => one.dataset.chip === focused)?.focus();
}

function chip(name, value, count, pressed) {
  return element(
    'button',
    {
      className: 'chip',
      type: 'button',
      'data-chip': `${name}=${value}`,
      'aria-pressed': String(pressed),
      title: value,
      onclick: () => toggle(name, value),
    },
    `${value} `,
    element('small', {}, String(count)),
  );
}

function toggle(name, value) {
  const others = query.getAll(name).filter((one) => one !== value);
  const wasChosen = others.length < query.getAll(name).length;
  query.delete(name);
  for (const one of wasChosen ? others : [...others, value]) query.append(name, one);
  go();
}

const showEmpty = () => results.replaceChildren(element('li', { className: 'empty' }, ...emptyAdvice()));

function emptyAdvice() {
  const narrowed = Object.keys(facetNames).some((name) => query.has(name));
  if (narrowed) return ['Nothing fits. Take away a filter, or try another word.'];
  if (query.has('q')) return ['Nothing fits. Try another word, or a part of one.'];
  const link = element('a', { href: '#next-title' }, 'The commands below');
  return ['There are no plugins in this store yet. ', link, ' publish the first.'];
}

function showProblem(error) {
  next = null;
  more.hidden = true;
  facets.replaceChildren();
  sort.parentElement.hidden = true;
  const isStranger = error.status === 401;
  document.body.classList.toggle('stranger', isStranger);
  status.textContent = isStranger ? 'For members' : 'The search failed';
  if (isStranger) {
    results.replaceChildren(element('li', { className: 'empty' }, ...invitation()));
    return;
  }
  const again = element(
    'button',
    { className: 'quiet', type: 'button', onclick: () => search() },
    'Try again',
  );
  results.replaceChildren(element('li', { className: 'problem' }, element('p', {}, reasonOf(error)), again));
}

/** Searches for what `query` says now, and writes it into the address. */
function go({ replace = false } = {}) {
  const address = query.size > 0 ? `?${query}` : location.pathname;
  history[replace ? 'replaceState' : 'pushState'](null, '', address);
  return search();
}

let typing = 0;
let suggesting = null;
let selected = -1;

field.addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(() => {
    setText(field.value);
    void go({ replace: true });
    void suggest();
  }, typingMs);
});

function setText(text) {
  if (text.trim() === '') query.delete('q');
  else query.set('q', text);
}

async function suggest() {
  suggesting?.abort();
  const text = field.value.trim();
  if (text === '') return hideSuggestions();
  suggesting = new AbortController();
  try {
    const parameters = new URLSearchParams({ q: text });
    const { items } = await ask('api/v1/plugins/suggest', parameters, suggesting.signal);
    if (document.activeElement === field) showSuggestions(items);
  } catch {
    hideSuggestions();
  }
}

function showSuggestions(items) {
  selected = -1;
  list.replaceChildren(
    ...items.slice(0, 6).map(({ id, name, title }, index) =>
      element(
        'li',
        {
          role: 'option',
          id: `suggestion-${index}`,
          'aria-selected': 'false',
          'data-name': title ?? name,
          // Before the field loses the focus, and the list with it.
          onmousedown: (event) => {
            event.preventDefault();
            choose(title ?? name);
          },
        },
        element('bdi', {}, title ?? name),
        ' ',
        element('small', {}, id),
      ),
    ),
  );
  list.hidden = items.length === 0;
  field.setAttribute('aria-expanded', String(!list.hidden));
  field.removeAttribute('aria-activedescendant');
}

function hideSuggestions() {
  list.hidden = true;
  selected = -1;
  field.setAttribute('aria-expanded', 'false');
  field.removeAttribute('aria-activedescendant');
}

function choose(text) {
  clearTimeout(typing);
  suggesting?.abort();
  field.value = text;
  setText(text);
  hideSuggestions();
  void go();
}

function select(step) {
  const options = [...list.children];
  if (list.hidden || options.length === 0) return;
  selected = (selected + step + options.length + (selected < 0 && step < 0 ? 1 : 0)) % options.length;
  options.forEach((option, index) => option.setAttribute('aria-selected', String(index === selected)));
  field.setAttribute('aria-activedescendant', options[selected].id);
}

field.addEventListener('keydown', (event) => {
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault();
    select(event.key === 'ArrowDown' ? 1 : -1);
  } else if (event.key === 'Escape' && !list.hidden) {
    event.preventDefault();
    hideSuggestions();
  }
});
field.addEventListener('blur', hideSuggestions);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  choose(list.children[selected]?.dataset.name ?? field.value);
});
document.addEventListener('keydown', (event) => {
  const isTyping = /^(?:input|select|textarea)$/i.test(event.target.tagName);
  if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  field.focus();
  field.select();
});
sort.addEventListener('change', () => {
  if (sort.value === 'relevance') query.delete('sort');
  else query.set('sort', sort.value);
  void go();
});
more.addEventListener('click', () => search({ append: true }));
window.addEventListener('popstate', restore);

function restore() {
  query = askedByAddress();
  field.value = query.get('q') ?? '';
  sort.value = query.get('sort') ?? 'relevance';
  if (sort.value === '') sort.value = 'relevance';
  void search();
}

// As home.css has it: on a phone the filters would fill the screen before the first result.
const wide = matchMedia('(min-width: 36.01rem)');
wide.onchange = () => (byId('narrow').open = wide.matches);
wide.onchange();
showCommands();
void showSession();
restore();
if (matchMedia('(pointer: fine)').matches) field.focus();
