import { createHash } from 'node:crypto';

// Tries a store that has just been started: `publish [VERSION]` and find it, only `find [VERSION]`, or
// `ask` for 10 seconds, and be answered each time.
const address = `http://127.0.0.1:${process.env.PORT}`;
const [what, version = '1.0.0'] = process.argv.slice(2);
const icon = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>';
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function call(path, init = {}) {
  const answer = await globalThis.fetch(address + path, init);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}: ${text}`);
  return answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
}

const post = (path, body, token) =>
  call(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });

async function publish() {
  const session = await post('/api/v1/sessions', { username: 'admin', password: process.env.PASSWORD });
  const token = session.access_token;
  if (version === '1.0.0') await post('/api/v1/publishers', { name: 'acme' }, token);
  const body = new globalThis.FormData();
  body.append(
    'descriptor',
    new globalThis.Blob([
      `name: contained\nversion: ${version}\nsummary: Published into an image\nicon: icon.svg\ninterfaces:\n  a:\n    form: [{type: integer, name: n, label: N}]\n`,
    ]),
    'plugin.yaml',
  );
  body.append('artifact', new globalThis.Blob([icon]), 'icon.svg');
  await call('/api/v1/publishers/acme/releases', {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body,
  });
}

async function find() {
  for (const end = Date.now() + 15_000; ; await pause(100)) {
    const { items } = await call('/api/v1/plugins?q=contained');
    if (items[0]?.id === 'acme/contained' && items[0].version === version) break;
    if (Date.now() > end) throw new Error(`Version ${version} was not found.`);
  }
  await call('/api/v1/plugins/acme/contained');
  const digest = createHash('sha256').update(icon).digest('hex');
  if ((await call(`/api/v1/artifacts/${digest}/icon.svg`)) !== icon)
    throw new Error('The icon is another one.');
  process.stdout.write(`${what}: found acme/contained ${version}\n`);
}

async function ask() {
  let answers = 0;
  for (const end = Date.now() + 10_000; Date.now() < end; answers += 1) {
    await call('/api/v1/plugins/acme/contained');
    await pause(10);
  }
  return answers;
}

for (const end = Date.now() + 60_000; ; await pause(200)) {
  const answer = await globalThis.fetch(`${address}/health/ready`).catch(() => undefined);
  if (answer?.ok) break;
  if (Date.now() > end) throw new Error('The store did not become ready.');
}

if (what === 'publish') await publish();
if (what === 'ask') process.stdout.write(`asked and answered: ${await ask()}\n`);
else await find();
