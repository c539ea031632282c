/** Behind the hash is which sign-in waits; the browser sends that to nobody but as this page does. */
const id = location.hash.slice(1);
const form = document.querySelector('#login');
const status = document.querySelector('#status');

async function call(method, path, { token, body } = {}) {
  const headers = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const answer = await fetch(path, {
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
async function approve({ username, password }) {
  const session = await call('POST', 'api/v1/sessions', { body: { username, password } });
  const token = session.access_token;
  try {
    await call('PUT', `${waiting}/approval`, { token });
  } finally {
    await call('DELETE', 'api/v1/sessions', { token }).catch(() => undefined);
  }
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const button = form.querySelector('button');
  button.disabled = true;
  say('One moment…');
  try {
    const { username, password } = form.elements;
    await approve({ username: username.value, password: password.value });
    form.hidden = true;
    say('Done: npm is signed in. You can close this page.');
  } catch (error) {
    say(error.message, 'bad');
  } finally {
    form.elements.password.value = '';
    button.disabled = false;
  }
});

try {
  if (id === '')
    throw new Error('No sign-in waits here: begin one with npm login, which says the address to open.');
  await call('GET', waiting);
} catch (error) {
  form.hidden = true;
  say(error.message, 'bad');
}
