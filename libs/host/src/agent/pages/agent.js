// The agent's own pages: all plugins of this host, and each with its component and its actions to try.
import { make } from './element.js';
import { boolean, field } from './fields.js';
import { goToProblem, showForm } from './form.js';
import { callAction, mount, plugins } from './mount.js';

const main = document.querySelector('#main');
const news = document.querySelector('#events');
const lost = document.querySelector('#lost');

/** The link's key is in the part of the address that browsers keep to themselves; what remains is a cookie. */
async function letIn() {
  const key = new URLSearchParams(location.hash.slice(1)).get('key');
  if (!key) return;
  await fetch('/agent/v1/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key }),
  });
  history.replaceState(null, '', location.pathname);
}

async function readStatus() {
  const answer = await fetch('/agent/v1/status');
  if (answer.ok) return answer.json();
  const told = await answer.json().catch(() => ({}));
  throw Object.assign(new Error(told.detail ?? `The agent answered ${answer.status}.`), {
    status: answer.status,
  });
}

const stateOf = (status, installation) => {
  const found = status.plugins.find((one) => one.installation === installation);
  if (found) return found.state;
  return status.failed.some((one) => one.installation === installation) ? 'failed' : 'stopped';
};

const chip = (status, installation) => {
  const state = stateOf(status, installation);
  return make('span', { class: 'chip', 'data-state': state, 'data-installation': installation }, state);
};

/** Puts another state into every chip, and leaves the components beside them as they are. */
function markAll(stateFor) {
  for (const one of main.querySelectorAll('.chip')) {
    const state = stateFor(one.dataset.installation);
    one.dataset.state = state;
    one.textContent = state;
  }
}

/** A word for a choice that nobody has says nothing. */
const interfacesOf = ({ interfaces }) => {
  const names = Object.keys(interfaces);
  return names.length > 1 ? [names.join(', ')] : [];
};

async function showAll() {
  const [status, list] = await Promise.all([readStatus(), plugins()]);
  document.querySelector('#agent').textContent = status.agent.folder;
  const absent = status.failed.filter(
    ({ installation }) => !list.some((one) => one.installation === installation),
  );
  const served = list.map((plugin) =>
    make(
      'a',
      { class: 'card', href: `/show/${plugin.id}${plugin.usual ? '' : `@${plugin.version}`}` },
      make(
        'p',
        { class: 'row' },
        make('strong', { dir: 'auto' }, plugin.name),
        plugin.version,
        chip(status, plugin.installation),
      ),
      make(
        'span',
        { class: 'soft' },
        [plugin.id, ...interfacesOf(plugin)].join(' · '),
        plugin.usual && list.some(({ id, usual }) => id === plugin.id && !usual)
          ? ' · calls that name no version reach this one'
          : '',
      ),
      ...status.failed
        .filter(({ installation }) => installation === plugin.installation)
        .map(({ version, message }) =>
          make('pre', { class: 'bad' }, `${version} did not come up: ${message}`),
        ),
    ),
  );
  const failed = absent.map(({ installation, plugin, version, message }) =>
    make(
      'div',
      { class: 'card' },
      make('p', { class: 'row' }, make('strong', {}, plugin), version, chip(status, installation)),
      make('pre', { class: 'bad' }, message),
    ),
  );
  const cards = [...served, ...failed];
  const nothing = make(
    'p',
    { class: 'soft' },
    'No plugin is installed here yet: ',
    make('code', {}, 'mortise install publisher/plugin'),
  );
  main.replaceChildren(make('h1', {}, 'Plugins of this host'), ...(cards.length > 0 ? cards : [nothing]));
}

async function showOne(name) {
  const [status, list] = await Promise.all([readStatus(), plugins()]);
  const [id, version] = name.split('@');
  const plugin = list.find((one) => one.id === id && (version ? one.version === version : one.usual));
  const failure = status.failed.find((one) => one.plugin === id && (!version || one.version === version));
  if (!plugin && failure) throw new Error(`${id} ${failure.version} did not come up: ${failure.message}`);
  if (!plugin) throw new Error(`${name} is not served here.`);
  document.title = `${plugin.name} · Mortise host`;
  document.querySelector('#agent').textContent = plugin.id;
  const head = make(
    'p',
    { class: 'row' },
    plugin.version,
    chip(status, plugin.installation),
    make('span', { class: 'soft' }, plugin.trust),
  );
  const parts = Object.entries(plugin.interfaces).map(([word, web]) => showInterface(plugin, word, web));
  main.replaceChildren(make('h1', { dir: 'auto' }, plugin.name), head, ...parts);
}

function showInterface(plugin, word, web) {
  const isOnly = Object.keys(plugin.interfaces).length === 1;
  const heading = (words) => make(isOnly ? 'h2' : 'h3', {}, words);
  const address = `${plugin.id}:${word}@${plugin.version}`;
  const panel = make('div', { class: 'card', 'data-component': word });
  const actions = make('div', { class: 'card', 'data-actions': word, hidden: '' });
  if (web.frontend)
    mount(panel, address).catch((error) => panel.append(make('p', { class: 'bad' }, error.message)));
  if (web.address) void showActions(actions, address, web.address);
  const form =
    web.form &&
    make(
      'div',
      { class: 'card', 'data-form': word },
      showForm(web.form, (operation, input) => callAction(address, operation, input)),
    );
  return make(
    'section',
    {},
    isOnly ? null : make('h2', {}, word),
    ...(web.frontend ? [heading('Page'), panel] : []),
    ...(form ? [heading('Form'), form] : []),
    heading('Actions to try'),
    actions,
  );
}

async function showActions(place, name, address) {
  const answer = await fetch(`${address}/api/v1/definitions/actions`);
  const { actionsDefinitions: definitions = [] } = answer.ok ? await answer.json() : {};
  place.hidden = definitions.length === 0;
  place.append(
    ...definitions.map(({ identifier, inputJsonSchema }) =>
      make(
        'details',
        {},
        make('summary', {}, identifier),
        actionForm(name, identifier, inputJsonSchema ?? {}),
      ),
    ),
  );
}

function actionForm(name, action, { properties = {}, required = [] }) {
  const parts = Object.entries(properties).map(([key, schema]) =>
    inputPart(key, schema, required.includes(key)),
  );
  const output = make('pre', { hidden: '', 'aria-live': 'polite' });
  const form = make(
    'form',
    { class: 'parts' },
    required.length > 0 ? make('p', { class: 'soft' }, '* has to be answered') : null,
    ...parts.map(({ node }) => node),
    make('button', {}, 'Call'),
    output,
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    // All of them, so that every field says what is wrong with it.
    if (parts.filter((part) => !part.check()).length > 0) return void goToProblem(form);
    output.hidden = false;
    output.textContent = '…';
    try {
      const input = Object.fromEntries(parts.flatMap((part) => part.read().map(part.meant)));
      const said = await callAction(name, action, input);
      output.textContent = typeof said === 'string' ? said : JSON.stringify(said, null, 2);
      output.className = '';
    } catch (error) {
      output.textContent = error.message;
      output.className = 'bad';
    }
  });
  return form;
}

/** As the parts of a plugin's form are; `meant` makes of what was typed what the action takes. */
function inputPart(key, { type, description, title, default: usual }, required) {
  const element = { name: key, label: title ?? key, tooltip: description, required, default: usual };
  if (type === 'boolean') return { ...boolean(element), meant: (entry) => entry };
  const isText = type === 'string';
  const isNumber = type === 'integer' || type === 'number';
  const value = usual === undefined || usual === null ? '' : isText ? usual : JSON.stringify(usual);
  const box =
    isText || isNumber
      ? make('input', { name: key, value })
      : make('textarea', { name: key, rows: 2 }, value);
  const part = field(element, box, () => (box.value === '' ? undefined : box.value));
  return { ...part, meant: ([word, said]) => [word, isText ? said : parsed(word, said)] };
}

function parsed(key, text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`"${key}" is no JSON.`);
  }
}

function tell(event) {
  const { type, plugin, version, data } = JSON.parse(event.data);
  const what = `${new Date().toLocaleTimeString()} ${type} ${plugin ?? ''} ${version ?? ''} ${data?.message ?? ''}`;
  news.prepend(make('li', {}, what));
  while (news.children.length > 8) news.lastChild.remove();
}

function follow(show) {
  const source = new EventSource('/agent/v1/events');
  let isLost = false;
  source.addEventListener('error', () => {
    isLost = true;
    lost.hidden = false;
    markAll(() => 'The agent does not answer');
  });
  source.addEventListener('open', async () => {
    if (!isLost) return;
    isLost = false;
    lost.hidden = true;
    const status = await readStatus().catch(() => undefined);
    if (status) markAll((installation) => stateOf(status, installation));
  });
  // A component that is in use isn't put up anew for what happens to others.
  const again = (event) => {
    const { plugin } = JSON.parse(event.data);
    if (!shown || plugin === shown.split('@')[0]) show().catch(fail);
  };
  for (const type of [
    'loaded',
    'unloaded',
    'updated',
    'warning',
    'failed',
    'plugin-event',
    'registered',
    'unregistered',
  ])
    source.addEventListener(type, tell);
  for (const type of ['unloaded', 'updated', 'failed', ...(shown ? [] : ['loaded', 'warning'])])
    source.addEventListener(type, again);
  for (const type of ['reloaded', 'problems']) source.addEventListener(type, () => location.reload());
}

function fail(error) {
  const text =
    error.status === 401 || error.status === 403
      ? 'Open this page by the link that `mortise run` printed: it lets this browser in.'
      : error.message;
  main.replaceChildren(make('h1', {}, 'Not shown'), make('p', { class: 'bad' }, text));
}

const shown = /^\/show\/([^/]+\/[^/]+)\/?$/.exec(decodeURIComponent(location.pathname))?.[1];
const show = shown ? () => showOne(shown) : showAll;
try {
  await letIn();
  await show();
  follow(show);
} catch (error) {
  fail(error);
}
