import { complaintOf } from './answers.js';
import { make } from './element.js';

let count = 0;

/** Label, control, help and the place where it is said what is wrong. */
export function field(element, control, value, wrap = labelled) {
  const id = `f${(count += 1)}`;
  const problem = make('span', { class: 'bad', id: `${id}-problem`, hidden: '' });
  const help = [element.help, element.tooltip].filter(Boolean).join(' ');
  const told = help && make('span', { class: 'soft', id: `${id}-help` }, help);
  control.setAttribute('aria-describedby', `${id}-problem${told ? ` ${id}-help` : ''}`);
  if (element.required) control.setAttribute('aria-required', 'true');
  const words = `${element.label ?? element.name}${element.unit ? ` (${element.unit})` : ''}${element.required ? ' *' : ''}`;
  const node = make('div', { class: 'field' }, wrap(id, words, control), told || null, problem);
  const check = () => {
    const said = complaintOf(element, value());
    problem.hidden = said === undefined;
    problem.textContent = said ?? '';
    control.setAttribute('aria-invalid', said === undefined ? 'false' : 'true');
    return said === undefined;
  };
  // Once it was said what is wrong, it is said as soon as it is right.
  node.addEventListener('input', () => problem.hidden || check());
  const read = () => {
    const said = value();
    return said === undefined ? [] : [[element.name, said]];
  };
  return { node, check, read };
}

function labelled(id, words, control) {
  control.id = id;
  return make('label', { for: id }, words, control);
}

function beside(id, words, control) {
  control.id = id;
  return make('label', { for: id, class: 'check' }, control, words);
}

export function inGroup(_, words, control) {
  control.prepend(make('legend', {}, words));
  control.tabIndex = -1;
  return control;
}

export function text(element) {
  const { type, default: usual, placeholder, format, multiline } = element;
  const control = multiline
    ? make('textarea', { name: element.name, rows: 4, placeholder }, usual ?? '')
    : make('input', {
        name: element.name,
        type: { secret: 'password', date: dateInputs[format ?? 'date'] }[type] ?? 'text',
        autocomplete: type === 'secret' ? 'off' : undefined,
        inputmode: { integer: 'numeric', number: 'decimal' }[type],
        value: usual,
        placeholder,
      });
  const isNumber = type === 'integer' || type === 'number';
  const value = () => (isNumber ? Number(control.value) : control.value);
  return field(element, control, () => (control.value.trim() === '' ? undefined : value()));
}

const dateInputs = { date: 'date', time: 'time', 'date-time': 'datetime-local', duration: 'text' };

export function boolean(element) {
  const control = make('input', { name: element.name, type: 'checkbox' });
  control.checked = element.default === true;
  return field(element, control, () => control.checked, beside);
}

/** Choices that the form names, or that an operation of the back end does. */
export function select(element, context) {
  const many = element.multiple === true;
  const control = make('select', { name: element.name, multiple: many ? '' : undefined });
  let options = [];
  const offer = (list) => {
    options = list.map((one) => (typeof one === 'object' && one !== null ? one : { value: one }));
    const usual = [element.default].flat();
    const isChosen = ({ value, selected }) => selected === true || usual.includes(value);
    control.replaceChildren(...(many ? [] : [make('option', { value: '' }, '–')]));
    control.append(
      ...options.map((one, index) =>
        make(
          'option',
          { value: index, selected: isChosen(one) ? '' : undefined },
          one.label ?? String(one.value),
        ),
      ),
    );
    context.refresh?.();
  };
  offer(element.options ?? []);
  const chosen = () =>
    [...control.selectedOptions].filter(({ value }) => value !== '').map(({ value }) => options[value].value);
  const part = field(element, control, () => (many ? chosen() : chosen()[0]));
  return element.options_from
    ? { ...part, refresh: follow(element.options_from, context, offer, part.node) }
    : part;
}

/** As many as a form may name by itself. */
const mostOffered = 1000;

/** Asks again when what it depends on has changed, or when it was not answered; only the last answer counts. */
function follow({ operation, depends_on: fields = [] }, { call }, offer, node) {
  const note = make('span', { class: 'bad', hidden: '' });
  node.append(note);
  let asked;
  return (answers) => {
    const input = Object.fromEntries(fields.map((name) => [name, answers[name]]));
    const wish = JSON.stringify(input);
    if (asked === wish || fields.some((name) => answers[name] === undefined)) return;
    asked = wish;
    call(operation, input)
      .then((said) => {
        if (asked !== wish) return;
        const list = listIn(said);
        note.hidden = list.length <= mostOffered;
        note.textContent = `Only the first ${mostOffered} of ${list.length} are shown.`;
        offer(list.slice(0, mostOffered));
      })
      .catch((error) => {
        if (asked !== wish) return;
        asked = undefined;
        note.hidden = false;
        note.textContent = error.message;
      });
  };
}

/** An operation answers with the list, or with an object that has one. */
const listIn = (said) =>
  Array.isArray(said) ? said : (Object.values(said ?? {}).find((one) => Array.isArray(one)) ?? []);

export function file(element) {
  const many = element.multiple === true;
  const accept = element.accept?.join(',');
  const control = make('input', {
    name: element.name,
    type: 'file',
    accept,
    multiple: many ? '' : undefined,
  });
  return field(element, control, () => (many ? [...control.files] : control.files[0]));
}

/** Files go as InsightConnect's type `file` has them: a name, and the bytes in base64. */
export async function withContents(value) {
  if (value instanceof window.File) {
    const bytes = new Uint8Array(await value.arrayBuffer());
    const text = bytes.reduce((made, byte) => made + String.fromCharCode(byte), '');
    return { filename: value.name, content: window.btoa(text) };
  }
  if (Array.isArray(value)) return Promise.all(value.map(withContents));
  if (typeof value !== 'object' || value === null) return value;
  const entries = await Promise.all(
    Object.entries(value).map(async ([name, one]) => [name, await withContents(one)]),
  );
  return Object.fromEntries(entries);
}

/** Rows to choose from. */
export function table(element, context) {
  const name = `t${(count += 1)}`;
  const many = element.multiple === true;
  const body = make('tbody');
  let list = [];
  const offer = (found) => {
    list = found;
    body.replaceChildren(
      ...list.map((row, index) => {
        const cells = element.columns.map((column, at) =>
          String((Array.isArray(row) ? row[at] : row?.[column.name]) ?? ''),
        );
        const box = make('input', {
          type: many ? 'checkbox' : 'radio',
          name,
          value: index,
          'aria-label': cells.join(', '),
        });
        return make('tr', {}, make('td', {}, box), ...cells.map((cell) => make('td', {}, cell)));
      }),
    );
  };
  offer(element.rows ?? []);
  const heads = element.columns.map((column) => make('th', { scope: 'col' }, column.label ?? column.name));
  const shown = make('table', {}, make('thead', {}, make('tr', {}, make('th'), ...heads)), body);
  const chosen = () => [...body.querySelectorAll('input:checked')].map(({ value }) => list[value]);
  const part = field(element, make('fieldset', {}, shown), () => (many ? chosen() : chosen()[0]), inGroup);
  return element.rows_from
    ? { ...part, refresh: follow(element.rows_from, context, offer, part.node) }
    : part;
}
