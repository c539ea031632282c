import { store } from './ask.js';
import { element } from './element.js';

const publishing = [
  [
    'Sign in, with the password in the file that the start has named: data/admin-password, where MORTISE_DATA says no other folder',
    `TOKEN=$(curl -s ${store}/api/v1/sessions -H 'content-type: application/json' \\\n  -d "{\\"username\\":\\"admin\\",\\"password\\":\\"$(cat data/admin-password)\\"}" \\\n  | node -p 'JSON.parse(fs.readFileSync(0)).access_token')`,
  ],
  [
    'Make a publisher',
    `curl ${store}/api/v1/publishers -H "authorization: Bearer $TOKEN" \\\n  -H 'content-type: application/json' -d '{"name":"my-team"}'`,
  ],
  [
    'Publish a plugin; then search for it above',
    `curl ${store}/api/v1/publishers/my-team/releases -H "authorization: Bearer $TOKEN" \\\n  -H 'content-type: application/yaml' --data-binary @- <<'END'\nname: Hello\nversion: 1.0.0\nsummary: Says hello\ninterfaces:\n  default:\n    form: [{type: text, name: greeting, label: Greeting}]\nEND`,
  ],
];

const installing = [
  [
    'Make this machine a host of the store, once signed in with mortise login; the page of a plugin says what comes next',
    `mortise login --store ${store}\nmortise init --name "my machine"`,
  ],
  [
    'Let npm take packages from here, in this folder',
    `npm config set --location=project registry ${store}/npm/`,
  ],
  [
    'Let pip take packages from here, in this environment',
    `pip config --site set global.index-url ${store}/pypi/simple/`,
  ],
];

/** Lists the next commands to type, each with a button that copies it. */
export function showCommands() {
  document
    .querySelector('#publishing')
    .append(...publishing.map(([what, line], at) => item(`${at + 1}. ${what}`, line)));
  document.querySelector('#installing').append(...installing.map(([what, line]) => item(what, line)));
}

const item = (what, line) => element('li', {}, command(what, line));

/** What it does, and a line to type, with a button that copies it. */
export function command(what, line) {
  const button = element('button', { className: 'quiet', type: 'button' }, 'Copy');
  button.setAttribute('aria-label', `Copy: ${what}`);
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(line).then(
      () => (button.textContent = 'Copied'),
      () => (button.textContent = 'Select it'),
    );
    setTimeout(() => (button.textContent = 'Copy'), 1500);
  });
  return element(
    'div',
    { className: 'command' },
    element('div', {}, element('span', {}, what), button),
    element('pre', { tabindex: '0' }, line),
  );
}
