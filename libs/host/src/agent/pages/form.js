/**
 * Shows the form of a plugin, which is data: texts become text or what Markdown stands for, never HTML, and its actions are
 * operations of its own back end. Each part has `node`, `read()` (its answers, as entries), `check()` (whether they are right;
 * what is wrong is said at the field), `refresh(answers)` (what depends on other answers) and `blame(problems)` (says at its
 * fields what the back end found wrong, by their names, and which of them it has).
 */
import { holds } from './answers.js';
import { make } from './element.js';
import { boolean, date, explained, field, inGroup, text } from './fields.js';
import { file, withContents } from './files.js';
import { markdown } from './markdown.js';
import { select, table } from './choices.js';

/** `call(operation, input)` asks the back end; its answer, or its refusal, is shown below the form. */
export function showForm(elements, call) {
  const output = make('pre', { hidden: '', 'aria-live': 'polite', 'data-answer': '' });
  const context = { call, run };
  const parts = group(elements, context);
  // All of it before there is a form: what is in a form is found by its name as if it were the form's own (`append`).
  const form = make(
    'form',
    { novalidate: '' },
    withHints(make('div', { class: 'parts' }, ...parts.nodes)),
    output,
  );
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

  /** The button stays what it is: one that is disabled loses the focus, and with it the place of whoever uses the keyboard. */
  async function run({ operation, confirm, label }, button) {
    if (button.ariaBusy === 'true') return;
    if (!parts.check()) return void goToProblem(form);
    if (confirm && !window.confirm(confirm === true ? `${label ?? operation}?` : confirm)) return;
    button.ariaBusy = 'true';
    tell(output, '…');
    try {
      const said = await call(operation, await withContents(Object.fromEntries(parts.read())));
      tell(output, typeof said === 'string' ? said : JSON.stringify(said, null, 2));
    } catch (error) {
      const placed = tellFailure(error, parts, output);
      if (placed) goToProblem(form);
    } finally {
      button.ariaBusy = 'false';
    }
  }
}

function withHints(all) {
  if (all.querySelector('[aria-required]')) all.prepend(make('p', { class: 'soft' }, '* has to be answered'));
  if (!all.querySelector('button[data-operation]'))
    all.append(
      make(
        'p',
        { class: 'soft' },
        'It names no operation of the back end: its answers are for the host, whose owner writes them into ',
        make('code', {}, 'config/{publisher}/{plugin}.json'),
        ' of its folder.',
      ),
    );
  return all;
}

function tell(output, text, kind = '') {
  output.hidden = false;
  output.className = kind;
  output.textContent = text;
}

/** Says what went wrong, at the fields as far as they are known; whether any was. */
function tellFailure({ message, assistance, data }, parts, output) {
  const problems = problemsIn(data);
  const placed = parts.blame(problems);
  const others = Object.entries(problems).filter(([name]) => !placed.includes(name));
  const lines = others.map(([name, said]) => `${name}: ${said}`);
  tell(output, [message, assistance, ...lines].filter(Boolean).join('\n'), 'bad');
  return placed.length > 0;
}

export function goToProblem(form) {
  const wrong = [...form.querySelectorAll('[aria-invalid="true"]')];
  wrong.find((one) => one.checkVisibility())?.focus();
}

/** A back end that knows which answers are wrong has in its error's `data` a sentence for each, by name. */
function problemsIn(data) {
  try {
    const entries = Object.entries(JSON.parse(data));
    return Object.fromEntries(entries.filter(([, said]) => typeof said === 'string'));
  } catch {
    return {};
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
    blame: (problems) => here().flatMap((part) => part.blame?.(problems) ?? []),
    refresh(answers) {
      for (const part of parts) {
        part.shown = holds(part.element.when, answers);
        part.node.hidden = !part.shown || part.element.type === 'hidden';
        if (part.shown) part.refresh?.(answers);
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
    const row = { parts, node, remove };
    remove.addEventListener('click', () => {
      kept.splice(kept.indexOf(row), 1);
      node.remove();
      change();
      more.focus();
    });
    kept.push(row);
    body.append(node);
    return node;
  };
  const more = make('button', { type: 'button', class: 'plain' }, 'Add');
  const change = () => {
    more.disabled = kept.length >= most;
    kept.forEach(({ remove }, index) => remove.setAttribute('aria-label', `Remove ${index + 1}`));
    context.refresh?.();
  };
  more.addEventListener('click', () => {
    add().querySelector('input, select, textarea')?.focus();
    change();
  });
  if (isList) for (const one of element.default ?? []) add(one);
  for (let index = 0; index < (element.min ?? 0); index += 1) add();
  const answersOf = ({ parts }) => Object.fromEntries(parts.read());
  change();
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
  const nodes = [explained(element), ...parts.nodes];
  const node = folds
    ? make('details', { class: 'parts' }, make('summary', {}, name || 'More'), ...nodes)
    : make('fieldset', {}, name ? make('legend', {}, name) : null, ...nodes);
  if (folds) node.open = !(element.collapsed ?? element.advanced ?? false);
  const openFor = (isNeeded) => {
    if (isNeeded && folds) node.open = true;
  };
  const check = () => {
    const right = parts.check();
    openFor(!right);
    return right;
  };
  const blame = (problems) => {
    const placed = parts.blame(problems);
    openFor(placed.length > 0);
    return placed;
  };
  return { node, read: parts.read, check, blame, refresh: parts.refresh };
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
    blame: (problems) => current?.parts.blame(problems) ?? [],
    refresh(answers) {
      current = all.find(({ value }) => value === String(answers[test]));
      for (const one of all) one.node.hidden = one !== current;
      current?.parts.refresh({ ...answers, ...Object.fromEntries(current.parts.read()) });
    },
  };
}

function action(element, { run }) {
  // Enter in a field is a click on the first of them, shown or not; what isn't shown must not be called.
  const button = make(
    'button',
    { type: 'submit', 'data-operation': element.operation },
    element.label ?? element.operation,
  );
  button.addEventListener('click', () => {
    if (button.checkVisibility()) return void run(element, button);
    const others = [...button.form.querySelectorAll('button[data-operation]')];
    return others.find((one) => one.checkVisibility())?.click();
  });
  return { node: make('div', { class: 'field' }, button, explained(element)) };
}

const message = ({ level = 'info', label, text: words }) => ({
  node: make('p', { class: `told ${level}` }, label ? make('strong', {}, `${label}: `) : null, words),
});

const prose = ({ text: words }) => ({ node: make('div', { class: 'told prose' }, ...markdown(words)) });

function link(element) {
  const { url, label } = element;
  const words = element.text ?? label ?? url;
  const shown = make('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, words);
  const before = label && label !== words ? `${label}: ` : '';
  const line = make('p', { class: 'told' }, before, shown, ` (${new URL(url).host})`);
  return { node: make('div', { class: 'field' }, line, explained(element)) };
}

const hidden = ({ name, value }) => ({ node: make('span', { hidden: '' }), read: () => [[name, value]] });

/** Of a newer store. */
const unknown = ({ type }) => ({ node: make('p', { class: 'soft' }, `"${type}" can't be shown here yet.`) });

const kinds = {
  ...{ text, integer: text, number: text, secret: text, date },
  ...{ boolean, select, file, list: rows, repeat: rows, section, conditional, table },
  ...{ action, message, markdown: prose, link, hidden },
};
