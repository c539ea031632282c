/** Signs somebody in: in this browser, or, where the hash says which sign-in of npm waits, that program. */
import { store } from './ask.js';
import { whoLooks } from './session.js';

/** The browser sends what is behind the hash to nobody but as this page does. */
const id = location.hash.slice(1);
const form = document.querySelector('#login');
const status = document.querySelector('#status');

async function call(method, path, { token, body } = {}) {
  const headers = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const answer = await fetch(`${store}/${path}`, {
    method,
    headers,
    body: body && JSON.stringify(body),
    cache: 'no-store',
  });
  const text = await answer.text();
  const value = text === '' ? {} : JSON.parse(text);
  if (!answer.ok) throw new Error(value.detail ?? `The store answered ${answer.status}.`);
  return value;
}

function say(text, kind = 'good') {
  status.dataset.kind = kind;
  status.textContent = text;
}

const waiting = `api/v1/web-logins/${encodeURIComponent(id)}`;

/** Signs in for as long as the approval takes. */
async function approve(credentials) {
  const { access_token: token } = await call('POST', 'api/v1/sessions', { body: credentials });
  try {
    await call('PUT', `${waiting}/approval`, { token });
  } finally {
    await call('DELETE', 'api/v1/sessions', { token }).catch(() => undefined);
  }
  form.hidden = true;
  say('Done: npm is signed in. You can close this page.');
}

async function enter(credentials) {
  await call('POST', 'session', { body: credentials });
  if ((await whoLooks()) === null) {
    throw new Error(
      'The browser has kept no cookie of this page: allow cookies, and open the store by its own address.',
    );
  }
  location.replace(whereTo());
}

/** Back to the page of the store that led here; whatever lies elsewhere was written by somebody else. */
function whereTo() {
  const home = `${store}/`;
  const next = new URLSearchParams(location.search).get('next') ?? '';
  const wanted = URL.canParse(next, home) ? new URL(next, home).href : home;
  return wanted.startsWith(home) ? wanted : home;
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const button = form.querySelector('button');
  button.disabled = true;
  say('One moment…');
  const { username, password } = form.elements;
  const credentials = { username: username.value, password: password.value };
  try {
    await (id === '' ? enter(credentials) : approve(credentials));
  } catch (error) {
    say(error.message, 'bad');
    password.focus();
  } finally {
    password.value = '';
    button.disabled = false;
  }
});

async function showApproval() {
  document.title = 'Mortise · let npm sign in';
  document.querySelector('h1').textContent = 'Let npm sign in as you';
  document.querySelector('#approval').hidden = false;
  document.querySelector('#purpose').hidden = true;
  form.querySelector('button').textContent = 'Sign in and approve';
  await call('GET', waiting);
}

window.addEventListener('hashchange', () => location.reload());
try {
  if (id !== '') await showApproval();
  form.hidden = false;
  form.elements.username.focus();
} catch (error) {
  say(error.message, 'bad');
}
