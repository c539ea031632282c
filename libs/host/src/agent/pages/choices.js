import { make } from './element.js';
import { field, inGroup, newId } from './fields.js';
import { follow } from './offers.js';

/** Choices that the form names, or that an operation of the back end does. */
export function select(element, context) {
  const many = element.multiple === true;
  const drawn = ['radio', 'checkboxes'].includes(element.style) ? boxes(many) : menu(element.name, many);
  let options = [];
  const chosen = () => drawn.chosen().map((index) => options[index].value);
  let usual = [element.default ?? []].flat();
  const offer = (list) => {
    // What was chosen stays so where it is there still.
    if (options.length > 0) usual = chosen();
    options = list.map((one) => (typeof one === 'object' && one !== null ? one : { value: one }));
    const isChosen = ({ value, selected }) => (usual.length > 0 ? usual.includes(value) : selected === true);
    drawn.draw(
      options.map((one) => ({ ...one, label: one.label ?? String(one.value), chosen: isChosen(one) })),
    );
    context.refresh?.();
  };
  if (element.options) offer(element.options);
  const part = field(element, drawn.control, () => (many ? chosen() : chosen()[0]), drawn.wrap);
  return element.options_from ? follow(element.options_from, context, offer, part) : part;
}

function menu(name, many) {
  const control = make('select', { name, multiple: many ? '' : undefined });
  return {
    control,
    draw(options) {
      control.replaceChildren(...(many ? [] : [make('option', { value: '' }, '–')]));
      for (const [index, { label, chosen }] of options.entries())
        control.append(make('option', { value: index, selected: chosen ? '' : undefined }, label));
    },
    chosen: () =>
      [...control.selectedOptions].filter(({ value }) => value !== '').map(({ value }) => Number(value)),
  };
}

function boxes(many) {
  const name = newId('o');
  const control = make('fieldset', {});
  const body = make('div', { class: 'boxes' });
  control.append(body);
  return {
    control,
    wrap: inGroup,
    draw(options) {
      body.replaceChildren(
        ...options.map(({ label, help, chosen }, value) => {
          const type = many ? 'checkbox' : 'radio';
          const box = make('input', { type, name, value, checked: chosen ? '' : undefined });
          const told = help ? make('small', {}, help) : null;
          return make('label', { class: 'check' }, box, make('span', {}, label, ' ', told ?? ''));
        }),
      );
    },
    chosen: () => [...body.querySelectorAll('input:checked')].map(({ value }) => Number(value)),
  };
}

/** Rows to choose from. */
export function table(element, context) {
  const name = newId('t');
  const many = element.multiple === true;
  const body = make('tbody');
  const heads = element.columns.map((column) => make('th', { scope: 'col' }, column.label ?? column.name));
  const shown = make('table', {}, make('thead', {}, make('tr', {}, make('td'), ...heads)), body);
  const nothing = make('p', { class: 'soft', hidden: '' }, 'There is nothing to choose from.');
  let list = [];
  const chosen = () => [...body.querySelectorAll('input:checked')].map(({ value }) => list[value]);
  const offer = (found) => {
    const before = chosen().map((row) => JSON.stringify(row));
    list = found;
    shown.hidden = list.length === 0;
    nothing.hidden = list.length > 0;
    body.replaceChildren(
      ...list.map((row, index) => tableRow(row, index, before.includes(JSON.stringify(row)))),
    );
    context.refresh?.();
  };
  const tableRow = (row, value, isChosen) => {
    const cells = element.columns.map((column, at) =>
      String((Array.isArray(row) ? row[at] : row?.[column.name]) ?? ''),
    );
    const box = make('input', {
      type: many ? 'checkbox' : 'radio',
      name,
      value,
      checked: isChosen ? '' : undefined,
      'aria-label': cells.join(', '),
    });
    return make('tr', {}, make('td', {}, box), ...cells.map((cell) => make('td', {}, cell)));
  };
  if (element.rows) offer(element.rows);
  const control = make('fieldset', {}, make('div', { class: 'wide' }, shown), nothing);
  const part = field(element, control, () => (many ? chosen() : chosen()[0]), inGroup);
  return element.rows_from ? follow(element.rows_from, context, offer, part) : part;
}
