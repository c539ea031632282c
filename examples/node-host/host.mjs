/**
 * A small host in Node: it embeds the agent as a library, installs one plugin when it has none, and shows it.
 *
 *     node examples/node-host/host.mjs ./mortise-host acme/hellomortise
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { StoreProblem, StoreUnreachable } from '#client';
import { Agent, Host, HostError } from '#host';

const [folder = 'mortise-host', wanted] = process.argv.slice(2);
const template = readFileSync(new URL('page.html', import.meta.url), 'utf8');
const style = readFileSync(new URL('page.css', import.meta.url), 'utf8');

// What plugins register while they load: here, lines of the page's menu. It goes when they go.
const menu = new Map();
const agent = await start().catch((error) => {
  // Its sentence says what to do; anything else is a bug, and wants its stack.
  if (![HostError, StoreProblem, StoreUnreachable].some((kind) => error instanceof kind)) throw error;
  console.error(error.message);
  process.exit(1);
});

async function start() {
  const host = await Host.open(folder);
  const { installations } = await host.state();
  if (wanted && Object.keys(installations).length === 0) await host.install(wanted);
  return await Agent.start(folder, {
    onEvent: ({ type, plugin, data }) => {
      if (type === 'registered' && data.kind === 'menu')
        menu.set(`${plugin} ${data.id}`, String(data.what?.label ?? data.id));
      if (type === 'unregistered' && data.kind === 'menu') menu.delete(`${plugin} ${data.id}`);
      if (type === 'warning' || type === 'failed') console.error(`${plugin ?? 'agent'}: ${data.message}`);
    },
  });
}

const escape = (text) => text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`);

function page() {
  const plugins = agent.status().plugins.map(({ plugin }) => plugin);
  const lines = [...menu.values()].map((label) => `<li>${escape(label)}</li>`);
  return template
    .replace('{{style}}', () => style)
    .replace('{{import map}}', () => JSON.stringify(agent.importMap).replaceAll('<', '\\u003c'))
    .replace('{{plugins}}', () => escape(JSON.stringify(plugins)))
    .replace('{{menu}}', () => lines.join(''));
}

const server = createServer((request, answer) => {
  // Here a host looks at who asks: its sessions, its permissions. This one is for the person at this machine, so it
  // only refuses names that a page elsewhere could make its own.
  if (!/^(?:localhost|127\.0\.0\.1)(?::\d+)?$/.test(request.headers.host ?? '')) {
    answer.writeHead(421).end('Use 127.0.0.1.');
    return;
  }
  if (agent.handle(request, answer)) return;
  if (request.url !== '/') {
    answer.writeHead(404).end('Nothing is here.');
    return;
  }
  answer
    .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
    .end(page());
});
server.on('upgrade', (request, socket, head) => {
  if (!agent.handleUpgrade(request, socket, head)) socket.destroy();
});
server.on('error', ({ message }) => {
  console.error(`${message}: say another port with PORT.`);
  process.exit(1);
});
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/`);
});

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    server.close();
    await agent.close();
    process.exit(0);
  });
}
