/**
 * Shows the form of a plugin, which is data: texts become text, never markup, and its actions are operations of its own
 * back end. Each part has `node`, `read()` (its answers, as entries), `check()` (whether they are right; what is wrong is said
 * at the field) and `refresh(answers)` (what depends on other answers).
 */
import { holds } from './answers.js';
import { make } from './element.js';
import { boolean, field, file, inGroup, select, table, text, withContents } from './fields.js';

/** `call(operation, input)` asks the back end; its answer, or its refusal, is shown below the form. */
export function showForm(elements, call) {
  const output = make('pre', { hidden: '', 'aria-live': 'polite', 'data-answer': '' });
  const context = { call, run };
  const parts = group(elements, context);
  const form = make('form', { novalidate: '' }, ...parts.nodes);
  if (!form.querySelector('button[data-operation]'))
    form.append(
      make('p', { class: 'soft' }, 'It names no operation of the back end: its answers are for the host.'),
    );
  form.append(output);
  context.refresh = refresh;
  form.addEventListener('input', refresh);
  form.addEventListener('submit', (event) => event.preventDefault());
  refresh();
  return form;

  /** What one answer brings into view may in turn show another part, as deep as conditions may lie. */
  function refresh() {
    let before;
    for (let depth = 0; depth < 8; depth += 1) {
      const answers = Object.fromEntries(parts.read());
      const now = JSON.stringify(answers);
      parts.refresh(answers);
      if (now === before) return;
      before = now;
    }
  }

  async function run({ operation, confirm, label }, button) {
    if (!parts.check()) return form.querySelector('[aria-invalid="true"]')?.focus();
    if (confirm && !window.confirm(confirm === true ? `${label ?? operation}?` : confirm)) return undefined;
    button.disabled = true;
    tell('…');
    try {
      const said = await call(operation, await withContents(Object.fromEntries(parts.read())));
      tell(typeof said === 'string' ? said : JSON.stringify(said, null, 2));
    } catch (error) {
      tell([error.message, error.assistance].filter(Boolean).join('\n'), 'bad');
    } finally {
      button.disabled = false;
    }
    return undefined;
  }

  function tell(text, kind = '') {
    output.hidden = false;
    output.className = kind;
    output.textContent = text;
  }
}

/** Elements of one level. What isn't shown is not asked, not checked, and not among the answers. */
function group(elements, context) {
  const parts = elements.map((element) => {
    const part = (kinds[element.type] ?? unknown)(element, context);
    return { shown: true, element, ...part };
  });
  const here = () => parts.filter(({ shown }) => shown);
  return {
    nodes: parts.map(({ node }) => node),
    read: () => here().flatMap((part) => part.read?.() ?? []),
    // All of them, so that every field says what is wrong with it.
    check: () => here().filter((part) => part.check?.() === false).length === 0,
    refresh(answers) {
      for (const part of parts) {
        part.shown = holds(part.element.when, answers);
        part.node.hidden = !part.shown || part.element.type === 'hidden';
        part.refresh?.(answers);
      }
    },
  };
}

/** Where the form names no limit of its own. */
const usualRows = 100;

/** Rows of elements; a list is one whose rows have a single answer. */
function rows(element, context) {
  const isList = element.type === 'list';
  const most = element.max ?? element.max_items ?? usualRows;
  const body = make('div', { class: 'rows' });
  const kept = [];
  const add = (usual) => {
    const items = isList
      ? [{ label: 'Item', ...element.items, name: 'item', default: usual }]
      : element.elements;
    const parts = group(items, context);
    const remove = make('button', { type: 'button', class: 'plain' }, 'Remove');
    const node = make('div', { class: 'row-of-form' }, ...parts.nodes, remove);
    const row = { parts, node };
    remove.addEventListener('click', () => {
      kept.splice(kept.indexOf(row), 1);
      node.remove();
      more.focus();
      change();
    });
    kept.push(row);
    body.append(node);
    return node;
  };
  const more = make('button', { type: 'button', class: 'plain' }, 'Add');
  const change = () => {
    more.disabled = kept.length >= most;
    context.refresh?.();
  };
  more.addEventListener('click', () => {
    add().querySelector('input, select, textarea')?.focus();
    change();
  });
  if (isList) for (const one of element.default ?? []) add(one);
  for (let index = 0; index < (element.min ?? 0); index += 1) add();
  const answersOf = ({ parts }) => Object.fromEntries(parts.read());
  const value = () =>
    kept.map((row) => (isList ? answersOf(row).item : answersOf(row))).filter((one) => one !== undefined);
  const part = field(element, make('fieldset', {}, body, more), value, inGroup);
  return {
    ...part,
    check: () => [part.check(), ...kept.map(({ parts }) => parts.check())].every(Boolean),
    refresh: (answers) => kept.forEach((row) => row.parts.refresh({ ...answers, ...answersOf(row) })),
  };
}

function section(element, context) {
  const parts = group(element.elements, context);
  const name = element.label ?? element.name ?? (element.advanced ? 'Advanced' : '');
  const folds = element.collapsible || element.collapsed || element.advanced;
  const node = folds
    ? make('details', {}, make('summary', {}, name || 'More'), ...parts.nodes)
    : make('fieldset', {}, name ? make('legend', {}, name) : null, ...parts.nodes);
  if (folds) node.open = !(element.collapsed ?? element.advanced ?? false);
  const check = () => {
    const right = parts.check();
    if (!right && folds) node.open = true;
    return right;
  };
  return { node, read: parts.read, check, refresh: parts.refresh };
}

/** One case at a time; the others are neither shown nor answered. */
function conditional({ test, cases }, context) {
  const all = Object.entries(cases).map(([value, elements]) => {
    const parts = group(elements, context);
    return { value, parts, node: make('div', { class: 'field', hidden: '' }, ...parts.nodes) };
  });
  let current;
  return {
    node: make('div', { class: 'field' }, ...all.map(({ node }) => node)),
    read: () => current?.parts.read() ?? [],
    check: () => current?.parts.check() ?? true,
    refresh(answers) {
      current = all.find(({ value }) => value === String(answers[test]));
      for (const one of all) one.node.hidden = one !== current;
      current?.parts.refresh({ ...answers, ...Object.fromEntries(current.parts.read()) });
    },
  };
}

function action(element, { run }) {
  // Enter in a field is a click on the first of them, shown or not; what isn't shown must not be called.
  const attributes = { type: 'submit', 'data-operation': element.operation, title: element.tooltip };
  const button = make('button', attributes, element.label ?? element.operation);
  button.addEventListener('click', () => {
    if (button.checkVisibility()) return void run(element, button);
    const others = [...button.form.querySelectorAll('button[data-operation]')];
    return others.find((one) => one.checkVisibility())?.click();
  });
  return { node: button };
}

const said = (element) => ({
  node: make('p', { class: element.level === 'error' ? 'bad' : 'told' }, element.text),
});

function link({ url, text: words }) {
  const target = { href: url, target: '_blank', rel: 'noopener noreferrer' };
  return { node: make('p', {}, make('a', target, words), ` (${new URL(url).host})`) };
}

const hidden = ({ name, value }) => ({ node: make('span', { hidden: '' }), read: () => [[name, value]] });

/** Of a newer store. */
const unknown = ({ type }) => ({ node: make('p', { class: 'soft' }, `"${type}" can't be shown here yet.`) });

const kinds = {
  ...{ text, integer: text, number: text, secret: text, date: text },
  ...{ boolean, select, file, list: rows, repeat: rows, section, conditional, table },
  ...{ action, message: said, markdown: said, link, hidden },
};
