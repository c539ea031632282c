import { complaintOf } from './answers.js';
import { make } from './element.js';
import { markdown } from './markdown.js';

let count = 0;

/** What an element's author says to those who answer it. */
export function explained({ help, tooltip }) {
  if (!help && !tooltip) return null;
  return make('div', { class: 'soft prose' }, ...(help ? markdown(help) : []), tooltip);
}

/** A name of its own for what others point to. */
export const newId = (letter) => `${letter}${(count += 1)}`;

/** Label, control, help and the place where it is said what is wrong. */
export function field(element, control, value, wrap = labelled) {
  const id = newId('f');
  const problem = make('span', { class: 'bad', id: `${id}-problem`, hidden: '' });
  const told = explained(element);
  if (told) told.id = `${id}-help`;
  control.setAttribute('aria-describedby', `${id}-problem${told ? ` ${id}-help` : ''}`);
  if (element.required) control.setAttribute('aria-required', 'true');
  const words = `${element.label ?? element.name}${element.unit ? ` (${element.unit})` : ''}${element.required ? ' *' : ''}`;
  const node = make('div', { class: 'field' }, wrap(id, words, control), told, problem);
  const say = (said) => {
    problem.hidden = said === undefined;
    problem.textContent = said ?? '';
    control.setAttribute('aria-invalid', said === undefined ? 'false' : 'true');
    return said === undefined;
  };
  const check = () => say(control.validity?.badInput ? 'This is not whole.' : complaintOf(element, value()));
  const blame = (problems) => {
    if (!Object.hasOwn(problems, element.name)) return [];
    say(problems[element.name]);
    return [element.name];
  };
  // Once it was said what is wrong, it is said as soon as it is right.
  node.addEventListener('input', () => problem.hidden || check());
  const read = () => {
    const said = value();
    return said === undefined ? [] : [[element.name, said]];
  };
  return { node, check, blame, read };
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
  const { type, placeholder, multiline } = element;
  const isNumber = type === 'integer' || type === 'number';
  const control = multiline
    ? make('textarea', { rows: 4 }, element.default ?? '')
    : make('input', {
        type: type === 'secret' ? 'password' : 'text',
        inputmode: { integer: 'numeric', number: 'decimal' }[type],
        value: element.default,
      });
  for (const [name, value] of Object.entries({
    name: element.name,
    placeholder,
    ...(type === 'secret' && secretly),
  }))
    if (value !== undefined) control.setAttribute(name, value);
  const value = () => (isNumber ? Number(control.value) : control.value);
  return field(element, control, () => (control.value.trim() === '' ? undefined : value()));
}

/** Neither kept nor filled in by the browser, nor sent away by what checks the spelling. */
const secretly = { class: 'secret', autocomplete: 'new-password', spellcheck: 'false' };

const dateInputs = { date: 'date', time: 'time', 'date-time': 'datetime-local', duration: 'text' };

/** An instant goes in UTC and is shown in the time of whoever looks at it; the others are as they are written. */
export function date(element) {
  const { format = 'date', min, max, placeholder = format === 'duration' ? 'P1DT2H' : undefined } = element;
  const [shown, meant] = format === 'date-time' ? [localTime, instant] : [(said) => said, (said) => said];
  const control = make('input', {
    name: element.name,
    type: dateInputs[format],
    min: min && shown(min),
    max: max && shown(max),
    value: element.default && shown(element.default),
    placeholder,
  });
  return field(element, control, () =>
    control.value.trim() === '' ? undefined : meant(control.value.trim()),
  );
}

const instant = (said) => `${new Date(said).toISOString().slice(0, 19)}Z`;

function localTime(said) {
  const then = new Date(said);
  if (Number.isNaN(then.getTime())) return '';
  return new Date(then.getTime() - then.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function boolean(element) {
  const role = element.style === 'toggle' ? 'switch' : undefined;
  const control = make('input', { name: element.name, type: 'checkbox', role });
  control.checked = element.default === true;
  return field(element, control, () => control.checked, beside);
}
