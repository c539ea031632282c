// Publishes and finds a plugin in a store that has just been started (`publish`), or only finds it (`find`).
const address = `http://127.0.0.1:${process.env.PORT}`;

async function call(path, init = {}) {
  const answer = await globalThis.fetch(address + path, init);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}: ${text}`);
  return text === '' ? null : JSON.parse(text);
}

const post = (path, body, token) =>
  call(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });

for (const end = Date.now() + 60_000; ;) {
  const answer = await globalThis.fetch(`${address}/health/ready`).catch(() => undefined);
  if (answer?.ok) break;
  if (Date.now() > end) throw new Error('The store did not become ready.');
  await new Promise((resolve) => setTimeout(resolve, 200));
}

if (process.argv[2] === 'publish') {
  const session = await post('/api/v1/sessions', { username: 'admin', password: process.env.PASSWORD });
  const token = session.access_token;
  await post('/api/v1/publishers', { name: 'acme' }, token);
  await call('/api/v1/publishers/acme/releases', {
    method: 'POST',
    headers: { 'content-type': 'application/yaml', authorization: `Bearer ${token}` },
    body: 'name: contained\nversion: 1.0.0\nsummary: Published into an image\ninterfaces:\n  a:\n    form: [{type: integer, name: n, label: N}]\n',
  });
}
const { items } = await call('/api/v1/plugins?q=contained');
if (items[0]?.id !== 'acme/contained') throw new Error('The plugin was not found.');
await call('/api/v1/plugins/acme/contained');
process.stdout.write(`${process.argv[2]}: found ${items[0].id} ${items[0].version}\n`);
